import type { AssociationData } from "./association-data.ts";
import type { SubjectGeometry } from "./subject-geometry.ts";

/** Residual flow of this many grid pixels a frame is half way to saturation. */
const flowScale = 2;

/** Channels of the network's input: mask, two coordinates and, if wanted, two of flow. */
export const inputChannels = (flowInput: boolean): number =>
  flowInput ? 5 : 3;

/**
 * What the network sees of one frame and subject: the mask in [−1, 1], `tanh` of x relative to the mask's centre and of y relative to its
 * foot (both over half the grid's height), and `tanh` of the residual flow inside the mask. It never sees the picture (Lu et al. 2021,
 * section 3.2); coordinates that travel with the subject replace that paper's noise.
 *
 * @param target receives `[C,H,W]`, C from `inputChannels`
 */
export function writeNetworkInput(
  data: AssociationData,
  geometry: SubjectGeometry,
  frame: number,
  subject: number,
  flowInput: boolean,
  target: Float32Array,
): void {
  const { subjectCount, height, width } = data;
  const area = height * width;
  const k = frame * subjectCount + subject;
  const mask = data.mask.subarray(k * area, (k + 1) * area);
  for (let p = 0; p < area; p++) target[p] = mask[p]! * 2 - 1;
  const unit = height / 2;
  for (let x = 0; x < width; x++)
    target[area + x] = Math.tanh((x - geometry.centreX[k]!) / unit);
  for (let y = 0; y < height; y++) {
    const start = area + y * width;
    target.copyWithin(start, area, area + width);
    const value = Math.tanh((y - geometry.footY[k]!) / unit);
    target.fill(value, start + area, start + area + width);
  }
  if (!flowInput) return;
  // The last frame has no successor: its flow is taken to be that of the frame before.
  const source = Math.min(frame, Math.max(0, data.frameCount - 2));
  const flow = data.flow.subarray(source * 2 * area, (source + 1) * 2 * area);
  for (let p = 0; p < area; p++) {
    const covered = mask[p]!;
    // Most of a picture is outside the mask, and a hyperbolic tangent is dear.
    const inside = covered !== 0;
    target[3 * area + p] = inside
      ? Math.tanh(flow[p]! / flowScale) * covered
      : 0;
    target[4 * area + p] = inside
      ? Math.tanh(flow[area + p]! / flowScale) * covered
      : 0;
  }
}
