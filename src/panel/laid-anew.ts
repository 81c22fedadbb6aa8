import type { HostDescription, PlacedRun } from "../host/host.ts";

/**
 * What is lost unseen when tracks are updated: ExtendScript lays layers that change their track anew, and can read neither colour labels
 * nor markers of a clip on a track, so nobody can be asked about just those that have some.
 *
 * @param layers as they are to lie, bottom to top
 * @returns undefined where no layer changes its track, or clips are copied with all that is on them
 */
export function describeLaidAnew(
  run: PlacedRun,
  layers: readonly { readonly id: string }[],
  technology: HostDescription["technology"] | undefined,
): string | undefined {
  const isMoved = run.layers.some(({ id }, i) => id !== layers[i]?.id);
  return technology === "extendscript" && isMoved
    ? "Layers that change their track are laid anew: colour labels and markers on their clips in the timeline are lost."
    : undefined;
}
