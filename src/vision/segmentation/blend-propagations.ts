import { raster, type Raster } from "../../kernels/raster.ts";

/** A mask that was followed, and how sure it is. */
export interface Propagation {
  readonly mask: Raster;
  readonly confidence: number;
}

/**
 * One mask of two that were followed from the painted frames before and after: by closeness to where they come from, the
 * surer one counting more. They are blended as log-odds, so that two claims of one half do not make a ghost.
 *
 * @param beforeDistance frames since the painted one before
 * @param afterDistance  frames to the painted one after
 * @returns              the confidence falls where the two disagree
 */
export function blendPropagations(
  before: Propagation,
  beforeDistance: number,
  after: Propagation,
  afterDistance: number,
): Propagation {
  const a = before.confidence / beforeDistance;
  const b = after.confidence / afterDistance;
  const share = a + b > 0 ? b / (a + b) : 0.5;
  const { height, width } = before.mask;
  const mask = raster(1, height, width);
  let both = 0;
  let either = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const p = before.mask.data[i]!;
    const q = after.mask.data[i]!;
    if (p > 0.5 && q > 0.5) both++;
    if (p > 0.5 || q > 0.5) either++;
    if (p === 0 && q === 0) continue;
    mask.data[i] =
      1 / (1 + Math.exp(-(1 - share) * logit(p) - share * logit(q)));
  }
  const agreement = either === 0 ? 1 : both / either;
  const sure = (1 - share) * before.confidence + share * after.confidence;
  return { mask, confidence: sure * (0.5 + 0.5 * agreement) };
}

const logit = (p: number): number => {
  const bounded = Math.min(0.99, Math.max(0.01, p));
  return Math.log(bounded / (1 - bounded));
};
