import type { Raster } from "../../kernels/raster.ts";
import {
  colourCounts,
  likeness,
  normalised,
  type ColourProfile,
} from "./colour-profile.ts";
import { connectedComponents } from "../image/components.ts";

/** A region below this share of the largest is a splinter; it stays where the subject was expected. */
const SPLINTER_SHARE = 0.1;

/**
 * Drops regions that are not the subject. Large ones, as when two subjects that met part again, stay only if with them
 * the whole resembles the painted subject more than without; splinters stay where they touch the prediction.
 *
 * @param mask     `[1, h, w]` probability, changed in place
 * @param prior    `[1, h, w]`
 * @param rgb      `[3, h, w]`
 * @param profiles of the painted masks
 */
export function selectComponents(
  mask: Raster,
  prior: Raster,
  rgb: Raster,
  profiles: readonly ColourProfile[],
): void {
  const { labels, areas } = connectedComponents(mask);
  if (areas.length <= 2) return;
  const largest = Math.max(...areas);
  const touching = new Set<number>();
  labels.forEach((label, i) => {
    if (label > 0 && prior.data[i]! > 0.5) touching.add(label);
  });
  const keep = new Set<number>();
  const large: { label: number; counts: Float64Array }[] = [];
  areas.forEach((area, label) => {
    if (label === 0) return;
    if (area >= SPLINTER_SHARE * largest)
      large.push({
        label,
        counts: colourCounts(rgb, (i) => labels[i] === label),
      });
    else if (touching.has(label)) keep.add(label);
  });
  chooseAlike(large, profiles).forEach((label) => keep.add(label));
  labels.forEach((label, i) => {
    if (label > 0 && !keep.has(label)) mask.data[i] = 0;
  });
}

/** Greedy: the region most alike first, then whatever makes the union more alike. */
function chooseAlike(
  regions: readonly { label: number; counts: Float64Array }[],
  profiles: readonly ColourProfile[],
): number[] {
  const alike = (counts: Float64Array): number => {
    const profile = normalised(counts);
    return Math.max(...profiles.map((painted) => likeness(profile, painted)));
  };
  const left = [...regions];
  const chosen: number[] = [];
  let union = new Float64Array(regions[0]?.counts.length ?? 0);
  let best = 0;
  while (left.length > 0) {
    const options = left.map(({ counts }) =>
      alike(union.map((value, i) => value + counts[i]!)),
    );
    const top = Math.max(...options);
    if (top <= best) break;
    const [next] = left.splice(options.indexOf(top), 1);
    union = union.map((value, i) => value + next!.counts[i]!);
    chosen.push(next!.label);
    best = top;
  }
  return chosen;
}
