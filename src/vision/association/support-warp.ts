import type { AssociationData, AssociationDesign } from "./association-data.ts";
import type { SubjectGeometry } from "./subject-geometry.ts";

/** Receives neighbours and weights of a bilinear warp; see `BilinearWarp` for their meaning. */
export interface WarpArrays {
  readonly indices: readonly Int32Array[];
  readonly weights: readonly Float32Array[];
  readonly valid: Float32Array;
}

/**
 * Says where every pixel of one frame lies in the next: moved by the residual flow at the pixel, or by the motion of the subject's mask as
 * a whole. Pixels that leave the picture, and subjects missing from either frame, do not count.
 *
 * @param slot which of the batch's pairs and subjects this is; decides where the arrays are written and where the indices point
 */
export function writeWarp(
  data: AssociationData,
  geometry: SubjectGeometry,
  motion: AssociationDesign["temporalMotion"],
  frame: number,
  subject: number,
  slot: number,
  { indices, weights, valid }: WarpArrays,
): void {
  const { subjectCount, height, width } = data;
  const area = height * width;
  const k = frame * subjectCount + subject;
  const next = k + subjectCount;
  const present = geometry.present[k] === 1 && geometry.present[next] === 1;
  const flow = data.flow.subarray(frame * 2 * area, (frame + 1) * 2 * area);
  const shiftX = geometry.centreX[next]! - geometry.centreX[k]!;
  const shiftY = geometry.footY[next]! - geometry.footY[k]!;
  const base = slot * area;
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p++) {
      const u = x + (motion === "flow" ? flow[p]! : shiftX);
      const v = y + (motion === "flow" ? flow[area + p]! : shiftY);
      const left = Math.floor(u);
      const top = Math.floor(v);
      const seen =
        present && u >= 0 && v >= 0 && u <= width - 1 && v <= height - 1;
      valid[base + p] = seen ? 1 : 0;
      for (let corner = 0; corner < 4; corner++) {
        const dx = corner & 1;
        const dy = corner >> 1;
        const weight =
          (dx === 1 ? u - left : 1 - u + left) *
          (dy === 1 ? v - top : 1 - v + top);
        const column = Math.min(Math.max(left + dx, 0), width - 1);
        const row = Math.min(Math.max(top + dy, 0), height - 1);
        indices[corner]![base + p] = base + row * width + column;
        weights[corner]![base + p] = seen ? weight : 0;
      }
    }
  }
}
