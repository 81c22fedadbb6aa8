import assert from "node:assert/strict";
import {
  openSubjectSession,
  type OpenSubjects,
} from "../../src/segmentation/open-session.ts";
import { ClickedFrames } from "../../src/segmentation/propose-from-clicks.ts";
import { proposeWithModel } from "../../src/segmentation/propose-with-model.ts";
import type { SubjectProposal } from "../../src/segmentation/subject-session.ts";
import type { InstanceModel } from "../../src/models/instance.ts";
import { findModel } from "../../src/models/model-folder.ts";
import { openModel, type OpenModel } from "../../src/models/open-model.ts";
import type { PromptableModel } from "../../src/models/promptable-model.ts";
import { sceneFrame, type SmallScene } from "../cli/small-clip.ts";
import { savePng } from "../media/sample-images.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { overlapWith } from "./painted-picture.ts";
import {
  entry,
  sampleMaskRcnn,
  type SampleModel,
  samplePromptable,
  saveModel,
} from "./sample-models.ts";

const worker = new URL("../../dist/worker.mjs", import.meta.url);
const scene: SmallScene = { width: 112, height: 96, frameCount: 6 };
const standing: readonly number[] = [70, 62, 104, 90];
const inStanding = (x: number, y: number): boolean =>
  x >= standing[0]! &&
  x < standing[2]! &&
  y >= standing[1]! &&
  y < standing[3]!;
const watch = {
  signal: new AbortController().signal,
  onProgress: () => undefined,
};

describe("a session over a clip's subjects, with a model", () => {
  const at = useTemporaryFolder();

  /** A red box that walks and a blue one that stands. */
  async function openSession(): Promise<OpenSubjects> {
    const { width, height } = scene;
    for (let t = 0; t < scene.frameCount; t++) {
      const frame = sceneFrame(scene, t);
      const [left, top, right, bottom] = standing as [
        number,
        number,
        number,
        number,
      ];
      for (let y = top; y < bottom; y++) {
        for (let x = left; x < right; x++)
          frame.set([30, 40, 210], 3 * (y * width + x));
      }
      await savePng(at("rgb", `${t + 1}.png`), frame, width, height);
    }
    return openSubjectSession({ clipPath: at("rgb"), worker }, watch);
  }

  async function open<K extends OpenModel>(sample: SampleModel): Promise<K> {
    await saveModel(at("models"), sample);
    const found = await findModel(at("models"), sample.manifest.name);
    return (await openModel(found, { entry })) as K;
  }

  it("is proposed what the model sees, whether it moves or not", async () => {
    await using session = await openSession();
    await using model = await open<InstanceModel>(sampleMaskRcnn());
    let frames = 0;
    const proposals = await proposeWithModel(session, model, {
      ...watch,
      onProgress: (done, total) => {
        assert.equal(total, scene.frameCount);
        frames = done;
      },
    });
    assert.equal(frames, scene.frameCount);
    assert.deepEqual(
      proposals.map(({ confidence }) => confidence.toFixed(2)),
      ["0.95", "0.80"],
    );
    const [walker, box] = proposals as [SubjectProposal, SubjectProposal];
    const middle = (proposal: SubjectProposal, t: number): number => {
      let sum = 0;
      let count = 0;
      proposal.frames[t]!.mask.forEach((value, i) => {
        if (value < 128) return;
        sum += i % scene.width;
        count++;
      });
      return sum / count;
    };
    assert.ok(middle(walker, 5) - middle(walker, 0) > 50);
    for (const { mask } of box.frames)
      assert.ok(overlapWith(mask, scene.width, inStanding) > 0.85);

    const cancel = new AbortController();
    const cancelled = proposeWithModel(session, model, {
      signal: cancel.signal,
      onProgress: (done) => {
        assert.equal(done, 1);
        cancel.abort();
      },
    });
    await assert.rejects(cancelled, { name: "AbortError" });
  });

  it("paints a clicked mask into a track, and shows a frame to the encoder once", async () => {
    await using session = await openSession();
    await using model = await open<PromptableModel>(samplePromptable());
    let embedded = 0;
    const embed = model.embed.bind(model);
    model.embed = (...args) => {
      embedded++;
      return embed(...args);
    };
    const frames = new ClickedFrames(session, model);
    const inside = { x: 87 / scene.width, y: 76 / scene.height, inside: true };
    const wrong = { x: 12 / scene.width, y: 44 / scene.height, inside: true };
    const both = await frames.maskFromClicks(0, [inside, wrong]);
    const one = await frames.maskFromClicks(0, [inside]);
    assert.ok(overlapWith(both.mask, scene.width, inStanding) < 0.8);
    assert.ok(overlapWith(one.mask, scene.width, inStanding) > 0.85);
    assert.equal(embedded, 1);
    await frames.maskFromClicks(3, [inside]);
    assert.equal(embedded, 2);

    const track = session.track();
    await track.correct(0, one.mask, {
      signal: watch.signal,
      onMask: () => undefined,
    });
    assert.deepEqual(track.painted, [0]);
    const last = track.at(scene.frameCount - 1).mask;
    assert.ok(overlapWith(last, scene.width, inStanding) > 0.7);
  });

  it("asks again for a frame that could not be shown", async () => {
    await using session = await openSession();
    await using model = await open<PromptableModel>(samplePromptable());
    const frames = new ClickedFrames(session, model);
    const click = { x: 0.7, y: 0.8, inside: true };
    await assert.rejects(
      frames.maskFromClicks(0, [click], AbortSignal.abort()),
      { name: "AbortError" },
    );
    const { mask } = await frames.maskFromClicks(0, [click]);
    assert.ok(overlapWith(mask, scene.width, inStanding) > 0.85);
  });
});
