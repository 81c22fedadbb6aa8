import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { writeTimeline } from "../../src/cli/write-timeline.ts";
import { noEdits } from "../../src/document/edits-document.ts";
import { readDocument } from "../../src/document/layers-document.ts";
import { describeClip, readFrame } from "../../src/media/clip.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { renderLayers } from "../../src/render/render-layers.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { madeDocument, saveMadeResult } from "./made-result.ts";

const { frameCount, width, height } = madeDocument;
const watch = {
  signal: new AbortController().signal,
  onFrame: () => undefined,
};

/** Folders as people and systems name them; Windows takes the first alone. */
const names: Readonly<Record<string, string>> = {
  "signs that mean something to ffmpeg, to addresses and to shells":
    "50% off %05d #1 'a' $HOME $(id) & [x]{y}; 🎬 Zoë",
  "signs that only some systems take":
    'back\\slash "b" a:b *?<z>|\nsecond line ',
  "as long as names can be": "🎬".repeat(63) + "xyz",
};

describe("every output, in a folder whose name has", () => {
  const at = useTemporaryFolder();

  for (const [what, name] of Object.entries(names)) {
    it(what, async () => {
      const request = {
        resultFolder: at("layers"),
        edits: noEdits,
        editsFolder: at(),
      };
      await saveMadeResult(at("layers"));
      await mkdir(at(name));
      const out = at(name, name);
      await renderLayers({ ...request, out, movies: true }, watch);
      const movie = at(name, `${Array.from(name).slice(0, -4).join("")}.mov`);
      await renderEdits(
        { ...request, resultFolder: out, out: movie, format: "prores4444" },
        watch,
      );
      const frames = at(name, "frames");
      await renderEdits(
        { ...request, resultFolder: out, out: frames, format: "png" },
        watch,
      );
      // Nothing unfinished is left, and what is there is read again.
      assert.deepEqual(
        (await readdir(at(name))).toSorted(),
        [name, path.basename(movie), "frames"].toSorted(),
      );
      const made = await describeClip(movie, { workFolder: at("work") });
      assert.deepEqual(
        [made.width, made.height, made.frameCount],
        [width, height, frameCount],
      );
      const [still, moving] = [
        await readFrame(await describeClip(frames, { workFolder: at("w") }), 0),
        await readFrame(made, 0),
      ];
      assert.equal(still.length, moving.length);

      const file = path.join(out, "layers.json");
      const { layers } = readDocument(await readFile(file, "utf8"), file);
      const movies = layers.map((layer) => path.join(out, layer.movie!));
      const xml = await readFile(await writeTimeline(out, "fcpxml7"), "utf8");
      const named = [...xml.matchAll(/<pathurl>(.*?)<\/pathurl>/g)].map(
        ([, url]) => fileURLToPath(url!.replaceAll("&amp;", "&")),
      );
      assert.deepEqual(new Set(named), new Set(movies));
      const otio = await readFile(await writeTimeline(out, "otio"), "utf8");
      const targets = [...otio.matchAll(/"target_url": (".*?")/g)].map(
        ([, url]) => fileURLToPath(JSON.parse(url!) as string),
      );
      assert.deepEqual(new Set(targets), new Set(movies));
      for (const each of movies) assert.ok(existsSync(each), each);
    });
  }
});
