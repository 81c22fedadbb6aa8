import assert from "node:assert/strict";
import { recomposedDifference } from "../../../src/kernels/bytes.ts";
import { plane } from "../../../src/kernels/raster.ts";
import { clampLayers } from "../../../src/vision/corrections/clamp-layers.ts";
import { correctEvidence } from "../../../src/vision/corrections/correct-evidence.ts";
import {
  strokeArea,
  type FrameStroke,
} from "../../../src/vision/corrections/stroke.ts";
import {
  BLACK_SHADOW,
  type EffectModel,
} from "../../../src/vision/effects/effect-model.ts";
import { rgbToBytes } from "../../../src/vision/image/colour.ts";
import { quantiseParts } from "../../../src/vision/layers/apart.ts";
import type { QuantisedLayers } from "../../../src/vision/layers/quantise-layers.ts";
import { layerFrameAndApart } from "../../../src/vision/layers/layer-frame.ts";
import { matteSubjects } from "../../../src/vision/layers/subject-mattes.ts";
import { learnEdgePrior } from "../../../src/vision/matting/edge-prior.ts";
import { seeded } from "../seeded.ts";
import { walkerScene, type Scene } from "../walker-scene.ts";

const glow: EffectModel = { kind: "colour", colour: [0.9, 0.8, 0.4] };
const scene = (): Scene =>
  walkerScene(
    [
      // prettier-ignore
      { x: 60, y: 50, radius: 18, colour: [0.8, 0.2, 0.1], effect: BLACK_SHADOW, strength: 0.5, away: [34, 20] },
      // prettier-ignore
      { x: 130, y: 60, radius: 15, colour: [0.1, 0.3, 0.8], effect: glow, strength: 0.5, away: [-20, 24] },
    ],
    7,
  );

/** The layers of a scene's frame as its strokes have them. */
function corrected(
  { evidence }: Pick<Scene, "evidence">,
  strokes: readonly FrameStroke[],
): QuantisedLayers & {
  readonly parts: readonly Uint8Array[];
  readonly bytes: Uint8Array;
} {
  const size = evidence.frame;
  const models = [BLACK_SHADOW, glow];
  const read = correctEvidence(evidence, models, strokes, size);
  const { histograms } = matteSubjects(evidence, [undefined, undefined]);
  const subjects = models.map((effect, k) => {
    const edge = learnEdgePrior([histograms[k]!], 0.1);
    return { edge, edgeOverEffects: edge, effect, mirror: null };
  });
  const bytes = rgbToBytes(evidence.frame);
  const layers = layerFrameAndApart({
    bytes,
    background: evidence.background,
    coarse: read.evidence,
    subjects,
    frame: 0,
    clamp: (soft, estimate, part) => {
      clampLayers(soft, estimate, read.strokes, part, size);
    },
  });
  const { apart, background } = layers;
  const parts = quantiseParts(bytes, size.width, background, apart);
  return { ...layers, parts, bytes };
}

const stroke = (
  facts: Pick<FrameStroke, "kind" | "points"> & Partial<FrameStroke>,
): FrameStroke => ({
  subject: undefined,
  isPainted: true,
  radius: 6,
  elsewhere: [],
  ...facts,
});

describe("layers that somebody has corrected", () => {
  it("compose to the clip exactly, whatever is painted", () => {
    const random = seeded(15);
    const some = scene();
    const { width, height } = some.evidence.frame;
    for (let round = 0; round < 12; round++) {
      const strokes = Array.from({ length: 1 + Math.floor(4 * random()) }, () =>
        stroke({
          kind: (["layer", "background", "clean"] as const)[
            Math.floor(3 * random())
          ]!,
          subject: [0, 1, undefined][Math.floor(3 * random())],
          isPainted: random() < 0.6,
          radius: 1 + 14 * random(),
          points: Array.from(
            { length: 1 + Math.floor(4 * random()) },
            () => [width * random(), height * random()] as const,
          ),
        }),
      );
      const { bytes, background, layers, parts } = corrected(some, strokes);
      for (const stack of [layers, parts])
        assert.equal(
          recomposedDifference(bytes, background, stack),
          0,
          JSON.stringify(strokes),
        );
    }
  });

  it("have nothing where the background was painted", () => {
    const some = scene();
    const painted = stroke({ kind: "background", points: [[60, 50]] });
    const { layers, parts } = corrected(some, [painted]);
    const where = strokeArea(painted, some.evidence.frame, some.evidence.frame);
    where.data.forEach((share, i) => {
      if (share < 1) return;
      for (const layer of [...layers, ...parts])
        assert.equal(layer[4 * i + 3], 0);
    });
  });

  it("give an effect that was not seen to the layer that it belongs to, and the subject itself as a whole", () => {
    const some = scene();
    const area = some.evidence.frame.width * some.evidence.frame.height;
    // The network has seen none of the shadow, and the mask lacks the right half of the other figure.
    plane(some.evidence.support, 0).data.fill(0);
    const mask = plane(some.evidence.masks, 1).data;
    const own = plane(some.evidence.support, 1).data;
    for (let i = 0; i < area; i++) {
      if (i % some.evidence.frame.width < 130) continue;
      mask[i] = 0;
      own[i] = 0;
    }
    const shadow = stroke({
      kind: "layer",
      subject: 0,
      radius: 9,
      points: [
        [72, 70],
        [116, 70],
      ],
    });
    const half = stroke({
      kind: "layer",
      subject: 1,
      radius: 5,
      points: [
        [137, 54],
        [137, 66],
      ],
    });
    const alphaAt = (
      layers: QuantisedLayers,
      k: number,
      x: number,
      y: number,
    ) => layers.layers[k]![4 * (y * some.evidence.frame.width + x) + 3]! / 255;
    const before = corrected(some, []);
    assert.ok(alphaAt(before, 0, 94, 70) < 0.1);
    assert.ok(alphaAt(before, 1, 137, 60) < 0.9);
    const after = corrected(some, [shadow, half]);
    const shade = alphaAt(after, 0, 94, 70);
    assert.ok(Math.abs(shade - 0.5) < 0.12, String(shade));
    assert.equal(alphaAt(after, 1, 137, 60), 1);
    // The shadow is not mistaken for the subject: the ground is seen through it.
    const at = 3 * (70 * some.evidence.frame.width + 94);
    const ground =
      some.evidence.background.data[70 * some.evidence.frame.width + 94]!;
    assert.ok(Math.abs(after.background[at]! / 255 - ground) < 0.03);
  });

  it("find carried strokes out where they are only roughly right", () => {
    const some = scene();
    plane(some.evidence.support, 0).data.fill(0);
    const carried = stroke({
      kind: "layer",
      subject: 0,
      isPainted: false,
      radius: 9,
      points: [
        [76, 72],
        [112, 72],
      ],
    });
    const { layers } = corrected(some, [carried]);
    const { width } = some.evidence.frame;
    const truth = plane(some.effects, 0).data;
    const object = plane(some.objects, 0).data;
    let both = 0;
    let either = 0;
    for (let i = 0; i < truth.length; i++) {
      if (object[i]! > 0.02 || i % width > 125) continue;
      const is = truth[i]! > 0.1;
      const found = layers[0]![4 * i + 3]! > 25;
      if (is && found) both++;
      if (is || found) either++;
    }
    assert.ok(both / either > 0.75, String(both / either));
  });
});
