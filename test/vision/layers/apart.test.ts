import assert from "node:assert/strict";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import type { EffectModel } from "../../../src/vision/effects/effect-model.ts";
import type { Part } from "../../../src/vision/image/rect.ts";
import { cut } from "../../../src/vision/image/rect.ts";
import {
  keepApart,
  type SoftPart,
  takeApart,
} from "../../../src/vision/layers/apart.ts";
import {
  apartBytes,
  readApart,
} from "../../../src/vision/layers/apart-bytes.ts";
import type { Codes } from "../../../src/kernels/codes.ts";
import { PixelQuantiser } from "../../../src/vision/layers/pixel-quantiser.ts";
import {
  quantiseLayers,
  type QuantisedLayers,
} from "../../../src/vision/layers/quantise-layers.ts";
import { seeded, texture } from "../seeded.ts";

const [height, width] = [50, 80];
/** Layers reach no farther. */
const part: Part = { left: 7, top: 5, right: 71, bottom: 44 };
const [across, down] = [part.right - part.left, part.bottom - part.top];
const area = across * down;

const models: readonly EffectModel[] = [
  { kind: "shadow", loss: [1, 0.8, 0.6] },
  { kind: "colour", colour: [0.9, 0.7, 0.2] },
  { kind: "trail", light: [0.8, 0.8, 0.8], dark: [0.2, 0.1, 0.1] },
  { kind: "trail", light: null, dark: [0.3, 0.3, 0.2] },
];

interface Taken<C extends Codes> {
  readonly frame: C;
  readonly layers: QuantisedLayers<C>;
  readonly soft: readonly SoftPart[];
}

/** A frame of noise whose subjects have an effect, every other a mirror image too, and lie anyhow. */
function noise<C extends Codes>(frame: C, subjects: number): Taken<C> {
  const largest = frame instanceof Uint16Array ? 65535 : 255;
  const random = seeded(40 + subjects);
  for (let i = 0; i < frame.length; i++)
    frame[i] = Math.floor(random() * (largest + 1));
  const some = (): Float32Array =>
    new Float32Array(area).map(() => {
      const kind = random();
      return kind < 0.4 ? 0 : kind < 0.5 ? 1 : kind < 0.6 ? 0.01 : random();
    });
  const background = raster(3, down, across).data.map(() => random());
  const alphas = raster(subjects, down, across);
  const soft: SoftPart[] = [];
  for (let k = 0; k < subjects; k++) {
    const model = models[k % models.length]!;
    const isLit = model.kind === "trail";
    const given = (colour: Raster) => (within: Part) => cut(colour, within);
    const own: SoftPart[] = [
      { alphas: some(), expected: { model, lit: isLit ? some() : undefined } },
      { alphas: some(), expected: given(texture(3, down, across, 20 + k)) },
      { alphas: some(), expected: given(texture(3, down, across, 30 + k)) },
    ];
    if (k % 2 === 0) own.splice(1, 1);
    soft.push(...own);
    for (let i = 0; i < area; i++)
      alphas.data[k * area + i] =
        1 - own.reduce((left, each) => left * (1 - each.alphas[i]!), 1);
  }
  const layers = quantiseLayers({
    frame,
    width,
    part,
    background: raster(3, down, across, background),
    alphas,
    colours:
      subjects === 1
        ? []
        : soft.slice(0, subjects).map((_, k) => texture(3, down, across, k)),
  });
  return { frame, layers, soft };
}

/** Composes bottom to top, rounding once at the end or after every layer. */
function recompose<C extends Codes>(
  background: C,
  layers: readonly C[],
  everyLayer: boolean,
): C {
  const largest = background instanceof Uint16Array ? 65535 : 255;
  return background.map((code, i) => {
    let value = code;
    const pixel = Math.floor(i / 3);
    for (const layer of layers) {
      const alpha = layer[4 * pixel + 3]! / largest;
      value = value * (1 - alpha) + layer[4 * pixel + (i % 3)]! * alpha;
      if (everyLayer) value = Math.round(value);
    }
    return Math.round(value);
  }) as C;
}

const kinds = [
  () => new Uint8Array(3 * height * width),
  () => new Uint16Array(3 * height * width),
] as const;

describe("layers that are taken apart", () => {
  for (const make of kinds)
    for (const subjects of [1, 2, 4]) {
      const bits = 8 * make().BYTES_PER_ELEMENT;
      it(`compose to exactly the source over their background, ${subjects} deep, in ${bits} bits`, () => {
        const { frame, layers, soft } = noise<Codes>(make(), subjects);
        const apart = keepApart(frame, part, soft);
        const { background } = layers;
        const parts = takeApart(width, background, layers.layers, apart);
        for (const everyLayer of [false, true])
          assert.deepEqual(recompose(background, parts, everyLayer), frame);
      });

      it(`are the same after what tells so was filed, ${subjects} deep, in ${bits} bits`, () => {
        const { frame, layers, soft } = noise<Codes>(make(), subjects);
        const apart = keepApart(frame, part, soft);
        const filed = readApart(apartBytes(apart))!;
        assert.deepEqual(filed, apart);
        const { background } = layers;
        assert.deepEqual(
          takeApart(width, background, layers.layers, filed),
          takeApart(width, background, layers.layers, apart),
        );
      });
    }

  it("need no colour that is not kept", () => {
    const random = seeded(3);
    const pixel = new PixelQuantiser(4, 255);
    const other = new PixelQuantiser(4, 255);
    for (let round = 0; round < 20_000; round++) {
      for (let k = 0; k < 4; k++) {
        const kind = random();
        pixel.steps[k] =
          kind < 0.3 ? 0 : kind < 0.5 ? 255 : Math.floor(random() * 256);
      }
      if (pixel.steps.filter((step) => step > 0).length < 2) continue;
      for (let c = 0; c < 3; c++) {
        pixel.source[c] = Math.floor(random() * 256);
        pixel.beneath[c] = Math.floor(random() * 256);
      }
      for (let at = 0; at < 12; at++)
        pixel.expected[at] = Math.floor(random() * 256);
      other.steps.set(pixel.steps);
      other.source.set(pixel.source);
      other.beneath.set(pixel.beneath);
      for (let at = 0; at < 12; at++)
        other.expected[at] = pixel.expects(Math.floor(at / 3))
          ? pixel.expected[at]!
          : 255 - pixel.expected[at]!;
      pixel.solve(true);
      other.solve(true);
      assert.deepEqual(other.steps, pixel.steps);
      for (let k = 0; k < 4; k++)
        if (pixel.steps[k]! > 0)
          assert.deepEqual(
            other.colours.subarray(3 * k, 3 * k + 3),
            pixel.colours.subarray(3 * k, 3 * k + 3),
          );
    }
  });

  it("are told from bytes that are something else, or cut off", () => {
    const { frame, soft } = noise(kinds[0](), 2);
    const bytes = apartBytes(keepApart(frame, part, soft));
    assert.equal(readApart(bytes.subarray(0, -1)), undefined);
    assert.equal(readApart(new Uint8Array(3)), undefined);
    assert.equal(readApart(new Uint8Array(64).fill(255)), undefined);
    for (const [from, to] of [
      ['"version":1', '"version":2'],
      ['"bits":8', '"bits":9'],
      ['"left":7', '"left":6'],
      ['"loss"', '"lass"'],
    ] as const) {
      const text = Buffer.from(bytes).toString("latin1").replace(from, to);
      assert.equal(readApart(Buffer.from(text, "latin1")), undefined, to);
    }
  });
});
