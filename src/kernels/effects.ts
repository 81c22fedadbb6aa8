import { KernelCall, kernelExports } from "./memory.ts";
import { raster, type Raster } from "./raster.ts";

/** A frame and what lies beneath its effects; all of one size. */
export interface EffectPixels {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` */
  readonly background: Raster;
  /** `[1, H, W]` of the background */
  readonly spread: Raster;
  /** `[1, H, W]` whether the change stands out */
  readonly significance: Raster;
  /** `[1, H, W]` where mirror images are all the effect there is */
  readonly zone: Raster;
  /** `[N, H, W]` how far each subject's support is open */
  readonly gates: Raster;
  /** `[N, H, W]` the subjects themselves */
  readonly objects: Raster;
}

/**
 * What is seen where effects and subjects are taken away. With `D = I − B`, a pixel's peak
 * `p = S(max |D| / (3·(0.008 + spread/2)); 1, 2)`, `S` the smooth step, its gate `g` and object `o` the largest of all subjects':
 * `s = max(clip(20·o), u·max(significance, p))` with `u = max(g·(1 − zone), zone)`, where `u` is more than the former, and
 * `shown = I − s·D`.
 *
 * @returns `s`, `[1, H, W]`, and `shown`, `[3, H, W]`
 */
export function effectsAway(pixels: EffectPixels): {
  readonly soft: Raster;
  readonly shown: Raster;
} {
  const { height, width } = pixels.frame;
  const soft = raster(1, height, width);
  const shown = raster(3, height, width);
  using call = new KernelCall();
  const frame = call.read(pixels.frame.data);
  const background = call.read(pixels.background.data);
  const spread = call.read(pixels.spread.data);
  const significance = call.read(pixels.significance.data);
  const zone = call.read(pixels.zone.data);
  const gates = call.read(pixels.gates.data);
  const objects = call.read(pixels.objects.data);
  const strength = call.write(soft.data);
  const to = call.write(shown.data);
  // prettier-ignore
  kernelExports().effectsAway(frame, background, spread, significance, zone, gates, objects, strength, to, pixels.objects.channels, height * width);
  return { soft, shown };
}

/**
 * Products of the change seen, `D = I − B`, with the change expected of a pixel's owner, `v = slope·B + offset` per channel:
 * `Σ v·D` and `Σ v²`.
 *
 * @param frame  `[3, H, W]`
 * @param shown  `[3, H, W]`, the `B`
 * @param owner  `[H·W]`, which of the models
 * @param models per owner `[3, 2]`, slope and offset per channel
 * @returns      `[2, H, W]`
 */
export function expectedChange(
  frame: Raster,
  shown: Raster,
  owner: Float32Array,
  models: readonly (readonly number[])[],
): Raster {
  const { height, width } = frame;
  const out = raster(2, height, width);
  using call = new KernelCall();
  const seen = call.read(frame.data);
  const beneath = call.read(shown.data);
  const owners = call.read(owner);
  const slopes = call.read(Float32Array.from(models.flat()));
  // prettier-ignore
  kernelExports().expectedChange(seen, beneath, owners, slopes, call.write(out.data), models.length, height * width);
  return out;
}

/** What alphas of effects are made of; all of one size. */
export interface EffectSums {
  /** `[3, H, W]` */
  readonly frame: Raster;
  /** `[3, H, W]` what is seen without effects */
  readonly shown: Raster;
  /** `[2, H, W]` filtered products of the change seen with the change expected, and of the latter with itself */
  readonly sums: Raster;
  /** `[1, H, W]` how much was taken away */
  readonly soft: Raster;
  /** `[1, H, W]` where mirror images are all the effect there is */
  readonly zone: Raster;
  /** `[H·W]`, whose effect a pixel can show */
  readonly owner: Float32Array;
  /** `[N, H, W]` */
  readonly gates: Raster;
  /** Per subject whose effect is a trail: `[1, H, W]` */
  readonly trails: readonly (Raster | undefined)[];
}

/**
 * Alpha of each subject's one-colour effect at the pixels that it owns and where its gate is open (more than 0.02):
 * `(1 − zone)·max(α, α_min)` with `α = clip(Σ₀/(Σ₁ + 0.003))·soft`, for a trail its own alpha times `max(soft, gate)`, and
 * `α_min` the least alpha with which a colour in [0, 1] explains the frame over what is shown, where it is more than 0.002.
 *
 * @returns `[N, H, W]`
 */
export function effectAlphas(input: EffectSums): Raster {
  const { height, width } = input.frame;
  const count = input.gates.channels;
  const out = raster(count, height, width);
  using call = new KernelCall();
  const frame = call.read(input.frame.data);
  const shown = call.read(input.shown.data);
  const sums = call.read(input.sums.data);
  const soft = call.read(input.soft.data);
  const zone = call.read(input.zone.data);
  const owner = call.read(input.owner);
  const gates = call.read(input.gates.data);
  const addresses = Int32Array.from({ length: count }, (_, k) => {
    const trail = input.trails[k];
    return trail === undefined ? 0 : call.read(trail.data);
  });
  const trails = call.read(addresses);
  // prettier-ignore
  kernelExports().effectAlphas(frame, shown, sums, soft, zone, owner, gates, trails, call.write(out.data), count, height * width);
  return out;
}
