import { gaussian } from "../../kernels/gaussian.ts";
import { sampleLinear } from "../../kernels/warp.ts";
import { scoped } from "../../kernels/memory.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { fuseSamples } from "../background/mode-fusion.ts";
import type { HalfSample } from "./half-size-samples.ts";
import type { SubjectPath, PathPoint } from "./subject-path.ts";
import type { SmokeColours } from "./smoke-colours.ts";
import { cellField, type SmokeMap } from "./smoke-map.ts";

/** A dense trail (smoke, dust, spray) that a subject leaves behind and that hides the background. */
export interface SmokeTrail {
  /** The subject's way, its motion pointing away from the trail. */
  readonly path: SubjectPath;
  /** Unit vector of the mean motion. */
  readonly direction: PathPoint;
  readonly colours: SmokeColours;
  readonly map: SmokeMap;
}

/** How far the samples of one canvas can be trusted to be clear of the trail; half size. */
export interface SmokeWeights {
  /** Per sample `[1, h, w]`: what it is worth. */
  readonly weights: readonly Raster[];
  /** `[1, h, w]`: the largest `exp(−(R/0.12)²)` of any sample, 1 where some sample is clear. */
  readonly clearest: Raster;
}

/** Alpha of smoke at which a sample counts much less; set once, with no other value on record. */
const CLEAR_ALPHA = 0.12;
/** Values (0…1) by which samples of one background differ, as ahead of the subject. */
const TRAIL_AGREEMENT_SIGMA = 0.03;

/**
 * Weighs samples by how little of the trail is to be expected in them, `R` alpha by the map:
 * `W = V·(exp(−(R/0.12)²) + 10⁻⁴·exp(−R/0.1))`. The second term ranks places that no frame shows clear. Where there is a
 * trail, samples that lie farther towards its colour than the second farthest from it count less, so that one outlier
 * decides nothing: `W·exp(−max(p − p₂, 0)/0.03)`, `p` the projection of the local mean.
 */
export function weighBySmoke(
  samples: readonly HalfSample[],
  trail: SmokeTrail,
): SmokeWeights {
  const { height, width } = samples[0]!.valid;
  const expectedOf = (
    sample: HalfSample,
  ): { light: Float32Array; dark: Float32Array } => {
    const field = cellField(
      sample,
      trail.path.centres[sample.frame]!,
      trail.map.light,
    );
    return {
      light: sampleLinear(trail.map.light, field, 0).data,
      dark: sampleLinear(trail.map.dark, field, 0).data,
    };
  };
  const expected = samples.map((sample) => scoped(() => expectedOf(sample)));
  const clearest = raster(1, height, width);
  const weights = samples.map(({ valid }, k) => {
    const { light, dark } = expected[k]!;
    const weight = raster(1, height, width);
    for (let i = 0; i < weight.data.length; i++) {
      const alpha = Math.min(1, light[i]! + dark[i]!);
      const ratio = alpha / CLEAR_ALPHA;
      const w =
        valid.data[i]! *
        (Math.exp(-ratio * ratio) + 1e-4 * Math.exp(-alpha / 0.1));
      weight.data[i] = w;
      if (w > clearest.data[i]!) clearest.data[i] = w;
    }
    return weight;
  });
  preferFarFromColour(samples, weights, clearest, expected, trail.colours);
  return { weights, clearest };
}

/** A sample with less than this share of the best weight is not asked for its colour. */
const CONTENDS = 0.05;
/** Values (0…1) towards the smoke's colour, beyond the clearest sample, at which a sample counts 1/e; set once, with no other value on record. */
const FAR_SCALE = 0.03;
/** Alpha of smoke from which a place lies in the trail; set once, with no other value on record. */
const TRACE_ALPHA = 0.03;
/** Alpha over which that begins to count in full; set once, with no other value on record. */
const TRACE_RANGE_ALPHA = 0.05;
/** Values (0…1) added to the length of background minus smoke colour, where the two are alike; set once, with no other value on record. */
const SHORT_LENGTH = 0.05;

function preferFarFromColour(
  samples: readonly HalfSample[],
  weights: readonly Raster[],
  clearest: Raster,
  expected: readonly { light: Float32Array; dark: Float32Array }[],
  colours: SmokeColours,
): void {
  const { height, width } = clearest;
  const area = height * width;
  const fused = fuseSamples(
    { height, width, colours: samples.map((s) => s.colour), weights },
    TRAIL_AGREEMENT_SIGMA,
  );
  const base = gaussian(fused.colour, 2).data;
  const towards = new Float32Array(samples.length);
  for (let i = 0; i < area; i++) {
    let light = 0;
    let dark = 0;
    let most = 0;
    for (let k = 0; k < samples.length; k++) {
      const valid = samples[k]!.valid.data[i]!;
      const alpha = expected[k]!;
      light += valid * alpha.light[i]!;
      dark += valid * alpha.dark[i]!;
      if (weights[k]!.data[i]! > CONTENDS * clearest.data[i]!)
        most = Math.max(most, alpha.light[i]! + alpha.dark[i]!);
    }
    const zone = Math.min(
      1,
      Math.max(0, (most - TRACE_ALPHA) / TRACE_RANGE_ALPHA),
    );
    if (zone === 0) continue;
    const [r, g, b] = (light >= dark ? colours.light : colours.dark) ?? [
      0, 0, 0,
    ];
    const vr = r - base[i]!;
    const vg = g - base[area + i]!;
    const vb = b - base[2 * area + i]!;
    const length = Math.sqrt(vr * vr + vg * vg + vb * vb) + SHORT_LENGTH;
    let least = Infinity;
    let second = Infinity;
    for (let k = 0; k < samples.length; k++) {
      const mean = samples[k]!.mean.data;
      const p =
        ((mean[i]! - base[i]!) * vr +
          (mean[area + i]! - base[area + i]!) * vg +
          (mean[2 * area + i]! - base[2 * area + i]!) * vb) /
        length;
      towards[k] = p;
      if (weights[k]!.data[i]! <= CONTENDS * clearest.data[i]!) continue;
      if (p < least) {
        second = least;
        least = p;
      } else if (p < second) second = p;
    }
    const reference = Number.isFinite(second) ? second : least;
    for (let k = 0; k < samples.length; k++) {
      const beyond = Math.max(0, towards[k]! - reference);
      weights[k]!.data[i]! *= 1 - zone + zone * Math.exp(-beyond / FAR_SCALE);
    }
  }
}
