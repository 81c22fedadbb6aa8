import { assert } from "../errors/assert.ts";
import { backdropPainter } from "./backdrop.ts";
import { cameraAt, pixelToUpright } from "./camera.ts";
import { addShadow } from "./cast-shadow.ts";
import { figureAt } from "./figure.ts";
import { addReflection } from "./mirror-reflection.ts";
import { roughMask } from "./rough-mask.ts";
import type { SceneSpec, SubjectSpec } from "./scene-spec.ts";
import { uniformRandom, type UniformRandom } from "./seeded-random.ts";
import { addSmoke } from "./smoke-trail.ts";
import type { FigureShape } from "./shape.ts";
import { drawShapes, halveSprite, sprite, type Sprite } from "./sprite.ts";

/** One subject's truth in one frame. All are 8-bit, row after row. */
interface SubjectFrame {
  readonly name: string;
  /** `[H, W, 4]` straight RGBA: the object over its effects, also where a nearer subject hides it. */
  readonly rgba: Uint8Array;
  /** `[H, W]` alpha of the object alone. */
  readonly objectAlpha: Uint8Array;
  /** `[H, W]` alpha of what it causes, less what the object covers. */
  readonly effectAlpha: Uint8Array;
  /** `[H, W]` the user's rough mask of what is seen of the object, 0 or 255; all 0 in frames where it is missing. */
  readonly mask: Uint8Array;
}

/** One frame with its truth. `rgb` is the subjects laid over `background` with `over`, bottom to top, rounded to 8 bit after each. */
export interface SceneFrame {
  /** `[H, W, 3]`. */
  readonly rgb: Uint8Array;
  /** `[H, W, 3]`, without any subject or effect. */
  readonly background: Uint8Array;
  /** Bottom to top, in the spec's order. */
  readonly subjects: readonly SubjectFrame[];
  /** `[H, W]` alpha of what moves in the background by itself, or undefined where nothing does. */
  readonly distractor: Uint8Array | undefined;
}

/** A scene whose textures are painted; frames may be asked for in any order. */
export interface Scene {
  readonly spec: SceneSpec;
  /** Renders frame `t`, 0-based. */
  frame(t: number): SceneFrame;
}

/** Paints onto the ground of frame `t`, 0-based, before anything stands or casts a shadow on it. */
export type PaintGround = (ground: Sprite, t: number) => void;

/**
 * Prepares a scene. The same spec and frame number yield the same bytes on every machine.
 *
 * @param paint what is to lie on the ground beside the scene's own
 */
export function renderScene(spec: SceneSpec, paint?: PaintGround): Scene {
  assert(spec.frameCount >= 1, "a scene has a frame");
  const paintBackdrop = backdropPainter(spec);
  const { width, height } = spec.size;
  const area = width * height;
  const lights = spec.lamp === undefined ? [spec.sun] : [spec.sun, spec.lamp];

  return { spec, frame };

  function frame(t: number): SceneFrame {
    assert(t >= 0 && t < spec.frameCount, "the frame is in the scene");
    const random = uniformRandom(spec.seed * 104729 + t);
    const backdrop = paintBackdrop(t);
    paint?.(backdrop.picture, t);
    const background = quantize(backdrop.picture, 3, spec.noise, random);
    const rgb = background.slice();
    const drawn = spec.subjects.map((subject) =>
      drawSubject(subject, t, backdrop.picture, backdrop.foreground),
    );
    const subjects = drawn.map(({ layer, object, body, effect }, index) => {
      const subject = spec.subjects[index]!;
      const rgba = quantize(layer, 4, spec.noise, random);
      compositeOver(rgb, rgba);
      const nearer = drawn.slice(index + 1).map((other) => other.object);
      return {
        name: subject.name,
        rgba,
        objectAlpha: unitToBytes(object),
        effectAlpha: unitToBytes(effect),
        mask: subject.missingMasks.includes(t)
          ? new Uint8Array(area)
          : roughMask(
              visibleAlpha(body, nearer),
              width,
              height,
              subject.maskStyle,
              spec.seed + index,
              t,
            ),
      };
    });
    return {
      rgb,
      background,
      subjects,
      distractor:
        backdrop.distractor === undefined
          ? undefined
          : unitToBytes(spriteAlpha(backdrop.distractor)),
    };
  }

  function drawSubject(
    subject: SubjectSpec,
    t: number,
    ground: Sprite,
    foreground: Sprite,
  ): {
    layer: Sprite;
    object: Float32Array;
    /** `object` without what is carried. */
    body: Float32Array;
    effect: Float32Array;
  } {
    const scale = spec.supersample;
    const figure = figureAt(spec, subject, t);
    const camera = cameraAt(spec, t, 1);
    const draw = (shapes: readonly FigureShape[]): Sprite => {
      const large = sprite(width * scale, height * scale);
      drawShapes(
        large,
        shapes,
        pixelToUpright(cameraAt(spec, t, scale), figure.x, figure.depth),
      );
      return scale === 2 ? halveSprite(large) : large;
    };
    const figurePicture = draw(figure.shapes);
    const { carried } = figure;
    const bodyPicture =
      carried.length === 0
        ? figurePicture
        : draw(figure.shapes.filter((shape) => !carried.includes(shape)));
    const layer = sprite(width, height);
    addShadow(
      layer,
      ground,
      figure,
      camera,
      subject.effects.includes("shadow") ? lights : [],
    );
    if (subject.effects.includes("reflection")) {
      addReflection(layer, figure, camera, spec.seed, t);
    }
    if (subject.effects.includes("smoke")) {
      addSmoke(layer, spec, subject, camera, t);
    }
    const object = new Float32Array(area);
    const body = new Float32Array(area);
    const effect = new Float32Array(area);
    for (let i = 0; i < area; i++) {
      const seen = 1 - foreground.data[i * 4 + 3]!;
      const alpha = figurePicture.data[i * 4 + 3]!;
      object[i] = alpha * seen;
      body[i] = bodyPicture.data[i * 4 + 3]! * seen;
      effect[i] = layer.data[i * 4 + 3]! * (1 - alpha) * seen;
      for (let c = 0; c < 4; c++) {
        const j = i * 4 + c;
        const over = layer.data[j]! * (1 - alpha) + figurePicture.data[j]!;
        layer.data[j] = over * seen;
      }
    }
    return { layer, object, body, effect };
  }
}

function spriteAlpha(from: Sprite): Float32Array {
  const alpha = new Float32Array(from.width * from.height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = from.data[i * 4 + 3]!;
  return alpha;
}

function unitToBytes(values: Float32Array): Uint8Array {
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Math.round(255 * Math.min(1, values[i]!));
  }
  return bytes;
}

/** What nearer objects leave to be seen of an object. */
function visibleAlpha(
  object: Float32Array,
  nearer: readonly Float32Array[],
): Float32Array {
  const seen = object.slice();
  for (const other of nearer) {
    for (let i = 0; i < seen.length; i++) seen[i]! *= 1 - other[i]!;
  }
  return seen;
}

/** Straight 8-bit `[H, W, channels]` with noise on the colour; the colour of a wholly transparent pixel is 0. */
function quantize(
  from: Sprite,
  channels: 3 | 4,
  noise: number,
  random: UniformRandom,
): Uint8Array {
  const count = from.width * from.height;
  const out = new Uint8Array(count * channels);
  // The difference of two uniforms has the variance 1/6.
  const amplitude = noise * Math.sqrt(6);
  for (let i = 0; i < count; i++) {
    const alpha = Math.round(255 * Math.min(1, from.data[i * 4 + 3]!));
    if (alpha === 0) continue;
    const scale = 255 / from.data[i * 4 + 3]!;
    for (let c = 0; c < 3; c++) {
      const grain = amplitude * (random() - random());
      const value = from.data[i * 4 + c]! * scale + grain;
      out[i * channels + c] = Math.min(255, Math.max(0, Math.round(value)));
    }
    if (channels === 4) out[i * 4 + 3] = alpha;
  }
  return out;
}

/** `B ← round(B(1 − α) + Cα)` in 8-bit code values. */
function compositeOver(rgb: Uint8Array, rgba: Uint8Array): void {
  for (let i = 0; i < rgb.length / 3; i++) {
    const alpha = rgba[i * 4 + 3]! / 255;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++) {
      rgb[i * 3 + c] = Math.round(
        rgb[i * 3 + c]! * (1 - alpha) + rgba[i * 4 + c]! * alpha,
      );
    }
  }
}
