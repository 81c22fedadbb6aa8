import assert from "node:assert/strict";
import {
  learnEdgePrior,
  type EdgePrior,
} from "../../../src/vision/matting/edge-prior.ts";
import { BLACK_SHADOW } from "../../../src/vision/effects/effect-model.ts";
import { solveObjectMatte } from "../../../src/vision/matting/object-matte.ts";
import { signedDistance } from "../../../src/vision/image/signed-distance.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { constant } from "../seeded.ts";
import { meanDifference, walkerScene, type Scene } from "../walker-scene.ts";

const disc = (x: number, y: number): Scene =>
  walkerScene(
    [
      {
        x,
        y,
        radius: 24,
        colour: [0.85, 0.25, 0.2],
        effect: BLACK_SHADOW,
        strength: 0.4,
        away: [60, 30],
      },
    ],
    3,
  );

function matte(
  { evidence }: Scene,
  prior: EdgePrior | undefined,
): ReturnType<typeof solveObjectMatte> {
  return solveObjectMatte({
    ...evidence,
    mask: evidence.masks,
    others: raster(1, evidence.frame.height, evidence.frame.width),
    prior,
    unit: 1,
  });
}

const near = (distance: Raster) => (i: number) =>
  Math.abs(distance.data[i]!) < 4;

describe("the distance to a mask's outline", () => {
  it("is half a pixel on either side of it and grows with the unit's inverse", () => {
    const mask = raster(1, 1, 8, Float32Array.of(0, 0, 0, 1, 1, 1, 1, 1));
    assert.deepEqual(
      [...signedDistance(mask, 1).data],
      [2.5, 1.5, 0.5, -0.5, -1.5, -2.5, -3.5, -4.5],
    );
    assert.equal(signedDistance(mask, 2).data[0], 1.25);
  });
});

describe("the matte of a subject", () => {
  it("recovers a soft edge beneath a mask that is too wide", () => {
    const scene = disc(70, 60);
    const { evidence, objects } = scene;
    const edge = near(signedDistance(evidence.masks, 1));
    const rough = matte(scene, undefined);
    const prior = learnEdgePrior([rough.histogram], 0.1);
    const { alpha } = matte(scene, prior);
    const byMask = meanDifference(evidence.masks, objects, edge);
    const byMatte = meanDifference(alpha, objects, edge);
    assert.ok(byMask > 0.15, `the mask alone is off by ${byMask}`);
    assert.ok(byMatte < 0.03, `the matte is off by ${byMatte}`);
  });

  it("learns the edge where colours tell and applies it where they do not", () => {
    const clear = disc(70, 60);
    const rough = matte(clear, undefined);
    const prior = learnEdgePrior([rough.histogram], 0.1);
    // The same disc over ground of its own colour: only the prior can say where it ends.
    const { frame } = clear.evidence;
    const area = frame.height * frame.width;
    const background = raster(3, frame.height, frame.width);
    for (let i = 0; i < 3 * area; i++)
      background.data[i] = [0.85, 0.25, 0.2][Math.floor(i / area)]!;
    const hidden: Scene = {
      ...clear,
      evidence: { ...clear.evidence, frame: background, background },
    };
    const edge = near(signedDistance(clear.evidence.masks, 1));
    const without = meanDifference(
      matte(hidden, undefined).alpha,
      clear.objects,
      edge,
    );
    const withPrior = meanDifference(
      matte(hidden, prior).alpha,
      clear.objects,
      edge,
    );
    assert.ok(withPrior < 0.08, `with the prior off by ${withPrior}`);
    assert.ok(without > 2 * withPrior, `without it off by ${without}`);
  });

  it("is 1 in the mask's core, 0 away from it, and 0 where another mask is larger", () => {
    const scene = disc(70, 60);
    const { evidence } = scene;
    const distance = signedDistance(evidence.masks, 1);
    const others = raster(1, evidence.frame.height, evidence.frame.width);
    for (let i = 0; i < others.data.length; i++)
      if (distance.data[i]! > 0) others.data[i] = 1;
    const { alpha } = solveObjectMatte({
      ...evidence,
      mask: evidence.masks,
      others,
      prior: undefined,
      unit: 1,
    });
    for (let i = 0; i < alpha.data.length; i++) {
      if (distance.data[i]! < -4) assert.equal(alpha.data[i], 1);
      if (distance.data[i]! > 0) assert.equal(alpha.data[i], 0);
    }
  });

  it("takes a mask of a few pixels as it is", () => {
    const mask = raster(1, 8, 8);
    mask.data[9] = 1;
    const { alpha, histogram } = solveObjectMatte({
      frame: constant(3, 8, 8, 0.5),
      background: constant(3, 8, 8, 0.2),
      spread: raster(1, 8, 8),
      mask,
      others: raster(1, 8, 8),
      prior: undefined,
    });
    assert.deepEqual(alpha.data, mask.data);
    assert.ok(histogram.every((mass) => mass === 0));
  });

  it("trusts the mask more than a background that fits nowhere", () => {
    const scene = disc(70, 60);
    const { evidence, objects } = scene;
    const prior = learnEdgePrior([matte(scene, undefined).histogram], 0.1);
    const wrong = raster(
      3,
      evidence.frame.height,
      evidence.frame.width,
      evidence.background.data.map((v, i) =>
        Math.min(1, Math.max(0, v + 0.3 * Math.sin(i * 1.7))),
      ),
    );
    const edge = signedDistance(evidence.masks, 1);
    const { alpha } = matte(
      { ...scene, evidence: { ...evidence, background: wrong } },
      prior,
    );
    // Outside the true edge the change is large everywhere, and yet it must not become the subject.
    const spill = meanDifference(
      alpha,
      objects,
      (i) => edge.data[i]! > 0 && edge.data[i]! < 3.5,
    );
    assert.ok(spill < 0.03, `${spill} of alpha outside`);
  });
});
