import type { Tensor } from "../../autodiff/graph.ts";
import {
  abs,
  add,
  gather,
  mean,
  mul,
  neg,
  reshape,
  sliceAxis,
  sub,
  sum,
} from "../../autodiff/operations.ts";
import { elementCount } from "../../autodiff/shape.ts";

const complement = (x: Tensor): Tensor => add(neg(x), 1);

/**
 * Evidence that no subject's support explains: `mean(E · Π(1 − Sᵢ))`. The effect's colour is projected out: wherever a layer's alpha may
 * be large enough, a colour exists that reconstructs the pixel exactly.
 *
 * @param support `[B,N,H,W]` in [0, 1]
 * @param evidence `[B,1,H,W]` ≥ 0
 */
export function reconstructionLoss(support: Tensor, evidence: Tensor): Tensor {
  const left = complement(support);
  const subjects = support.shape[1]!;
  let unexplained = evidence;
  for (let i = 0; i < subjects; i++)
    unexplained = mul(unexplained, sliceAxis(left, 1, i, i + 1));
  return mean(unexplained);
}

/**
 * `Σ S·w` over everything.
 *
 * @param support `[B,N,H,W]` in [0, 1]
 * @param weights `[B,N,H,W]`
 */
export const weightedSupport = (support: Tensor, weights: Tensor): Tensor =>
  sum(mul(support, weights));

/**
 * Support missing from the masks: `Σ (1 − S)·w`.
 *
 * @param support `[B,N,H,W]` in [0, 1]
 * @param inside `[B,N,H,W]` ≥ 0, of sum 1 over the batch
 */
export const missingSupport = (support: Tensor, inside: Tensor): Tensor =>
  weightedSupport(complement(support), inside);

/** Where each pixel of a frame lies in the next one: the four neighbours there and their bilinear weights. */
export interface BilinearWarp {
  /** Per neighbour int32 `[P·N·H·W]`, places in the later frames' flattened support. */
  readonly indices: readonly Tensor[];
  /** Per neighbour `[P·N·H·W]`; all four 0 where the pixel leaves the picture. */
  readonly weights: readonly Tensor[];
  /** `[P·N·H·W]`: 1 where a pixel counts, else 0. */
  readonly valid: Tensor;
}

/**
 * Temporal consistency: `mean |S_t − warp(S_{t+1})|` over pairs of frames (Lu et al. 2021, eq. 8).
 *
 * @param support `[2P,N,H,W]`: the pairs' earlier frames, then their later ones in the same order
 */
export function temporalLoss(support: Tensor, warp: BilinearWarp): Tensor {
  const pairs = support.shape[0]! / 2;
  const half = (start: number): Tensor => {
    const frames = sliceAxis(support, 0, start, start + pairs);
    return reshape(frames, [elementCount(frames.shape)]);
  };
  const later = half(pairs);
  const warped = warp.indices
    .map((indices, i) => mul(gather(later, indices), warp.weights[i]!))
    .reduce((total, part) => add(total, part));
  return mean(abs(mul(sub(half(0), warped), warp.valid)));
}
