import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  frameFileName,
  readDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import { layerFolderName } from "../../src/document/layer-folder-name.ts";
import type { SelectedClip } from "../../src/host/host.ts";
import { readNote, writeNote } from "../../src/host/run-note.ts";
import { describeRange } from "../../src/panel/clip-words.ts";
import { stackLayers } from "../../src/panel/layer-stack.ts";
import { parseDiscovery } from "../../src/protocol/discovery.ts";
import { parseFrameRange } from "../../src/units/frame-range.ts";
import { parseFrameRate } from "../../src/units/frame-rate.ts";
import { parsePixelAspect } from "../../src/units/pixel-aspect.ts";
import { ticks } from "../../src/units/ticks.ts";
import fc from "fast-check";
import { awkwardTexts, mutatedJson } from "./mutations.ts";
import { answers, tryAll } from "./trials.ts";

const fixture = new URL("../fixtures/layers-version-1.json", import.meta.url);

const clip: SelectedClip = {
  sequence: {
    id: "s",
    name: "Cut",
    frameRate: { numerator: 25, denominator: 1 },
    ticksPerFrame: ticks(10_160_640_000n),
    width: 1920,
    height: 1080,
    pixelAspect: { numerator: 1, denominator: 1 },
    fields: "progressive",
  },
  trackIndex: 1,
  clipId: "c",
  name: "walk.mov",
  start: ticks(0n),
  end: ticks(101_606_400_000n),
  inPoint: ticks(0n),
  frameCount: 10,
  sourcePath: "/media/walk.mov",
  thumbnail: { path: "/media/walk.mov", seconds: 0.5 },
};

const layers = [
  { id: "background", name: "Background", hidden: false },
  { id: "walker", name: "Walker", hidden: true },
];

describe("whatever stands in a file of ours", () => {
  it("layers.json is read or refused, and names nothing outside its folder", async () => {
    const right: unknown = JSON.parse(await readFile(fixture, "utf8"));
    const folder = path.resolve("/result");
    let read = 0;
    await tryAll(mutatedJson(right), 1500, async (text) => {
      const document = await answers(() => readDocument(text, "layers.json"));
      if (document === undefined) return;
      read++;
      for (const layer of document.layers) {
        for (const file of [frameFileName(layer.frames, 1), layer.movie]) {
          const full = path.resolve(folder, file ?? "movie.mov");
          assert.ok(full.startsWith(folder + path.sep), full);
          assert.ok(!full.includes("\0"), full);
        }
      }
      assert.deepEqual(
        readDocument(writeDocument(document), "layers.json").layers.length,
        document.layers.length,
      );
    });
    // Were nothing read, the property would say little.
    assert.ok(read > 100, `${read} were read`);
  });

  it("a note is read whole or not at all", async () => {
    const right = { clip, layers };
    const text = await readFile(fixture, "utf8");
    const document = readDocument(text, "layers.json");
    const write = (value: unknown): string =>
      writeNote(value as Parameters<typeof writeNote>[0]);
    assert.deepEqual(readNote(write(right)), right);
    let read = 0;
    await tryAll(mutatedJson(right, write), 1500, (note) => {
      const found = readNote(note);
      if (found === undefined) return;
      read++;
      assert.equal(typeof describeRange(found.clip), "string");
      assert.equal(typeof found.clip.start, "bigint");
      const stack = stackLayers(document, found.layers);
      assert.ok(stack.every(({ name }) => typeof name === "string"));
    });
    assert.ok(read > 100, `${read} were read`);
  });

  it("the service's address is read or taken for none", async () => {
    const right = { port: 1, token: "t", pid: 1, version: "1", startedAt: "" };
    await tryAll(mutatedJson(right), 500, (text) => {
      parseDiscovery(text);
    });
  });

  it("a layer's folder is one plain name, whatever the layer is called", async () => {
    await tryAll(awkwardTexts, 500, (name) => {
      const folder = layerFolderName(name, ["background"]);
      assert.equal(path.basename(path.join("/out", folder)), folder);
      assert.match(folder, /^[^\p{Cc}/\\:%]+$/u);
      assert.ok(!/^\.|[. ]$/.test(folder), folder);
    });
  });

  it("rates, ranges and pixel shapes are read or refused", async () => {
    const numbers = fc.stringMatching(/^\d{1,25}(\.\d{1,9})?$/);
    const pairs = fc
      .tuple(numbers, fc.constantFrom("/", "-", ":", "-", ""), numbers)
      .map((parts) => parts.join(""));
    await tryAll(fc.oneof(numbers, pairs, awkwardTexts), 2000, (text) => {
      parseFrameRate(text);
      parseFrameRange(text);
      parsePixelAspect(text);
    });
  });
});
