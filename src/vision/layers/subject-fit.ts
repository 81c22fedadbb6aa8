import type { EdgePrior } from "../matting/edge-prior.ts";
import type { EffectModel } from "../effects/effect-model.ts";
import type { ReflectionFit } from "../reflection/reflection-layer.ts";

/** What the whole clip says of one subject; plain JSON. */
export interface SubjectFit {
  /** How the mask's outline lies to the true edge, learnt against the plain background. */
  readonly edge: EdgePrior;
  /** The same, learnt against the background as the effects leave it. */
  readonly edgeOverEffects: EdgePrior;
  readonly effect: EffectModel;
  /** Its reflection; null when it has none. */
  readonly mirror: ReflectionFit | null;
}

/** What the whole clip says of the subjects, bottom to top. */
export interface SubjectFits {
  readonly subjects: readonly SubjectFit[];
}
