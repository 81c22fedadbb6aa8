import type { AssociationData } from "../vision/association/association-data.ts";

/** A made-up clip to try a backend with: a block that walks to the right with a shadow behind it, and starts again at the edge. */
export function syntheticClip(
  frameCount: number,
  height: number,
  width: number,
): AssociationData {
  const area = height * width;
  const mask = new Float32Array(frameCount * area);
  const evidence = new Float32Array(frameCount * area);
  const flow = new Float32Array(frameCount * 2 * area);
  for (let t = 0; t < frameCount; t++)
    for (let y = 3; y < 12; y++)
      for (let x = 0; x < 10; x++) {
        const left = (3 * t) % (width - 10);
        const p = t * area + y * width + x + left;
        const inside = x >= 5;
        mask[p] = inside ? 1 : 0;
        evidence[p] = inside ? 0.25 : 0.02 * y;
        if (inside) flow[p + t * area] = 3;
      }
  return { frameCount, subjectCount: 1, height, width, mask, evidence, flow };
}
