import type { EffectPixels, EffectSums } from "../../../src/kernels/effects.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";

const clip = (value: number): number => Math.min(1, Math.max(0, value));
const smoothstep = (value: number, low: number, high: number): number => {
  const t = clip((value - low) / (high - low));
  return t * t * (3 - 2 * t);
};

/** See `src/kernels/effects.ts`; in plain TypeScript. */
export function effectsAway(pixels: EffectPixels): {
  soft: Raster;
  shown: Raster;
} {
  const { frame, background, objects } = pixels;
  const { height, width } = frame;
  const area = height * width;
  const soft = raster(1, height, width);
  const shown = raster(3, height, width);
  for (let i = 0; i < area; i++) {
    let gate = 0;
    let object = 0;
    for (let at = i; at < objects.data.length; at += area) {
      gate = Math.max(gate, pixels.gates.data[at]!);
      object = Math.max(object, objects.data[at]!);
    }
    let change = 0;
    for (let at = i; at < 3 * area; at += area)
      change = Math.max(
        change,
        Math.abs(frame.data[at]! - background.data[at]!),
      );
    const mirrored = pixels.zone.data[i]!;
    let s = clip(20 * object);
    const open = Math.max(gate * (1 - mirrored), mirrored);
    if (open > s) {
      const allowed = 3 * (0.008 + 0.5 * pixels.spread.data[i]!);
      const stands = Math.max(
        pixels.significance.data[i]!,
        smoothstep(change / allowed, 1, 2),
      );
      s = Math.max(s, open * stands);
    }
    soft.data[i] = s;
    for (let at = i; at < 3 * area; at += area)
      shown.data[at] =
        frame.data[at]! - s * (frame.data[at]! - background.data[at]!);
  }
  return { soft, shown };
}

/** See `src/kernels/effects.ts`; in plain TypeScript. */
export function expectedChange(
  frame: Raster,
  shown: Raster,
  owner: Float32Array,
  models: readonly (readonly number[])[],
): Raster {
  const area = owner.length;
  const out = raster(2, frame.height, frame.width);
  for (let i = 0; i < area; i++) {
    const model = models[owner[i]!]!;
    for (let c = 0, at = i; c < 3; c++, at += area) {
      const b = shown.data[at]!;
      const v = model[2 * c]! * b + model[2 * c + 1]!;
      out.data[i]! += v * (frame.data[at]! - b);
      out.data[area + i]! += v * v;
    }
  }
  return out;
}

/** See `src/kernels/effects.ts`; in plain TypeScript. */
export function effectAlphas(input: EffectSums): Raster {
  const { frame, shown, owner, sums, soft } = input;
  const area = owner.length;
  const out = raster(input.gates.channels, frame.height, frame.width);
  for (let i = 0; i < area; i++) {
    const k = owner[i]!;
    const gate = input.gates.data[k * area + i]!;
    if (gate <= Math.fround(0.02)) continue;
    const trail = input.trails[k];
    let alpha =
      trail === undefined
        ? clip(sums.data[i]! / (sums.data[area + i]! + 0.003)) * soft.data[i]!
        : trail.data[i]! * Math.max(soft.data[i]!, gate);
    let least = 0;
    for (let at = i; at < 3 * area; at += area) {
      const v = frame.data[at]!;
      const b = shown.data[at]!;
      least = Math.max(
        least,
        v < b ? (b - v) / Math.max(b, 1e-3) : (v - b) / Math.max(1 - b, 1e-3),
      );
    }
    least = Math.min(1, least);
    if (least > 0.002) alpha = Math.max(alpha, least);
    out.data[k * area + i] = alpha * (1 - input.zone.data[i]!);
  }
  return out;
}
