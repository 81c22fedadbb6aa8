import { effectColour, type EffectModel } from "../effects/effect-model.ts";
import type { Part } from "../image/rect.ts";
import type { Raster } from "../../kernels/raster.ts";
import {
  codeOf,
  type Codes,
  codesLike,
  largestCode,
} from "../../kernels/codes.ts";
import { PixelQuantiser } from "./pixel-quantiser.ts";

/** What colour a part is to be expected to have where other parts overlap it. */
type ExpectedColours<C extends Codes> =
  /** An effect's, over the layers' background; a trail has its share of light, `[h, w]`. */
  | {
      readonly kind: "effect";
      readonly model: EffectModel;
      readonly lit: C | undefined;
    }
  /** Where it counts only, in the order of the pixels, `[n, 3]`. */
  | { readonly kind: "given"; readonly colours: C };

/** One part of a layer: how much of it there is, and what it looks like. */
export interface ApartPart<C extends Codes = Codes> {
  /** `[h, w]` code values of its alpha. */
  readonly alphas: C;
  readonly expected: ExpectedColours<C>;
}

/**
 * How the layers of a frame come apart: with the layers themselves, all that their parts are made of. It is small, because what a
 * part looks like is mostly what the frame leaves to it.
 */
export interface Apart<C extends Codes = Codes> {
  /** The part of the frame outside which no part of a layer has any alpha. */
  readonly part: Part;
  /** All parts of all layers, bottom to top. */
  readonly parts: readonly ApartPart<C>[];
}

/** A part of a layer before it is rounded. */
export interface SoftPart {
  /** `[h, w]` */
  readonly alphas: Float32Array;
  /** The model of an effect, with a trail's share of light `[h, w]`; else the straight colour as planes `[3, h, w]` where it is asked for. */
  readonly expected:
    | { readonly model: EffectModel; readonly lit: Float32Array | undefined }
    | ((within: Part) => Raster);
}

/**
 * Keeps of the soft parts of a frame's layers what `quantiseParts` makes of them.
 *
 * @param frame `[H, W, 3]` says how many bits a code value has
 * @param part  of the frame, which the soft parts cover; their boxes are told relative to it
 */
export function keepApart<C extends Codes>(
  frame: C,
  part: Part,
  soft: readonly SoftPart[],
): Apart<C> {
  const largest = largestCode(frame);
  const [width, height] = [part.right - part.left, part.bottom - part.top];
  const area = width * height;
  const rounded = (from: Float32Array, toCode: (value: number) => number): C =>
    codesLike(frame, area).map((_, i) => toCode(from[i]!)) as C;
  const alphas = soft.map((each) =>
    rounded(each.alphas, (value) =>
      Math.min(largest, Math.max(0, Math.ceil(value * largest - 1e-3))),
    ),
  );
  const counting = placesThatCount(alphas, largest);
  return {
    part,
    parts: soft.map(({ expected }, k) => {
      if (typeof expected !== "function") {
        const { model, lit } = expected;
        return {
          alphas: alphas[k]!,
          expected: {
            kind: "effect",
            model,
            lit: lit && rounded(lit, (value) => codeOf(value, largest)),
          },
        };
      }
      const places = counting[k]!;
      const colours = codesLike(frame, 3 * places.length);
      const box = boxAround(places, width);
      if (box !== undefined) {
        const { data, width: across, height: down } = expected(box);
        places.forEach((i, n) => {
          const [x, y] = [i % width, Math.floor(i / width)];
          const at = (y - box.top) * across + x - box.left;
          for (let c = 0; c < 3; c++)
            colours[3 * n + c] = codeOf(data[c * across * down + at]!, largest);
        });
      }
      return { alphas: alphas[k]!, expected: { kind: "given", colours } };
    }),
  };
}

/** Per part the pixels, in their order, at which its expected colour counts. */
function placesThatCount(
  alphas: readonly Codes[],
  largest: number,
): number[][] {
  const places = alphas.map((): number[] => []);
  const pixel = new PixelQuantiser(alphas.length, largest);
  const area = alphas[0]?.length ?? 0;
  for (let i = 0; i < area; i++) {
    let visible = 0;
    for (const each of alphas) if (each[i]! > 0) visible++;
    if (visible < 2) continue;
    alphas.forEach((each, k) => {
      pixel.steps[k] = each[i]!;
    });
    places.forEach((each, k) => {
      if (pixel.expects(k)) each.push(i);
    });
  }
  return places;
}

function boxAround(places: readonly number[], width: number): Part | undefined {
  if (places.length === 0) return undefined;
  let [left, right] = [width, 0];
  for (const i of places) {
    left = Math.min(left, i % width);
    right = Math.max(right, (i % width) + 1);
  }
  const rowOf = (i: number): number => Math.floor(i / width);
  return {
    left,
    right,
    top: rowOf(places[0]!),
    bottom: rowOf(places.at(-1)!) + 1,
  };
}

/**
 * Turns what was kept of the parts of a frame's layers into ones of the frame's bits that compose over the layers' background to exactly
 * the source, as `quantiseLayers` does for the layers.
 *
 * @param frame      `[H, W, 3]` of the source
 * @param width      pixels from one row of the frame to the next
 * @param background `[H, W, 3]` as the layers have it
 * @returns          per part `[H, W, 4]`, straight alpha
 */
export function quantiseParts<C extends Codes>(
  frame: C,
  width: number,
  background: C,
  { part, parts }: Apart<C>,
): C[] {
  const largest = largestCode(frame);
  const count = parts.length;
  const across = part.right - part.left;
  const area = across * (part.bottom - part.top);
  const out = parts.map(() => codesLike(frame, (frame.length / 3) * 4));
  const pixel = new PixelQuantiser(count, largest);
  const next = new Uint32Array(count);
  for (let i = 0; i < area; i++) {
    const x = i % across;
    const at = (part.top + (i - x) / across) * width + part.left + x;
    let any = false;
    let visible = 0;
    for (let k = 0; k < count; k++) {
      const step = parts[k]!.alphas[i]!;
      pixel.steps[k] = step;
      if (step > 0) visible++;
    }
    any ||= visible > 0;
    for (let c = 0; c < 3; c++) {
      pixel.source[c] = frame[3 * at + c]!;
      pixel.beneath[c] = background[3 * at + c]!;
      any ||= pixel.source[c] !== pixel.beneath[c];
    }
    if (!any) continue;
    if (visible > 1)
      for (let k = 0; k < count; k++) {
        if (!pixel.expects(k)) continue;
        const { expected } = parts[k]!;
        for (let c = 0; c < 3; c++)
          pixel.expected[3 * k + c] =
            expected.kind === "given"
              ? expected.colours[3 * next[k]! + c]!
              : codeOf(
                  effectColour(
                    expected.model,
                    c as 0 | 1 | 2,
                    pixel.beneath[c]! / largest,
                    (expected.lit?.[i] ?? 0) / largest,
                  ),
                  largest,
                );
        if (expected.kind === "given") next[k]!++;
      }
    pixel.solve(true);
    for (let k = 0; k < count; k++) {
      if (pixel.steps[k] === 0) continue;
      const layer = out[k]!;
      for (let c = 0; c < 3; c++) layer[4 * at + c] = pixel.colours[3 * k + c]!;
      layer[4 * at + 3] = pixel.steps[k]!;
    }
  }
  return out;
}

/**
 * The parts of a frame's layers, of the layers as they are kept.
 *
 * @param width      pixels of a row
 * @param background `[H, W, 3]`
 * @param layers     bottom to top, `[H, W, 4]`, straight alpha
 * @returns          per part `[H, W, 4]`, straight alpha; with the background they compose to what the layers do
 */
export function takeApart<C extends Codes>(
  width: number,
  background: C,
  layers: readonly C[],
  apart: Apart<C>,
): C[] {
  return quantiseParts(composed(background, layers), width, background, apart);
}

/** What layers compose to with `over`, rounded once at the end: the clip's own frame. */
function composed<C extends Codes>(background: C, layers: readonly C[]): C {
  const largest = largestCode(background);
  // Buffers' own `slice` would not copy.
  const out = codesLike(background, background.length);
  out.set(background);
  for (let i = 0; 3 * i < out.length; i++) {
    if (layers.every((layer) => layer[4 * i + 3] === 0)) continue;
    for (let c = 0; c < 3; c++) {
      let value: number = background[3 * i + c]!;
      for (const layer of layers) {
        const alpha = layer[4 * i + 3]! / largest;
        if (alpha > 0) value = value * (1 - alpha) + layer[4 * i + c]! * alpha;
      }
      out[3 * i + c] = Math.round(value);
    }
  }
  return out;
}
