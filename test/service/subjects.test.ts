import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { readMask, describeMask } from "../../src/media/mask.ts";
import { packMask, unpackMask } from "../../src/protocol/mask-bits.ts";
import { RemoteError } from "../../src/protocol/remote-error.ts";
import {
  subjectsPath,
  type TrackedMask,
} from "../../src/protocol/subject-api.ts";
import type { SubjectLink } from "../../src/protocol/subject-link.ts";
import { saveTwoBoxes, twoBoxes, twoBoxesMask } from "../e2e/two-boxes.ts";
import { connect } from "../local-http/connect.ts";
import {
  samplePromptable,
  sampleYolo,
  saveModel,
} from "../models/sample-models.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { type RunningService, startService } from "./running-service.ts";

const { width, height, frameCount } = twoBoxes;
const area = width * height;

describe("a session on a clip's subjects", function () {
  this.timeout(120_000);
  const at = useTemporaryFolder();
  let service: RunningService;
  let workspaceId: string;
  let link: SubjectLink;
  let told: TrackedMask[];
  let progress: number[];
  /** Told of progress. */
  let onProgress: () => void;

  beforeEach(async () => {
    service = await startService(at("data"));
    await saveTwoBoxes(at());
    workspaceId = await newWorkspace();
    connectTo(workspaceId);
  });
  afterEach(async () => {
    link.close();
    await service.end("SIGTERM");
  });

  const newWorkspace = async (): Promise<string> => {
    const { id } = await service.client.createWorkspace();
    for (const name of await readdir(at("rgb"))) {
      const bytes = new Uint8Array(await readFile(at("rgb", name)));
      await service.client.putFile(id, `frames/${name}`, bytes);
    }
    return id;
  };
  const connectTo = (id: string): void => {
    told = [];
    progress = [];
    onProgress = () => undefined;
    link = service.client.subjects(id, {
      progress: (done, total) => {
        progress.push(done / total);
        onProgress();
      },
      mask: (mask) => {
        told.push(mask);
      },
    });
  };
  const left = (): Promise<string[]> =>
    readdir(at("data/broker/subjects")).catch(() => []);
  const untilNothingIsLeft = async (): Promise<void> => {
    for (const end = Date.now() + 60_000; (await left()).length > 0;) {
      assert.ok(Date.now() < end, `still ${String(await left())}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const overlap = (bits: Uint8Array, truth: Uint8Array): number => {
    const mask = unpackMask(bits, area);
    let both = 0;
    let either = 0;
    mask.forEach((value, i) => {
      if (value > 0 && truth[i]! > 0) both++;
      if (value > 0 || truth[i]! > 0) either++;
    });
    return both / either;
  };
  const frames = (): number[] => told.map(({ frame }) => frame);

  it("proposes what moves, and writes a proposal as a mask that fits the clip", async () => {
    const opened = await link.calls.open();
    assert.deepEqual(opened, { width, height, frameCount });
    const proposals = await link.calls.propose(null);
    assert.equal(proposals.length, 2);
    assert.ok(progress.length > 1 && Math.max(...progress) === 1);
    const { best } = proposals[0]!;
    const fits = (["upper", "lower"] as const).map((name) =>
      overlap(best.bits, twoBoxesMask(best.frame, name)),
    );
    assert.ok(Math.max(...fits) > 0.4, fits.join(" "));
    const track = await link.calls.begin(0);
    assert.deepEqual(
      frames(),
      Array.from({ length: frameCount }, (_, frame) => frame),
    );
    const accepted = await link.calls.accept(track, "box");
    const name = fits[0]! > fits[1]! ? "upper" : "lower";
    const { mask } = await describeMask(accepted.path, "box", twoBoxes, {
      workFolder: at("decoded"),
    });
    const values = await readMask(mask, 5);
    const kept = overlap(packMask(values), twoBoxesMask(5, name));
    assert.ok(kept > 0.4, String(kept));
    const whole = await service.client.addMask(workspaceId, {
      name: "box",
      sources: [accepted.path],
      ...twoBoxes,
    });
    assert.equal(whole.coverage, accepted.coverage);
    assert.equal(whole.fullestFrame, accepted.fullestFrame);
  });

  it("follows a painted frame at once and outwards, and keeps what was painted before", async () => {
    await link.calls.open();
    const track = await link.calls.begin(null);
    assert.equal(told.length, 0);
    const first = packMask(twoBoxesMask(4, "upper"));
    assert.equal(await link.calls.correct(track, 4, first), true);
    assert.equal(told[0]!.frame, 4);
    assert.equal(told[0]!.painted, true);
    assert.deepEqual(
      frames().map((frame) => Math.abs(frame - 4)),
      frames()
        .map((frame) => Math.abs(frame - 4))
        .sort((a, b) => a - b),
    );
    assert.equal(new Set(frames()).size, frameCount);
    const last = told.find(({ frame }) => frame === 9)!;
    const fit = overlap(last.bits, twoBoxesMask(9, "upper"));
    assert.ok(fit > 0.7, String(fit));

    told = [];
    const second = packMask(twoBoxesMask(10, "upper"));
    assert.equal(await link.calls.correct(track, 10, second), true);
    assert.equal(told[0]!.frame, 10);
    assert.ok(!frames().includes(4) && !frames().includes(2));

    // What is taken back is followed from what is left, as if it had never been painted.
    const frame11 = (): TrackedMask =>
      told.filter(({ frame }) => frame === 11).at(-1)!;
    const empty = packMask(new Uint8Array(area));
    await link.calls.correct(track, 10, empty);
    assert.deepEqual(frame11().bits, empty);
    told = [];
    assert.equal(await link.calls.forget(track, 10), true);
    assert.ok(overlap(frame11().bits, twoBoxesMask(11, "upper")) > 0.5);
    assert.equal(frame11().painted, false);
    assert.ok(!frames().includes(4));
  });

  it("lets a new correction take over from one that is still followed", async () => {
    await link.calls.open();
    const track = await link.calls.begin(null);
    const strokes = [0, 6, 9].map((frame) => {
      const bits = packMask(twoBoxesMask(frame, "upper"));
      return link.calls.correct(track, frame, bits);
    });
    assert.deepEqual(await Promise.all(strokes), [false, false, true]);
    // All are painted, and what follows from them is followed once.
    const painted = told.filter((mask) => mask.painted);
    assert.deepEqual(
      painted.map(({ frame }) => frame),
      [0, 6, 9],
    );
    const after = frames().slice(frames().lastIndexOf(9) + 1);
    const expected = Array.from({ length: frameCount }, (_, t) => t);
    assert.deepEqual(
      [...new Set(frames())].sort((a, b) => a - b),
      expected,
    );
    assert.ok(after.length >= 6, String(frames()));
    const accepted = await link.calls.accept(track, "box");
    assert.ok(accepted.coverage > 0.01);
  });

  it("takes up what an earlier session knew", async () => {
    await link.calls.open();
    const track = await link.calls.begin(null);
    const first = packMask(twoBoxesMask(0, "upper"));
    await link.calls.correct(track, 0, first);
    const known = told.filter((mask) => !mask.painted);
    link.close();

    connectTo(workspaceId);
    await link.calls.open();
    await link.calls.recall(track, null);
    for (const { frame, bits, confidence } of known)
      await link.calls.recall(track, { frame, bits, confidence });
    const before = await link.calls.accept(track, "box");
    assert.ok(before.coverage > 0.01);
    assert.equal(await link.calls.correct(track, 0, first), true);
    const again = told.filter((mask) => !mask.painted);
    const byFrame = (masks: TrackedMask[]) =>
      masks.map(({ frame, bits }) => ({ frame, bits }));
    assert.deepEqual(byFrame(again), byFrame(known));
    assert.notEqual(await link.calls.begin(null), track);
  });

  it("snaps an outline to the edges of a box", async () => {
    await link.calls.open();
    const mask = twoBoxesMask(0, "upper");
    const first = mask.indexOf(255);
    const [x, y] = [first % width, Math.floor(first / width)];
    await link.calls.snapFrom(0, x, y);
    const points = await link.calls.snapTo(x + 13, y + 13);
    assert.deepEqual([...points.slice(0, 2)], [x, y]);
    assert.deepEqual([...points.slice(-2)], [x + 13, y + 13]);
    // Two sides of the box, not the way across.
    for (let i = 0; i < points.length; i += 2) {
      const inward = Math.min(
        Math.abs(points[i]! - x),
        Math.abs(points[i]! - x - 13),
        Math.abs(points[i + 1]! - y),
        Math.abs(points[i + 1]! - y - 13),
      );
      assert.ok(inward <= 2, `${points[i]} ${points[i + 1]}`);
    }
  });

  it("makes masks of clicks with a model, and loads it anew when it was replaced", async () => {
    const models = at("data/models");
    await saveModel(models, samplePromptable());
    await saveModel(models, sampleYolo());
    await link.calls.open();
    const truth = twoBoxesMask(0, "upper");
    const [x, y] = [11 / width, 13 / height];
    const inside = { x, y, inside: true };
    const bits = await link.calls.click("sam", 0, [inside]);
    assert.ok(overlap(bits, truth) > 0.7, String(overlap(bits, truth)));
    // What is both inside and outside is nowhere.
    const contrary = [inside, { ...inside, inside: false }];
    await assert.rejects(link.calls.click("sam", 0, contrary), /finds nothing/);
    await assert.rejects(
      link.calls.click("yolo", 0, [inside]),
      /takes no clicks/,
    );
    await assert.rejects(link.calls.click("none", 0, [inside]), /none/);
    await assert.rejects(link.calls.click("sam", 0, []));
    await assert.rejects(link.calls.click("sam", 0, [{ ...inside, x: 1.2 }]));
    const again = await link.calls.click("sam", 0, [inside]);
    assert.deepEqual(again, bits);
  });

  it("says in one sentence what is wrong with a call", async () => {
    const refused = async (call: Promise<unknown>, code: string) => {
      await assert.rejects(call, (error) => {
        assert.ok(error instanceof RemoteError, String(error));
        assert.equal(error.code, code);
        return true;
      });
    };
    await refused(link.calls.propose(null), "request-invalid");
    await link.calls.open();
    await refused(link.calls.open(), "request-invalid");
    await refused(link.calls.begin(3), "not-found");
    await refused(link.calls.begin(-1), "request-invalid");
    const track = await link.calls.begin(null);
    const bits = packMask(new Uint8Array(area));
    await refused(link.calls.correct(track, frameCount, bits), "not-found");
    await refused(link.calls.correct(track + 1, 0, bits), "not-found");
    await refused(
      link.calls.correct(track, 0, bits.slice(1)),
      "request-invalid",
    );
    await refused(link.calls.snapTo(1, 1), "request-invalid");
    await refused(link.calls.accept(track, "box"), "mask-empty");
    const folder = at("data/broker/workspaces", workspaceId, "masks");
    assert.deepEqual(await readdir(folder), []);
    await link.calls.drop(track);
    await refused(link.calls.forget(track, 0), "not-found");
  });

  it("leaves nothing when it is closed, in the middle of opening too", async () => {
    let there: Promise<string[]> | undefined;
    onProgress = () => {
      there ??= left();
      link.close();
    };
    await assert.rejects(link.calls.open(), /has ended/);
    assert.equal((await there)?.length, 1);
    await untilNothingIsLeft();
    const { stopping } = await service.client.status();
    assert.equal(stopping, false);
  });

  it("begins no thread for panels that are gone before their turn", async function () {
    if (process.platform !== "linux") this.skip();
    const status = `/proc/${service.child.pid}/status`;
    const threads = async (): Promise<number> =>
      Number(/^Threads:\s+(\d+)$/m.exec(await readFile(status, "utf8"))?.[1]);
    await link.calls.open();
    const usual = await threads();
    const { port, token } = service;
    let most = 0;
    for (let i = 0; i < 20; i++) {
      const attempt = await connect(port, `${subjectsPath}?workspace=none`, [
        "lamina",
        `token.${token}`,
      ]);
      assert.ok(attempt.opened);
      attempt.socket.terminate();
      most = Math.max(most, await threads());
    }
    // One more session, with threads of its own at its beginning.
    assert.ok(most <= usual + 4, `${most} threads instead of ${usual}`);
  });

  it("ends with its workspace, and with the service", async () => {
    await link.calls.open();
    await service.client.removeWorkspace(workspaceId);
    assert.deepEqual(await left(), []);
    await link.ended;

    connectTo(await newWorkspace());
    await link.calls.open();
    assert.equal(await service.end("SIGTERM"), 0);
    await link.ended;
    assert.deepEqual(await left(), []);
  });

  it("refuses a workspace that is not there, and ends whoever speaks otherwise", async () => {
    link.close();
    connectTo("nowhere");
    await assert.rejects(link.calls.open(), /workspace nowhere/);
    link.close();
    const attempt = await connect(service.port, subjectsPath, [
      "lamina",
      `token.${service.token}`,
    ]);
    assert.ok(attempt.opened);
    const closed = new Promise((resolve) =>
      attempt.socket.on("close", resolve),
    );
    attempt.socket.send("open");
    await closed;
    await untilNothingIsLeft();
  });
});
