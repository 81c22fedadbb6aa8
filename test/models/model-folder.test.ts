import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { OnnxWriter } from "../../src/autodiff/onnx-writer.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { checkModel } from "../../src/models/check-model.ts";
import { exampleManifests } from "../../src/models/example-manifests.ts";
import { readManifest } from "../../src/models/manifest.ts";
import { findModel, listModels } from "../../src/models/model-folder.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  entry,
  sampleMaskRcnn,
  sampleMatte,
  type SampleModel,
  samplePromptable,
  sampleYolo,
  saveModel,
} from "./sample-models.ts";
import { tinyMatte } from "./tiny-matte.ts";
import { tinyYolo } from "./tiny-yolo.ts";

describe("a folder of models", () => {
  const at = useTemporaryFolder();

  /** What is said of the only model there. */
  async function said(sample: SampleModel): Promise<string> {
    await rm(at("models"), { recursive: true, force: true });
    await saveModel(at("models"), sample);
    try {
      const found = await findModel(at("models"), sample.manifest.name);
      return await checkModel(found, { entry });
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      return error.message;
    }
  }

  const changed = (sample: SampleModel, change: object): SampleModel => ({
    ...sample,
    manifest: { ...sample.manifest, ...change },
  });

  it("is empty when it is not there", async () => {
    assert.deepEqual(await listModels(at("nowhere")), []);
    await assert.rejects(
      findModel(at("nowhere"), "sam"),
      /There is no model called sam/,
    );
  });

  it("lists what can be used and says of the rest why it cannot", async () => {
    const models = at("models");
    await saveModel(models, sampleYolo(), "b");
    await saveModel(models, sampleMatte(), "a");
    await saveModel(models, sampleYolo(), "c");
    await saveModel(models, { ...sampleMaskRcnn(), files: {} }, "d");
    await mkdir(at("models", "e"));
    await mkdir(at("models", ".git"));
    await writeFile(at("models", "notes.txt"), "");
    const listed = (await listModels(models)).map((model) => [
      model.name,
      model.manifest?.kind,
      "problem" in model ? model.problem : "",
    ]);
    assert.deepEqual(listed, [
      ["matte", "matte", ""],
      ["yolo", "yolo-segmentation", ""],
      [
        "yolo",
        "yolo-segmentation",
        `it has the same name as the one in ${at("models", "b")}`,
      ],
      ["rcnn", "mask-rcnn", `there is no rcnn.onnx in ${at("models", "d")}`],
      ["e", undefined, `there is no model.json in ${at("models", "e")}`],
    ]);
  });

  it("finds that a model of every kind fits its contract", async () => {
    assert.equal(
      await said(sampleYolo()),
      "it sees 2 things in a test picture",
    );
    assert.equal(
      await said(sampleMaskRcnn()),
      "it sees 2 things in a test picture",
    );
    assert.match(await said(sampleMatte()), /^its alpha covers 1[5-9] %/);
    assert.match(await said(samplePromptable()), /gives 1[5-9] % of it$/);
  });

  it("says in one sentence what is wrong with a manifest", () => {
    const { input } = sampleYolo().manifest;
    const cases: readonly [object, RegExp][] = [
      [{ version: 2 }, /in its model.json, version: must be 1/],
      [{ kind: "yolo" }, /in its model.json, kind: /],
      [{ file: "../yolo.onnx" }, /file: must be the name of an .onnx file/],
      [{ threshold: 1 }, /in its model.json, threshold: /],
      [{ input: { ...input, width: 4 } }, /width: must be at least 16 pixels/],
      [
        { input: { ...input, std: [1, 0, 1] } },
        /std.1: must be greater than 0/,
      ],
      [{ labels: [] }, /labels: must name at least one label/],
      [{ names: { boxes: "a" } }, /in its model.json, names/],
    ];
    for (const [change, expected] of cases) {
      const { manifest } = changed(sampleYolo(), change);
      const read = readManifest(JSON.stringify(manifest));
      assert.match("problem" in read ? read.problem : "none", expected);
    }
    const read = readManifest("{");
    assert.deepEqual(read, { problem: "its model.json is not JSON" });
    const centred = { ...samplePromptable().manifest.input, align: "centre" };
    const sam = changed(samplePromptable(), { input: centred });
    assert.match(
      JSON.stringify(readManifest(JSON.stringify(sam.manifest))),
      /input: must be a square letterbox aligned top-left/,
    );
  });

  it("says in one sentence what is wrong with a model", async () => {
    const cases: readonly [SampleModel, RegExp][] = [
      [
        changed(sampleYolo(), { file: "other.onnx" }),
        /^The model yolo cannot be used: there is no other.onnx in /,
      ],
      [
        { ...sampleYolo(), files: { "yolo.onnx": Uint8Array.of(1, 2, 3) } },
        /^The model yolo cannot be used: .*rotobuf/,
      ],
      [
        { ...sampleYolo(), files: { "yolo.onnx": tinyMatte(64, 64, 0) } },
        /^The model yolo cannot be used: it has no output output0, but alpha\.$/,
      ],
      [
        { ...sampleMatte(), files: { "matte.onnx": tinyYolo() } },
        /input images is float32 \[1, 3, 64, 64\], where its model.json says float32 \[batch, 3, 64, 96\]\.$/,
      ],
      [
        changed(
          {
            ...sampleMaskRcnn(),
            files: { "rcnn.onnx": sampleYolo().files["yolo.onnx"]! },
          },
          {},
        ),
        /so that its model.json must say letterbox or stretch\.$/,
      ],
      [
        changed(sampleMaskRcnn(), {
          names: { scores: "labels" },
        }),
        /its output labels is int64 \[nbox\], where its kind has float32 \[N\]\.$/,
      ],
      [
        {
          ...samplePromptable(),
          files: {
            ...samplePromptable().files,
            "decoder.onnx": tinyMatte(64, 96, 0),
          },
        },
        /it has no input image_embeddings, but input\.$/,
      ],
      [
        { ...sampleYolo(), files: { "yolo.onnx": thinnedOut() } },
        /its output output0 came as \[1, 38, 20\], where its kind has \[1, 4 \+ classes \+ 32 prototypes, anchors\]\.$/,
      ],
      [
        { ...sampleMatte(), files: { "matte.onnx": notFinite() } },
        /its output alpha is not finite\.$/,
      ],
      [
        changed(sampleMatte(), { names: { alpha: "matte" } }),
        /it has no output matte\.$/,
      ],
    ];
    for (const [sample, expected] of cases)
      assert.match(await said(sample), expected);
  });

  it("has examples and a page of explanation that can be read back", async () => {
    const page = await readFile(
      new URL("../../docs/models.md", import.meta.url),
      "utf8",
    );
    const blocks = [...page.matchAll(/```json\n(.*?)```/gs)].map((m) => m[1]!);
    assert.deepEqual(
      blocks.map((block): unknown => JSON.parse(block)),
      exampleManifests,
    );
    for (const block of blocks)
      assert.ok("manifest" in readManifest(block), block);
  });
});

/** Outputs of the shape that an export has whose boxes are thinned out already. */
function thinnedOut(): Uint8Array {
  const onnx = new OnnxWriter();
  const none = onnx.node("Mul", [
    onnx.node("ReduceMean", ["images"], { keepdims: 0 }),
    onnx.constant(Float32Array.of(0), []),
  ]);
  onnx.node("Expand", [none, onnx.integers([1, 38, 20])], {}, "output0");
  onnx.node("Expand", [none, onnx.integers([1, 32, 16, 16])], {}, "output1");
  return onnx.finish(
    [{ name: "images", shape: [1, 3, 64, 64], type: "float32" }],
    [
      { name: "output0", shape: [1, "rows", "anchors"], type: "float32" },
      { name: "output1", shape: [1, 32, 16, 16], type: "float32" },
    ],
  );
}

/** An alpha that is infinite where the picture is black. */
function notFinite(): Uint8Array {
  const onnx = new OnnxWriter();
  const zero = onnx.node("Sub", ["input", "input"]);
  const nothing = onnx.node("Div", [zero, zero]);
  const first = onnx.integers([0]);
  const second = onnx.integers([1]);
  onnx.node("Slice", [nothing, first, second, second], {}, "alpha");
  return onnx.finish(
    [{ name: "input", shape: [1, 3, 64, 96], type: "float32" }],
    [{ name: "alpha", shape: [1, 1, 64, 96], type: "float32" }],
  );
}
