import type { EffectModel } from "../../src/vision/effects/effect-model.ts";
import type { FrameEvidence } from "../../src/vision/frame-evidence.ts";
import { gaussian } from "../../src/kernels/gaussian.ts";
import { dilate } from "../../src/kernels/morphology.ts";
import { plane, raster, type Raster } from "../../src/kernels/raster.ts";
import { seeded, texture } from "./seeded.ts";

/** A disc with a soft edge and an elliptic soft effect beside it. */
export interface Figure {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly colour: readonly [number, number, number];
  readonly effect: EffectModel;
  /** Alpha at the effect's middle. */
  readonly strength: number;
  /** Middle of the effect from the disc's. */
  readonly away: readonly [number, number];
}

/** A frame with everything that it was made from. */
export interface Scene {
  readonly evidence: FrameEvidence;
  /** `[N, H, W]` true alpha of the figures alone. */
  readonly objects: Raster;
  /** `[N, H, W]` true alpha of the effects alone. */
  readonly effects: Raster;
}

const HEIGHT = 128;
const WIDTH = 192;
const UNIT = 1;
const MASK_MARGIN = 2;

/**
 * Renders figures over a smooth texture. The masks are 2 pixels too wide, the support is a blurred, generous version of the
 * true effect, and the frame has a little noise.
 */
export function walkerScene(figures: readonly Figure[], seed: number): Scene {
  const area = HEIGHT * WIDTH;
  const ground = gaussian(texture(3, HEIGHT, WIDTH, seed), 1);
  for (let i = 0; i < 3 * area; i++)
    ground.data[i] = 0.3 + 0.5 * ground.data[i]!;
  const frame = raster(3, HEIGHT, WIDTH, ground.data.slice());
  const objects = raster(figures.length, HEIGHT, WIDTH);
  const effects = raster(figures.length, HEIGHT, WIDTH);
  const support = raster(figures.length, HEIGHT, WIDTH);
  const masks = raster(figures.length, HEIGHT, WIDTH);
  figures.forEach((figure, k) => {
    const object = plane(objects, k);
    const effect = plane(effects, k);
    const [dx, dy] = figure.away;
    for (let i = 0; i < area; i++) {
      const x = (i % WIDTH) - figure.x;
      const y = Math.floor(i / WIDTH) - figure.y;
      object.data[i] = clip((figure.radius - Math.hypot(x, y)) / 1.6 + 0.5);
      effect.data[i] =
        figure.strength * clip(3 - 3 * Math.hypot((x - dx) / 30, (y - dy) / 9));
    }
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) {
        const at = c * area + i;
        const b = frame.data[at]!;
        frame.data[at] =
          b + effect.data[i]! * (effectAt(figure.effect, c, b) - b);
      }
    }
    const hard = raster(
      1,
      HEIGHT,
      WIDTH,
      object.data.map((v) => (v > 0.5 ? 1 : 0)),
    );
    plane(masks, k).data.set(dilate(hard, MASK_MARGIN).data);
    const blurred = gaussian(dilate(effect, 3), 3).data;
    plane(support, k).data.set(
      blurred.map((v, i) =>
        Math.max(clip((1.5 * v) / figure.strength), object.data[i]!),
      ),
    );
  });
  figures.forEach((figure, k) => {
    const object = plane(objects, k).data;
    for (let i = 0; i < area; i++) {
      for (let c = 0; c < 3; c++) {
        const at = c * area + i;
        const weave = 0.04 * Math.sin((i % WIDTH) / 2 + c);
        frame.data[at]! +=
          object[i]! *
          (figure.colour[c as 0 | 1 | 2] + weave - frame.data[at]!);
      }
    }
  });
  const random = seeded(seed + 1);
  for (let i = 0; i < 3 * area; i++)
    frame.data[i] = clip(frame.data[i]! + 0.01 * (random() - 0.5));
  const spread = raster(1, HEIGHT, WIDTH);
  spread.data.fill(0.004);
  return {
    evidence: {
      frame,
      background: ground,
      spread,
      support,
      masks,
      unit: UNIT,
    },
    objects,
    effects,
  };
}

function effectAt(model: EffectModel, c: number, beneath: number): number {
  const channel = c as 0 | 1 | 2;
  if (model.kind === "shadow") return beneath * (1 - model.loss[channel]);
  return model.kind === "colour" ? model.colour[channel] : model.dark[channel];
}

const clip = (v: number): number => Math.min(1, Math.max(0, v));

/** Mean absolute difference over the pixels that the test chooses. */
export function meanDifference(
  a: Raster,
  b: Raster,
  chosen: (i: number) => boolean,
): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < a.data.length; i++) {
    if (!chosen(i)) continue;
    sum += Math.abs(a.data[i]! - b.data[i]!);
    count++;
  }
  return sum / Math.max(1, count);
}
