import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { readRgb } from "../../src/media/image-file.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";
import { startService } from "../service/running-service.ts";
import { runLamina } from "../cli/run-lamina.ts";
import { saveScene, sceneMask, type SmallScene } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  sampleMaskRcnn,
  sampleMatte,
  samplePromptable,
  sampleYolo,
  saveModel,
} from "./sample-models.ts";

const scene: SmallScene = { width: 112, height: 96, frameCount: 8 };

describe("lamina with models", () => {
  const at = useTemporaryFolder();

  beforeEach(async () => {
    await saveModel(at("models"), sampleYolo());
    await saveModel(at("models"), sampleMaskRcnn());
    await saveModel(at("models"), sampleMatte());
    await saveModel(at("models"), samplePromptable());
  });

  const lamina = (...args: string[]) =>
    runLamina(args, undefined, { LAMINA_MODELS: at("models") });

  /** Mean overlap of the only subject's masks with the true ones. */
  async function overlapInClip(out: string): Promise<number> {
    const { subjects, frameCount } = JSON.parse(
      await readFile(path.join(out, "subjects.json"), "utf8"),
    ) as { subjects: { masks: string }[]; frameCount: number };
    assert.equal(subjects.length, 1);
    assert.equal(frameCount, scene.frameCount);
    let sum = 0;
    for (let t = 0; t < frameCount; t++) {
      const number = String(t + 1).padStart(5, "0");
      const file = subjects[0]!.masks.replace("%05d", number);
      const { data, width } = await readRgb(path.join(out, file));
      assert.equal(width, scene.width);
      const truth = sceneMask(scene, t);
      let both = 0;
      let either = 0;
      truth.forEach((value, i) => {
        const got = data[3 * i]! >= 128;
        if (got && value > 0) both++;
        if (got || value > 0) either++;
      });
      sum += both / either;
    }
    return sum / frameCount;
  }

  for (const model of ["yolo", "rcnn"]) {
    it(`writes masks of what ${model} finds, linked through the clip`, async () => {
      await saveScene(at("clip"), scene);
      // prettier-ignore
      const run = await lamina("subjects", at("clip", "rgb"), "--model", model, "--out", at("masks"));
      assert.equal(run.stderr, "");
      assert.match(run.stdout, /^subject-1: frames 1-8, confidence 0.9/);
      const same = await overlapInClip(at("masks"));
      assert.ok(same > 0.8, String(same));
    });
  }

  it("writes masks of what a promptable model is clicked for", async () => {
    await saveScene(at("clip"), scene);
    const run = await lamina(
      // prettier-ignore
      "subjects",
      at("clip", "rgb"),
      "--model",
      "sam",
      "--out",
      at("masks"),
      // prettier-ignore
      "--click",
      "1:0.107,0.458",
      "--click",
      "1:0.5,0.8:-",
      "--click",
      "8:0.679,0.458",
    );
    assert.equal(run.stderr, "");
    assert.match(run.stdout, /^subject-1: frames 1-8/);
    const same = await overlapInClip(at("masks"));
    assert.ok(same > 0.8, String(same));
  });

  it("writes the one mask that a matting net gives", async () => {
    await saveScene(at("clip"), scene);
    // prettier-ignore
    const run = await lamina("subjects", at("clip", "rgb"), "--model", "matte", "--out", at("masks"));
    assert.equal(run.stderr, "");
    // The alpha of this one is the red channel, in which the ground is bright as well.
    assert.match(run.stdout, /^subject-1: frames 1-8/);
    assert.ok((await overlapInClip(at("masks"))) > 0.05);
  });

  it("refuses in one sentence what cannot be, and leaves nothing behind", async () => {
    await saveScene(at("clip"), scene);
    const clip = at("clip", "rgb");
    const refusals: readonly [string[], number, RegExp][] = [
      [["--model", "none"], 1, /^There is no model called none in /],
      [
        ["--model", "sam"],
        2,
        /^The model sam wants to be shown the subject, such as --click/,
      ],
      [
        ["--model", "yolo", "--click", "1:0.5,0.5"],
        2,
        /^The model yolo is yolo-segmentation and takes no --click\./,
      ],
      [["--click", "1:0.5,0.5"], 2, /^--click needs a promptable model/],
      [
        ["--model", "sam", "--click", "1:2,0.5"],
        2,
        /Give a frame, and a place/,
      ],
      [
        ["--model", "sam", "--click", "9:0.5,0.5"],
        2,
        /^A click names frame 9; the clip has 8\./,
      ],
    ];
    for (const [args, status, expected] of refusals) {
      const out = at("out", "masks");
      const run = await lamina("subjects", clip, ...args, "--out", out);
      assert.match(run.stderr, expected);
      assert.equal(run.status, status);
      assert.deepEqual(
        existsSync(at("out")) ? await readdir(at("out")) : [],
        [],
      );
    }
    await saveScene(at("empty"), { ...scene, frameCount: 0 });
    const { manifest, files } = sampleYolo();
    const picky = {
      ...manifest,
      name: "picky",
      labels: [1],
    } as typeof manifest;
    await saveModel(at("models"), { manifest: picky, files });
    // prettier-ignore
    const run = await lamina("subjects", clip, "--model", "picky", "--out", at("masks"));
    assert.match(run.stderr, /^The model picky finds nothing in this clip\./);
    assert.equal(existsSync(at("masks")), false);
  });

  it("lists, checks and explains", async () => {
    await saveModel(at("models"), { ...sampleYolo(), files: {} }, "z");
    const list = await lamina("models");
    assert.equal(list.status, 0);
    assert.match(list.stdout, /^matte: matte; licence not stated$/m);
    assert.match(
      list.stdout,
      /^rcnn: mask-rcnn; MIT, https:\/\/example.com\/licence$/m,
    );
    assert.match(
      list.stdout,
      /^The model yolo cannot be used: it has the same/m,
    );
    assert.match(list.stdout, /between you and its licence\.$/m);

    const one = await lamina("models", "check", "rcnn");
    assert.equal(
      one.stdout,
      "rcnn: fits its contract; it sees 2 things in a test picture.\n",
    );
    const all = await lamina("models", "check", "--folder", at("models"));
    assert.equal(all.stdout.match(/fits its contract/g)?.length, 4);

    const nowhere = await lamina("models", "--folder", at("nowhere"));
    assert.match(nowhere.stdout, /^There are no models in .*nowhere\.$/m);

    const explained = await lamina("models", "explain");
    assert.equal(explained.status, 0);
    assert.match(explained.stdout, /"kind": "promptable"/);
  });

  it("tells a panel through the service which models there are", async () => {
    await saveModel(at("data", "models"), sampleMaskRcnn());
    await saveModel(at("data", "models"), { ...sampleYolo(), files: {} });
    const service = await startService(at("data"));
    try {
      const client: ServiceClient = service.client;
      assert.deepEqual(await client.models(), [
        {
          name: "rcnn",
          kind: "mask-rcnn",
          licence: { text: "MIT", url: "https://example.com/licence" },
        },
        {
          name: "yolo",
          kind: "yolo-segmentation",
          problem: `there is no yolo.onnx in ${at("data", "models", "yolo")}`,
        },
      ]);
    } finally {
      service.client.close();
      await service.end("SIGTERM");
    }
  });
});
