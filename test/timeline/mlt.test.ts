import { existsSync } from "node:fs";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { XMLParser } from "fast-xml-parser";
import sharp from "sharp";
import { writeTimeline } from "../../src/cli/write-timeline.ts";
import {
  type GivenEdit,
  noEdits,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { renderLayers } from "../../src/render/render-layers.ts";
import { writeMlt } from "../../src/timeline/mlt.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { madeDocument, saveMadeResult } from "../render/made-result.ts";

const { frameCount, width, height } = madeDocument;
const watch = {
  signal: new AbortController().signal,
  onFrame: () => undefined,
};
// Qt would look for a display.
const environment = { ...process.env, QT_QPA_PLATFORM: "offscreen" };
const hasMelt =
  spawnSync("melt", ["-version"], { env: environment }).status === 0;
if (!hasMelt)
  console.warn("melt is not there: no timeline is rendered with it here.");

/** A hundred times what it takes, in ms. */
const MELT_MILLISECONDS = 20_000;

describe("a timeline for MLT", () => {
  const at = useTemporaryFolder();
  beforeEach(() => saveMadeResult(at("layers")));

  const document = {
    ...madeDocument,
    frameRate: { numerator: 30000, denominator: 1001 },
    pixelAspect: { numerator: 4, denominator: 3 },
    timecode: { text: "01:00:00:05", isDropFrame: false },
  };
  interface Property {
    readonly "@_name": string;
    readonly "#text"?: string;
  }
  interface Parsed {
    readonly mlt: {
      readonly profile: Record<string, string>;
      readonly producer: readonly { readonly property: readonly Property[] }[];
      readonly playlist: readonly { readonly property?: readonly Property[] }[];
    };
  }
  const parsed = (text: string): Parsed["mlt"] =>
    (
      new XMLParser({
        ignoreAttributes: false,
        parseTagValue: false,
        isArray: (name) => name === "property",
      }).parse(text) as Parsed
    ).mlt;
  const valueOf = (
    { property = [] }: { readonly property?: readonly Property[] },
    name: string,
  ): string | undefined =>
    property.find((each) => each["@_name"] === name)?.["#text"];

  it("says size, rate, shape of pixels, timecode and names", () => {
    const layers = document.layers.map((layer) => ({
      ...layer,
      name: `${layer.name} & "co"`,
    }));
    const { profile, producer, playlist } = parsed(
      writeMlt({ ...document, layers }, 'a "shot"', "/films/100% a", "stills"),
    );
    assert.deepEqual(
      ["width", "height", "sample_aspect_num", "display_aspect_num", "display_aspect_den", "frame_rate_num", "frame_rate_den"].map((key) => profile[`@_${key}`]),
      [String(width), String(height), "4", "32", "15", "30000", "1001"],
    ); // prettier-ignore
    assert.deepEqual(
      producer.map((each) => valueOf(each, "resource")),
      ["0", "/films/100%% a/background/%05d.png", "/films/100%% a/box/%05d.png"],
    ); // prettier-ignore
    assert.equal(
      valueOf(producer[1]!, "meta.attr.timecode.markup"),
      "01:00:00:05",
    );
    assert.deepEqual(
      playlist.map((each) => valueOf(each, "shotcut:name")),
      [undefined, 'Background & "co"', 'box & "co"'],
    );
  });

  it("refers to movies where it is to, and says how to get them", async () => {
    await failsWith("movies-missing", writeTimeline(at("layers"), "mlt", "movies"), /movies/); // prettier-ignore
    await failsWith("usage", writeTimeline(at("layers"), "otio", "stills"));
  });

  const melt = async (timeline: string, out: string): Promise<void> => {
    await mkdir(out);
    // melt takes a percent sign in its own arguments for an address's; in the timeline it is one.
    const plain = `${out}.mlt`;
    await copyFile(timeline, plain);
    const once = () =>
      spawnSync(
        "melt",
        [
          plain,
          "-consumer",
          `avformat:${out}/%05d.png`,
          ..."vcodec=png pix_fmt=rgb24 mlt_image_format=rgb an=1 f=image2 real_time=-1".split(" "), // prettier-ignore
        ],
        { env: environment, encoding: "utf8", timeout: MELT_MILLISECONDS },
      );
    // melt's threads now and then wait for one another for ever, or end before the first frame: seen with melt 7 in one run of twenty.
    let run = once();
    const failed = (): boolean =>
      run.status !== 0 || !existsSync(`${out}/00001.png`);
    for (let tries = 1; tries < 4 && failed(); tries++) run = once();
    assert.equal(run.status, 0, run.stderr);
  };
  /** The largest difference of a code value, of all frames. */
  const largestDifference = async (
    one: string,
    other: string,
  ): Promise<number> => {
    let largest = 0;
    for (let t = 1; t <= frameCount; t++) {
      const [a, b] = await Promise.all(
        [one, other].map((folder) =>
          sharp(`${folder}/0000${t}.png`).removeAlpha().raw().toBuffer(),
        ),
      );
      assert.equal(a!.length, 3 * width * height);
      assert.equal(b!.length, a!.length);
      a!.forEach((value, i) => {
        largest = Math.max(largest, Math.abs(value - b![i]!));
      });
    }
    return largest;
  };
  const rendered = async (edits: readonly GivenEdit[], out: string) => {
    const request = {
      resultFolder: at("layers"),
      edits:
        edits.length === 0 ? noEdits : readEdits(writeEdits(edits), "edits"),
      editsFolder: at(),
    };
    await renderEdits({ ...request, out, format: "png" }, watch);
    return request;
  };

  (hasMelt ? it : it.skip)(
    "is rendered by melt as the layers compose, frame by frame within a code value, with and without edits, from stills and movies",
    async () => {
      const clip = await rendered([], at("clip"));
      await renderLayers({ ...clip, out: at("plain"), movies: false }, watch);
      const own = await writeTimeline(at("plain"), "mlt");
      assert.equal(own, at("plain/timeline.mlt"));
      await melt(own, at("of-clip"));
      assert.ok((await largestDifference(at("clip"), at("of-clip"))) <= 1);

      const edits: GivenEdit[] = [
        { use: "effect", layer: "box", strength: 0.6 },
        { use: "duplicate", layer: "box", id: "twin", offset: [3.5, 7], frames: 1 }, // prettier-ignore
        { use: "insert", what: "text", text: "HI", id: "title", corners: [[4, 5], [24, 4], [26, 16], [3, 17]] }, // prettier-ignore
      ];
      const request = await rendered(edits, at("edited"));
      const made = at('made 100% & "ä"');
      await renderLayers({ ...request, out: made, movies: true }, watch);
      await melt(await writeTimeline(made, "mlt"), at("of-stills"));
      assert.ok((await largestDifference(at("edited"), at("of-stills"))) <= 1);

      const timeline = await writeTimeline(made, "mlt", "movies");
      assert.match(await readFile(timeline, "utf8"), /avformat/);
      await melt(timeline, at("of-movies"));
      // ProRes is not without loss, at the rims of a picture of 32 by 20 pixels least of all.
      const off = await largestDifference(at("edited"), at("of-movies"));
      assert.ok(off <= 12, `${off} of 255`);
    },
  );
});
