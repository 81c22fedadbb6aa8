import { open } from "node:fs/promises";
import { assert } from "../errors/assert.ts";
import { readRawFrame } from "./raw-file.ts";

/**
 * Writes a movie's frames as they were before it was damaged, each bad one as the good one that stands in for it.
 *
 * @param decoded   file of what came out of the decoder, frame after frame
 * @param positions where in `decoded` each good frame is, by the frame's own index
 * @param sources   which good frame to write for each frame of the result
 */
export async function writeHeldFrames(
  decoded: string,
  target: string,
  frameBytes: number,
  positions: ReadonlyMap<number, number>,
  sources: readonly number[],
): Promise<void> {
  await using file = await open(target, "w");
  let held: { source: number; frame: Uint8Array } | undefined;
  for (const source of sources) {
    if (held?.source !== source) {
      const position = positions.get(source);
      assert(position !== undefined, `good frame ${source} did not come again`);
      const frame = await readRawFrame(decoded, position, frameBytes);
      held = { source, frame };
    }
    await file.writeFile(held.frame);
  }
}
