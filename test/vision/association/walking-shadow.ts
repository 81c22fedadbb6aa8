import type { AssociationData } from "../../../src/vision/association/association-data.ts";

/**
 * Subjects of 4×6 grid pixels that walk along rows of their own, each with a shadow beside its foot. `effect` `[T,N,H,W]` is 1 in the
 * shadow, which is evidence as the subject is.
 */
export function walkingShadow(
  frameCount: number,
  subjectCount: number,
  height = 32,
  width = 48,
): AssociationData & { readonly effect: Float32Array } {
  const area = height * width;
  const mask = new Float32Array(frameCount * subjectCount * area);
  const effect = new Float32Array(frameCount * subjectCount * area);
  const evidence = new Float32Array(frameCount * area);
  const flow = new Float32Array(frameCount * 2 * area);
  const lane = Math.floor(height / subjectCount);
  for (let t = 0; t < frameCount; t++) {
    for (let i = 0; i < subjectCount; i++) {
      const forward = (t * 2 + i * 7) % Math.max(1, width - 14);
      const left = i % 2 === 0 ? forward : width - 14 - forward;
      const top = i * lane + 1;
      const paint = (
        target: Float32Array,
        offset: number,
        [x0, x1]: readonly [number, number],
        [y0, y1]: readonly [number, number],
        value: number,
      ): void => {
        for (let y = Math.max(0, y0); y < Math.min(height, y1); y++)
          for (let x = Math.max(0, x0); x < Math.min(width, x1); x++)
            target[offset + y * width + x] = value;
      };
      const k = (t * subjectCount + i) * area;
      const body = [left, left + 4] as const;
      const shadow = [left + 4, left + 12] as const;
      paint(mask, k, body, [top, top + 6], 1);
      paint(effect, k, shadow, [top + 3, top + 6], 1);
      paint(evidence, t * area, body, [top, top + 6], 0.2);
      paint(evidence, t * area, shadow, [top + 3, top + 6], 0.15);
      if (t + 1 < frameCount)
        paint(flow, t * 2 * area, body, [top, top + 6], i % 2 === 0 ? 2 : -2);
    }
  }
  return {
    frameCount,
    subjectCount,
    height,
    width,
    mask,
    evidence,
    flow,
    effect,
  };
}
