import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import type { InstanceModel } from "../../src/models/instance.ts";
import type { MatteModel } from "../../src/models/matte-model.ts";
import { findModel } from "../../src/models/model-folder.ts";
import { openModel, type OpenModel } from "../../src/models/open-model.ts";
import type { PromptableModel } from "../../src/models/promptable-model.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  type Box,
  inNotched,
  overlapWith,
  paintedPicture,
} from "./painted-picture.ts";
import {
  entry,
  sampleMaskRcnn,
  sampleMatte,
  type SampleModel,
  samplePromptable,
  sampleYolo,
  saveModel,
} from "./sample-models.ts";
import { rcnnLabels } from "./tiny-mask-rcnn.ts";

const RED = [220, 20, 30] as const;
const BLUE = [20, 30, 210] as const;

describe("a model's adapter", () => {
  const at = useTemporaryFolder();

  async function open<K extends OpenModel>(
    sample: SampleModel,
    changed: object = {},
  ): Promise<K> {
    const manifest = {
      ...sample.manifest,
      ...changed,
    } as typeof sample.manifest;
    await saveModel(at("models"), { ...sample, manifest });
    const found = await findModel(at("models"), manifest.name);
    return (await openModel(found, { entry })) as K;
  }

  // Wide, high, larger and smaller than what the model sees.
  const sizes = [
    { width: 128, height: 72 },
    { width: 90, height: 160 },
    { width: 61, height: 47 },
  ];

  for (const { width, height } of sizes) {
    const red: Box = [
      Math.round(width * 0.1),
      Math.round(height * 0.15),
      Math.round(width * 0.45),
      Math.round(height * 0.6),
    ];
    const blue: Box = [
      Math.round(width * 0.6),
      Math.round(height * 0.5),
      Math.round(width * 0.95),
      Math.round(height * 0.95),
    ];
    const picture = paintedPicture(width, height, [
      [red, RED],
      [blue, BLUE],
    ]);

    it(`finds what YOLO finds in ${width}x${height}, at twice that size`, async () => {
      await using model = await open<InstanceModel>(sampleYolo());
      const size = { width: 2 * width, height: 2 * height };
      const found = await model.segment(picture, size);
      assert.deepEqual(
        found.map(({ label }) => label),
        [0, 1],
      );
      assert.deepEqual(
        found.map(({ score }) => score.toFixed(2)),
        ["0.90", "0.70"],
      );
      for (const [k, box] of [red, blue].entries()) {
        const same = overlapWith(found[k]!.mask, size.width, inNotched(box), 2);
        // A quarter of a box is missing: the box itself would reach 0.75.
        assert.ok(same > 0.78, `${k}: ${same}`);
      }
    });

    it(`finds what Mask R-CNN finds in ${width}x${height}`, async () => {
      await using model = await open<InstanceModel>(sampleMaskRcnn());
      const found = await model.segment(picture, picture);
      assert.deepEqual(
        found.map(({ label }) => label),
        [rcnnLabels.red, rcnnLabels.blue],
      );
      for (const [k, box] of [red, blue].entries()) {
        const same = overlapWith(found[k]!.mask, width, inNotched(box));
        assert.ok(same > 0.93, `${k}: ${same}`);
      }
    });

    it(`finds what Segment Anything is clicked for in ${width}x${height}`, async () => {
      await using model = await open<PromptableModel>(samplePromptable());
      const embedded = await model.embed(picture);
      // Near opposite corners, so that across and down are not to be confused.
      const within = (
        [left, top, right, bottom]: Box,
        across: number,
        down: number,
      ) => ({
        x: (left + across * (right - left)) / width,
        y: (top + down * (bottom - top)) / height,
      });
      const inRed = { ...within(red, 0.15, 0.88), inside: true };
      const inBlue = { ...within(blue, 0.88, 0.15), inside: true };
      const one = await model.maskFromClicks(embedded, [inRed], picture);
      const alone = overlapWith(one.mask, width, inNotched(red));
      assert.ok(alone > 0.85, String(alone));
      assert.equal(one.score.toFixed(2), "0.90");
      const both = await model.maskFromClicks(
        embedded,
        [inRed, inBlue],
        picture,
      );
      const inside = (mask: Uint8Array) => mask.filter((v) => v >= 128).length;
      assert.ok(inside(both.mask) > 1.8 * inside(one.mask));
      const apart = await model.maskFromClicks(
        embedded,
        [inRed, inBlue, { ...inBlue, inside: false }],
        picture,
      );
      assert.ok(overlapWith(apart.mask, width, inNotched(red)) > 0.85);
    });
  }

  it("finds nothing where nothing is", async () => {
    const picture = paintedPicture(80, 60, []);
    await using yolo = await open<InstanceModel>(sampleYolo());
    assert.deepEqual(await yolo.segment(picture, picture), []);
    await using rcnn = await open<InstanceModel>(sampleMaskRcnn());
    assert.deepEqual(await rcnn.segment(picture, picture), []);
  });

  it("keeps to the labels of interest and the least score", async () => {
    const picture = paintedPicture(80, 60, [
      [[5, 5, 30, 40], RED],
      [[40, 20, 75, 55], BLUE],
    ]);
    const labelsOf = async (sample: SampleModel, changed: object) => {
      await using model = await open<InstanceModel>(sample, changed);
      return (await model.segment(picture, picture)).map(({ label }) => label);
    };
    assert.deepEqual(await labelsOf(sampleYolo(), { labels: [1] }), [1]);
    assert.deepEqual(
      await labelsOf(sampleYolo(), { thresholds: { score: 0.75 } }),
      [0],
    );
    assert.deepEqual(
      await labelsOf(sampleMaskRcnn(), { labels: [rcnnLabels.red] }),
      [rcnnLabels.red],
    );
    assert.deepEqual(
      await labelsOf(sampleMaskRcnn(), { thresholds: { score: 0.9 } }),
      [rcnnLabels.red],
    );
  });

  it("keeps two of one class that overlap less than the manifest says", async () => {
    const picture = paintedPicture(64, 64, [[[8, 8, 40, 40], RED]]);
    await using model = await open<InstanceModel>(sampleYolo(), {
      thresholds: { overlap: 0.98 },
    });
    assert.equal((await model.segment(picture, picture)).length, 2);
  });

  it("gives the alpha that a matting net computes, in place and value", async () => {
    const picture = paintedPicture(192, 128, [[[48, 32, 144, 96], RED]]);
    await using model = await open<MatteModel>(sampleMatte());
    const size = { width: 96, height: 64 };
    const alpha = await model.alpha(picture, size);
    const value = (x: number, y: number) => alpha[y * size.width + x]!;
    assert.ok(Math.abs(value(30, 20) - 220) <= 1, String(value(30, 20)));
    assert.ok(Math.abs(value(10, 10) - 90) <= 1, String(value(10, 10)));
    // The last column of the ground and the first of the box.
    assert.deepEqual([value(23, 24), value(24, 24)], [90, 220]);
    assert.deepEqual([value(30, 15), value(30, 16)], [90, 220]);
  });

  it("stretches, or takes for logits, what a matting net gives", async () => {
    const picture = paintedPicture(96, 64, [[[48, 32, 96, 64], RED]]);
    await using stretched = await open<MatteModel>(sampleMatte(), {
      values: "stretch",
    });
    const alpha = await stretched.alpha(picture, picture);
    const corner = 32 * picture.width + 48;
    assert.deepEqual([alpha[0], alpha[corner]], [0, 255]);
    await using logit = await open<MatteModel>(sampleMatte(), {
      values: "logit",
    });
    const soft = await logit.alpha(picture, picture);
    const expected = Math.round(255 / (1 + Math.exp(-220 / 255)));
    assert.ok(Math.abs(soft[corner]! - expected) <= 1);
  });

  it("takes outputs in the contract's order when they have other names", async () => {
    const names = ["6568", "6570", "6572", "6887"] as const;
    await using model = await open<InstanceModel>(sampleMaskRcnn(names));
    const picture = paintedPicture(80, 60, [[[5, 5, 30, 40], RED]]);
    assert.equal((await model.segment(picture, picture)).length, 1);
  });

  it("takes outputs by the names that the manifest gives", async () => {
    const names = ["a", "labels", "c", "masks"] as const;
    await using model = await open<InstanceModel>(sampleMaskRcnn(names), {
      names: { boxes: "a", scores: "c" },
    });
    const picture = paintedPicture(80, 60, [[[5, 5, 30, 40], RED]]);
    assert.equal((await model.segment(picture, picture)).length, 1);
  });

  it("lets go at once when it is cancelled", async () => {
    await using model = await open<MatteModel>(sampleMatte());
    const cancel = new AbortController();
    const picture = paintedPicture(96, 64, []);
    const work = model.alpha(picture, picture, cancel.signal);
    cancel.abort();
    await assert.rejects(work, { name: "AbortError" });
  });

  it("survives that a model's process is gone", async () => {
    const model = await open<MatteModel>(sampleMatte());
    await model[Symbol.asyncDispose]();
    const picture = paintedPicture(96, 64, []);
    await assert.rejects(
      model.alpha(picture, picture),
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "model-unusable" &&
        error.failure.problem === "its process ended",
    );
  });
});
