import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { XMLParser } from "fast-xml-parser";
import { writeTimeline } from "../../src/cli/write-timeline.ts";
import {
  type LayersDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import { writeFcp7Xml } from "../../src/timeline/fcp7-xml.ts";
import { fileUrl } from "../../src/timeline/layer-movies.ts";
import { writeOtio } from "../../src/timeline/otio.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const document: LayersDocument = {
  version: 1,
  width: 448,
  height: 256,
  frameCount: 70,
  frameRate: { numerator: 30000, denominator: 1001 },
  alpha: "straight",
  layers: [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: "background/%05d.png",
      movie: "background.mov",
    },
    {
      id: "a",
      kind: "object",
      name: 'A & <B> "c"',
      frames: "a/%05d.png",
      movie: "a b.mov",
    },
  ],
};

interface Clip {
  readonly name: string;
  readonly duration: string;
  readonly start: string;
  readonly end: string;
  readonly alphatype: string;
  readonly file: { readonly pathurl: string };
}

const parsed = (text: string) => {
  const { xmeml } = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
  }).parse(text) as {
    xmeml: {
      sequence: {
        duration: string;
        rate: { timebase: string; ntsc: string };
        media: {
          video: {
            format: {
              samplecharacteristics: { width: string; height: string };
            };
            track: { clipitem: Clip }[];
          };
        };
      };
    };
  };
  return xmeml.sequence;
};

describe("a timeline for other programs", () => {
  const at = useTemporaryFolder();

  it("is a sequence of the layers' size and rate in FCP 7 XML", () => {
    const { duration, rate, media } = parsed(
      writeFcp7Xml(document, "shot", "/films/shot 1"),
    );
    assert.equal(duration, "70");
    assert.deepEqual(rate, { timebase: "30", ntsc: "TRUE" });
    const { width, height } = media.video.format.samplecharacteristics;
    assert.deepEqual([width, height], ["448", "256"]);
    const clips = media.video.track.map(({ clipitem }) => clipitem);
    assert.deepEqual(
      clips.map(({ name, start, end, alphatype, file }) => [
        name,
        start,
        end,
        alphatype,
        file.pathurl,
      ]),
      [
        ["Background", "0", "70", "straight", "file://localhost/films/shot%201/background.mov"],
        ['A & <B> "c"', "0", "70", "straight", "file://localhost/films/shot%201/a%20b.mov"],
      ], // prettier-ignore
    );
  });

  it("says each rate in the format's own words, or that it has none", () => {
    const rate = (numerator: number, denominator: number) =>
      parsed(
        writeFcp7Xml(
          { ...document, frameRate: { numerator, denominator } },
          "shot",
          "/s",
        ),
      ).rate;
    assert.deepEqual(rate(24000, 1001), { timebase: "24", ntsc: "TRUE" });
    assert.deepEqual(rate(25, 1), { timebase: "25", ntsc: "FALSE" });
    assert.throws(() => rate(25, 2), /no words for 25\/2/);
  });

  it("stacks the layers bottom to top in OpenTimelineIO", () => {
    interface Otio {
      tracks: {
        children: {
          name: string;
          children: {
            source_range: { duration: { value: number; rate: number } };
            media_references: { DEFAULT_MEDIA: { target_url: string } };
            metadata: { Resolve_OTIO: { "Link Group ID": number } };
          }[];
        }[];
      };
    }
    const { tracks } = JSON.parse(
      writeOtio(document, "shot", "C:\\films"),
    ) as Otio;
    assert.deepEqual(
      tracks.children.map(({ name, children: [clip] }) => [
        name,
        clip?.source_range.duration.value,
        clip?.source_range.duration.rate,
        clip?.media_references.DEFAULT_MEDIA.target_url,
        clip?.metadata.Resolve_OTIO["Link Group ID"],
      ]),
      [
        ["Background", 70, 30000 / 1001, "file:///C%3A/films/background.mov", 1],
        ['A & <B> "c"', 70, 30000 / 1001, "file:///C%3A/films/a%20b.mov", 2],
      ], // prettier-ignore
    );
    assert.equal(fileUrl("/ä/x#1.mov", ""), "file:///%C3%A4/x%231.mov");
    assert.equal(fileUrl("/a\\b.mov", ""), "file:///a%5Cb.mov");
    for (const host of ["", "localhost"] as const)
      assert.equal(
        fileUrl("\\\\nas\\shots\\a b/x.mov", host),
        "file://nas/shots/a%20b/x.mov",
      );
  });

  it("needs movies, and says how to get them", async () => {
    const layers = document.layers.map(({ movie: _, ...layer }) => layer);
    const path = at("layers.json");
    await writeFile(path, writeDocument({ ...document, layers }));
    for (const format of ["fcpxml7", "otio"] as const) {
      await failsWith("movies-missing", writeTimeline(at(), format), /movies/);
    }
    await failsWith("input-missing", writeTimeline(at("no"), "otio"));
  });

  it("lies in the result's folder", async () => {
    await writeFile(at("layers.json"), writeDocument(document));
    assert.equal(await writeTimeline(at(), "otio"), at("timeline.otio"));
    assert.equal(await writeTimeline(at(), "fcpxml7"), at("timeline.xml"));
  });

  it("replaces its own files and no others", async () => {
    await writeFile(at("layers.json"), writeDocument(document));
    for (const format of ["otio", "fcpxml7"] as const) {
      const file = await writeTimeline(at(), format);
      await writeTimeline(at(), format);
      await writeFile(file, "mine");
      await failsWith(
        "output-foreign",
        writeTimeline(at(), format),
        /timeline/,
      );
      assert.equal(await readFile(file, "utf8"), "mine");
    }
  });

  it("says that a transparent clip's alpha is not placed, and what to do with it; with straight colours After Effects' is", async () => {
    const told = async (
      colours: "straight" | "premultiplied",
    ): Promise<[string, string][]> => {
      const matte = {
        ...{ frames: "clip.alpha/%05d.png", movie: "clip.alpha.mov", colours },
      };
      await writeFile(at("layers.json"), writeDocument({ ...document, matte }));
      const all: [string, string][] = [];
      for (const format of ["fcpxml7", "otio", "mlt", "ae"] as const)
        await writeTimeline(at(), format, undefined, (sentence) => {
          all.push([format, sentence]);
        });
      return all;
    };
    const straight = await told("straight");
    assert.deepEqual(
      straight.map(([format]) => format),
      ["fcpxml7", "otio", "mlt"],
    );
    for (const [, sentence] of straight)
      assert.match(
        sentence,
        /lay clip\.alpha\.mov over them as a luma matte\.$/,
      );
    const premultiplied = await told("premultiplied");
    assert.equal(premultiplied.length, 4);
    for (const [, sentence] of premultiplied)
      assert.match(sentence, /unmultiplied by clip\.alpha\.mov\.$/);
  });
});
