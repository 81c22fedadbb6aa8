import assert from "node:assert/strict";
import { chooseEffect } from "../../../src/vision/effects/fit-effect-colour.ts";
import {
  collectEvidence,
  poolEvidence,
} from "../../../src/vision/effects/effect-evidence.ts";
import {
  BLACK_SHADOW,
  type EffectModel,
} from "../../../src/vision/effects/effect-model.ts";
import {
  analyseFrame,
  resizeAnalysis,
} from "../../../src/vision/layers/frame-analysis.ts";
import { cutEvidence } from "../../../src/vision/frame-evidence.ts";
import {
  solveLayers,
  type SoftLayers,
} from "../../../src/vision/layers/solve-layers.ts";
import { matteSubjects } from "../../../src/vision/layers/subject-mattes.ts";
import { smokeAlpha } from "../../../src/vision/effects/smoke-alpha.ts";
import {
  cut,
  partAround,
  paste,
  resizePart,
  scalePart,
} from "../../../src/vision/image/rect.ts";
import { resizeLinear } from "../../../src/kernels/resize.ts";
import { dilate, erode } from "../../../src/kernels/morphology.ts";
import { plane, raster } from "../../../src/kernels/raster.ts";
import { constant, largestDifference, texture } from "../seeded.ts";
import {
  meanDifference,
  walkerScene,
  type Figure,
  type Scene,
} from "../walker-scene.ts";

const walker: Figure = {
  x: 60,
  y: 50,
  radius: 20,
  colour: [0.2, 0.3, 0.8],
  effect: { kind: "shadow", loss: [1, 0.9, 0.7] },
  strength: 0.5,
  away: [40, 30],
};
const other: Figure = {
  ...walker,
  x: 150,
  y: 90,
  radius: 14,
  colour: [0.8, 0.7, 0.1],
  effect: { kind: "colour", colour: [0.9, 0.9, 0.95] },
  strength: 0.6,
  away: [0, -45],
};

function fit(scene: Scene): EffectModel[] {
  const { evidence } = scene;
  const mirrored = raster(1, evidence.frame.height, evidence.frame.width);
  return Array.from({ length: evidence.masks.channels }, (_, k) =>
    chooseEffect(poolEvidence([collectEvidence(evidence, mirrored, k)]), false),
  );
}

function solve(
  { evidence }: Scene,
  models: readonly EffectModel[],
): SoftLayers {
  const priors = models.map(() => undefined);
  const plain = matteSubjects(evidence, priors);
  const analysis = analyseFrame(
    evidence,
    plain,
    models,
    models.map(() => undefined),
  );
  return solveLayers(evidence, analysis, models, priors);
}

describe("an effect's direction", () => {
  it("is a shadow whose loss of light per channel is recovered", () => {
    const [model] = fit(walkerScene([walker], 5));
    assert.ok(model?.kind === "shadow", `it came out as ${model?.kind}`);
    [1, 0.9, 0.7].forEach((loss, c) => {
      assert.ok(
        Math.abs(model.loss[c as 0 | 1 | 2] - loss) < 0.04,
        `channel ${c} came out as ${model.loss[c as 0 | 1 | 2]}`,
      );
    });
  });

  it("is a colour when that explains clearly more than a shadow", () => {
    const [model] = fit(walkerScene([other], 6));
    assert.ok(model?.kind === "colour", `it came out as ${model?.kind}`);
    model.colour.forEach((v) => {
      assert.ok(v > 0.75, `the colour came out as ${model.colour.join(", ")}`);
    });
  });

  it("is a black shadow when nothing has changed", () => {
    assert.deepEqual(fit(walkerScene([{ ...walker, strength: 1e-3 }], 7)), [
      BLACK_SHADOW,
    ]);
  });
});

describe("the layers of a frame", () => {
  it("recover a coloured shadow's alpha", () => {
    const scene = walkerScene([walker], 5);
    const { alphas } = solve(scene, fit(scene));
    const { objects, effects } = scene;
    const inEffect = (i: number): boolean =>
      effects.data[i]! > 0.02 && objects.data[i] === 0;
    const off = meanDifference(alphas, effects, inEffect);
    assert.ok(off < 0.02, `off by ${off}`);
  });

  it("have no alpha and the source as background where nothing has changed", () => {
    const scene = walkerScene([walker], 5);
    const { alphas, background } = solve(scene, fit(scene));
    const { evidence } = scene;
    const area = alphas.data.length;
    let untouched = 0;
    for (let i = 0; i < area; i++) {
      if (evidence.support.data[i]! > 0.01 || evidence.masks.data[i]! > 0)
        continue;
      const x = i % alphas.width;
      const y = Math.floor(i / alphas.width);
      if (Math.hypot(x - walker.x, y - walker.y) < walker.radius + 8) continue;
      untouched++;
      assert.equal(alphas.data[i], 0);
      for (let at = i; at < 3 * area; at += area)
        assert.equal(background.data[at], evidence.frame.data[at]);
    }
    assert.ok(untouched > area / 4);
  });

  it("reach two cells beyond the network's word where a change looks like the effect", () => {
    const scene = walkerScene([walker], 5);
    const { evidence, effects, objects } = scene;
    // The network misses the shadow's rim, all around.
    const support = erode(evidence.support, 8);
    const { alphas } = solve(
      { ...scene, evidence: { ...evidence, support } },
      fit(scene),
    );
    const atRim = (i: number): boolean =>
      effects.data[i]! > 0.05 &&
      objects.data[i] === 0 &&
      support.data[i]! < 0.2;
    const off = meanDifference(alphas, effects, atRim);
    assert.ok(off < 0.02, `off by ${off}`);
  });

  it("leave other changes beside the effect alone", () => {
    const scene = walkerScene([walker], 5);
    const { evidence, effects } = scene;
    const { height, width } = evidence.frame;
    const models = fit(scene);
    const frame = raster(3, height, width, evidence.frame.data.slice());
    const carried = dilate(evidence.support, 8).data;
    const beside = (i: number): boolean =>
      carried[i]! > 0.5 && evidence.support.data[i]! < 0.05;
    const green = plane(frame, 1).data;
    green.forEach((value, i) => {
      if (beside(i)) green[i] = Math.min(1, value + 0.2);
    });
    const { alphas } = solve(
      { ...scene, evidence: { ...evidence, frame } },
      models,
    );
    const off = meanDifference(alphas, effects, beside);
    assert.ok(off < 0.015, `off by ${off}`);
  });

  it("keep two subjects' effects apart", () => {
    const scene = walkerScene([walker, other], 8);
    const { alphas } = solve(scene, fit(scene));
    const { effects, objects } = scene;
    for (const k of [0, 1]) {
      const own = plane(effects, k).data;
      const rival = plane(alphas, 1 - k).data;
      let leaked = 0;
      let total = 0;
      for (let i = 0; i < own.length; i++) {
        const clear =
          plane(objects, 0).data[i] === 0 &&
          plane(objects, 1).data[i] === 0 &&
          plane(effects, 1 - k).data[i] === 0;
        if (!clear || own[i]! < 0.05) continue;
        leaked += Math.min(rival[i]!, own[i]!);
        total += own[i]!;
      }
      assert.ok(leaked < 0.01 * total, `${leaked} of ${total} leaked`);
    }
  });

  it("are the same whether solved at once or in a part", () => {
    const scene = walkerScene([walker], 9);
    const { evidence } = scene;
    const models = fit(scene);
    const { height, width } = evidence.frame;
    const plain = matteSubjects(evidence, [undefined]);
    const analysis = analyseFrame(evidence, plain, models, [undefined]);
    const whole = solveLayers(evidence, analysis, models, [undefined]);
    const part = { left: 20, top: 10, right: 160, bottom: 110 };
    const within = solveLayers(
      cutEvidence(evidence, part),
      resizeAnalysis(analysis, height, width, part),
      models,
      [undefined],
    );
    assert.ok(
      largestDifference(within.alphas, cut(whole.alphas, part), 12) < 1e-3,
    );
  });
});

describe("a trail of two colours", () => {
  it("takes at each place the colour that explains the change", () => {
    const background = texture(3, 64, 96, 12);
    for (let i = 0; i < background.data.length; i++)
      background.data[i] = 0.35 + 0.2 * background.data[i]!;
    const light = [0.85, 0.85, 0.85] as const;
    const dark = [0, 0, 0] as const;
    const area = 64 * 96;
    const frame = raster(3, 64, 96);
    for (let i = 0; i < 3 * area; i++) {
      const colour = i % 96 < 48 ? light[0] : dark[0];
      frame.data[i] =
        background.data[i]! + 0.5 * (colour - background.data[i]!);
    }
    const { alpha, lit } = smokeAlpha(frame, background, light, dark, 1);
    for (let i = 0; i < area; i++) {
      const x = i % 96;
      if (Math.abs(x - 47.5) < 12) continue;
      assert.equal(lit.data[i], x < 48 ? 1 : 0);
      assert.ok(
        Math.abs(alpha.data[i]! - 0.5) < 0.08,
        `alpha came out as ${alpha.data[i]!}`,
      );
    }
  });

  it("without a light colour has only the dark one", () => {
    const background = constant(3, 20, 20, 0.6);
    const frame = constant(3, 20, 20, 0.3);
    const { alpha, lit } = smokeAlpha(frame, background, null, [0, 0, 0], 1);
    assert.ok(lit.data.every((v) => v === 0));
    assert.ok(alpha.data.every((v) => Math.abs(v - 0.5) < 0.02));
  });
});

describe("a part of a picture", () => {
  it("is what enlarging all of it gives there", () => {
    const source = texture(2, 20, 30, 4);
    const part = { left: 13, top: 7, right: 71, bottom: 52 };
    const all = cut(resizeLinear(source, 70, 95), part);
    assert.ok(largestDifference(resizePart(source, 70, 95, part), all) < 1e-6);
  });

  it("goes back to where it was cut from", () => {
    const source = texture(2, 20, 30, 4);
    const part = { left: 3, top: 7, right: 21, bottom: 12 };
    const target = constant(2, 20, 30, -1);
    paste(target, cut(source, part), part);
    for (let i = 0; i < target.data.length; i++) {
      const x = i % 30;
      const y = Math.floor(i / 30) % 20;
      const inside = x >= 3 && x < 21 && y >= 7 && y < 12;
      assert.equal(target.data[i], inside ? source.data[i] : -1);
    }
  });

  it("holds every pixel that counts, and there is none when none counts", () => {
    const weights = raster(1, 10, 20);
    assert.equal(partAround(weights, 0.5, 1), undefined);
    weights.data[3 * 20 + 4] = 1;
    weights.data[5 * 20 + 18] = 1;
    const part = partAround(weights, 0.5, 1);
    assert.deepEqual(part, { left: 3, top: 2, right: 20, bottom: 7 });
    assert.deepEqual(
      scalePart(part, { width: 20, height: 10 }, { width: 50, height: 25 }),
      { left: 7, top: 5, right: 50, bottom: 18 },
    );
  });
});
