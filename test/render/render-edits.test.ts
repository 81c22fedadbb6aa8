import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import sharp from "sharp";
import { addEdit } from "../../src/cli/uses.ts";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import { writeDeflated } from "../../src/media/deflated-file.ts";
import { describeClip, readFrame } from "../../src/media/clip.ts";
import { decodeMovie } from "../../src/media/movie-frames.ts";
import { readRawFrame } from "../../src/media/raw-file.ts";
import { writeMovie } from "../../src/media/movie-writer.ts";
import { writePng } from "../../src/media/write-png.ts";
import {
  renderEdits,
  type RenderRequest,
} from "../../src/render/render-edits.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  BOX,
  boxLeft,
  clipAt,
  groundAt,
  keepMadeApart,
  madeDocument,
  saveMadeResult,
  shaded,
  SHADOW_WIDTH,
} from "./made-result.ts";

const { width, height, frameCount } = madeDocument;
const { signal } = new AbortController();

describe("a result with edits", () => {
  const at = useTemporaryFolder();
  beforeEach(() => saveMadeResult(at("layers")));

  const render = (
    edits: readonly GivenEdit[],
    out = "out",
    format: RenderRequest["format"] = "png",
  ): Promise<void> =>
    renderEdits(
      {
        resultFolder: at("layers"),
        edits: readEdits(writeEdits(edits), "edits.json"),
        editsFolder: at(),
        out: at(out),
        format,
      },
      { signal, onFrame: () => undefined },
    );

  type PixelOf = (t: number, x: number, y: number) => number[];
  const rendered = async (edits: readonly GivenEdit[]): Promise<PixelOf> => {
    await render(edits);
    const frames: Buffer[] = [];
    let channels = 3;
    for (let t = 1; t <= frameCount; t++) {
      const { data, info } = await sharp(at("out", `0000${t}.png`))
        .raw()
        .toBuffer({ resolveWithObject: true });
      frames.push(data);
      channels = info.channels;
    }
    return (t, x, y) => {
      const i = (y * width + x) * channels;
      return [...frames[t - 1]!.subarray(i, i + channels)];
    };
  };
  const everywhere = (
    check: (t: number, x: number, y: number) => void,
  ): void => {
    for (let t = 1; t <= frameCount; t++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) check(t, x, y);
  };
  const middle = BOX.top + 1;

  const forms = [
    ["its parts written", () => Promise.resolve()],
    ["its parts made when they are needed", () => keepMadeApart(at("layers"))],
  ] as const;
  for (const [how, form] of forms) {
    it(`is the clip, code value by code value, where there are none, ${how}`, async () => {
      await form();
      const pixel = await rendered([]);
      everywhere((t, x, y) => {
        assert.deepEqual(pixel(t, x, y), clipAt(t, x, y), `${t}: ${x}, ${y}`);
      });
    });

    it(`is its background where a layer was removed, and keeps a shadow whole where only the subject was, ${how}`, async () => {
      await form();
      const gone = await rendered([{ use: "remove", layer: "box" }]);
      everywhere((t, x, y) => {
        assert.deepEqual(gone(t, x, y), groundAt(t, x, y));
      });
      await rm(at("out"), { recursive: true });
      const effects = await rendered([
        { use: "remove", layer: "box", parts: "subject" },
      ]);
      for (let x = boxLeft(2); x < boxLeft(2) + BOX.size + SHADOW_WIDTH; x++)
        assert.deepEqual(
          effects(2, x, middle),
          groundAt(2, x, middle).map(shaded),
        );
      await rm(at("out"), { recursive: true });
      const bare = await rendered([
        { use: "remove", layer: "box", parts: "effects" },
      ]);
      assert.deepEqual(bare(3, boxLeft(3), middle), [...BOX.colour]);
      const beside = boxLeft(3) + BOX.size;
      assert.deepEqual(bare(3, beside, middle), groundAt(3, beside, middle));
    });
  }

  it("is not rendered from what tells of other layers, or is damaged", async () => {
    await keepMadeApart(at("layers"));
    const file = at("layers/layers.apart/00002.z");
    await writeDeflated(file, new Uint8Array(40));
    await failsWith("media-unreadable", render([]), /00002.z/);
    await writeFile(file, "nothing");
    await failsWith("media-unreadable", render([]), /damaged or cut off/);
    await rm(file);
    await failsWith("input-missing", render([]), /00002.z/);
  });

  it("holds a picture on the ground while the camera pans, darkened by the shadow and behind the subject", async () => {
    await writePng(at("white.png"), new Uint8Array(12).fill(255), 2, 2, 3);
    // Eight pixels in the second frame, which shows the ground two pixels further left than the first.
    const [left, top, right, bottom] = [4, 4, 12, 12];
    const pixel = await rendered([
      {
        use: "insert",
        what: "image",
        path: "white.png",
        id: "sign",
        at: 2,
        corners: [
          [left, top],
          [right, top],
          [right, bottom],
          [left, bottom],
        ],
      },
    ]);
    everywhere((t, x, y) => {
      const u = x + 2 * (t - 2);
      const isOn = u >= left && u < right && y >= top && y < bottom;
      const rim =
        Math.min(Math.abs(u + 0.5 - left), Math.abs(u + 0.5 - right)) < 1 ||
        Math.min(Math.abs(y + 0.5 - top), Math.abs(y + 0.5 - bottom)) < 1;
      const own = clipAt(t, x, y);
      if (!isOn && !rim) assert.deepEqual(pixel(t, x, y), own);
      if (!isOn || rim) return;
      const ground = groundAt(t, x, y);
      if (own[0] === BOX.colour[0]) assert.deepEqual(pixel(t, x, y), own);
      else if (own[0] === ground[0])
        assert.deepEqual(pixel(t, x, y), [255, 255, 255]);
      else
        for (const value of pixel(t, x, y))
          assert.ok(
            Math.abs(value - shaded(255)) <= 2,
            `${value} under the shadow`,
          );
    });
  });

  it("shows a duplicate later and elsewhere on the ground, its shadow on the ground that is there", async () => {
    const pixel = await rendered([
      {
        use: "duplicate",
        layer: "box",
        id: "twin",
        frames: 2,
        offset: [0, 8],
        at: 3,
      },
    ]);
    // The box as it was two frames ago, where the ground that it stood on is now, eight pixels further down.
    const t = 5;
    const left = boxLeft(t - 2) - 4;
    assert.deepEqual(pixel(t, left, middle + 8), [...BOX.colour]);
    for (let x = left + BOX.size; x < left + BOX.size + SHADOW_WIDTH; x++)
      groundAt(t, x, middle + 8).forEach((value, c) => {
        assert.ok(Math.abs(pixel(t, x, middle + 8)[c]! - shaded(value)) <= 1);
      });
    assert.deepEqual(pixel(2, 4, middle + 8), groundAt(2, 4, middle + 8));
    everywhere((at_, x, y) => {
      if (y < BOX.top + 8)
        assert.deepEqual(pixel(at_, x, y), clipAt(at_, x, y));
    });
  });

  it("moves a layer in time through the camera, by marks or frames, holding, trimming or fading where it has none", async () => {
    const align = { mark: 1, to: { layer: "box", mark: 3 } };
    const held = await rendered([{ use: "shift", layer: "box", align }]);
    // The box of the first frame on its ground, two pixels further left with every frame.
    assert.deepEqual(held(1, boxLeft(1), middle), [...BOX.colour]);
    assert.deepEqual(held(3, boxLeft(1) - 4, middle), [...BOX.colour]);
    assert.deepEqual(held(5, boxLeft(3) - 4, middle), [...BOX.colour]);
    await rm(at("out"), { recursive: true });
    const trimmed = await rendered([
      { use: "shift", layer: "box", frames: 2, fill: "trim" },
    ]);
    assert.deepEqual(
      trimmed(1, boxLeft(1), middle),
      groundAt(1, boxLeft(1), middle),
    );
    assert.deepEqual(trimmed(5, boxLeft(3) - 4, middle), [...BOX.colour]);
    await rm(at("out"), { recursive: true });
    const fading = await rendered([
      { use: "shift", layer: "box", frames: 2, fill: "fade", fade: 2 },
    ]);
    const x = boxLeft(1) - 2;
    const ground = groundAt(2, x, middle);
    BOX.colour.forEach((value, c) => {
      // Half of it over the ground that half of its shadow darkens.
      const dark = ground[c]! * (1 - 64 / 255);
      assert.ok(Math.abs(fading(2, x, middle)[c]! - (value + dark) / 2) <= 2);
    });
  });

  it("freezes a layer on the ground, and changes how strong its shadow is", async () => {
    const frozen = await rendered([
      { use: "speed", layer: "box", factor: 0, from: 2 },
      { use: "effect", layer: "box", strength: 0.5 },
    ]);
    assert.deepEqual(frozen(5, boxLeft(2) - 5, middle), [...BOX.colour]);
    const x = boxLeft(2) - 6 + BOX.size;
    groundAt(5, x, middle).forEach((value, c) => {
      assert.ok(
        Math.abs(frozen(5, x, middle)[c]! - value * (1 - 64 / 255)) <= 1,
      );
    });
  });

  it("stands before another backdrop, which its shadow darkens by its ratio, or before none", async () => {
    const green = await rendered([
      { use: "backdrop", fill: "colour", colour: "#508040" },
    ]);
    const beside = boxLeft(2) + BOX.size;
    assert.deepEqual(green(2, 0, 0), [80, 128, 64]);
    assert.deepEqual(green(2, boxLeft(2), middle), [...BOX.colour]);
    [80, 128, 64].forEach((value, c) => {
      assert.ok(Math.abs(green(2, beside, middle)[c]! - shaded(value)) <= 1);
    });
    await rm(at("out"), { recursive: true });
    const clear = await rendered([{ use: "backdrop", fill: "transparent" }]);
    assert.deepEqual(clear(2, 0, 0)[3], 0);
    assert.deepEqual(clear(2, boxLeft(2), middle), [...BOX.colour, 255]);
    const [r, g, b, alpha] = clear(2, beside, middle);
    assert.deepEqual([r, g, b], [0, 0, 0]);
    assert.ok(Math.abs(alpha! - 128) <= 1);
  });

  it("becomes a movie with its alpha, or one that plays everywhere", async () => {
    const work = { workFolder: at("work"), signal };
    await render(
      [{ use: "backdrop", fill: "transparent" }],
      "clear.mov",
      "prores4444",
    );
    const alpha = await decodeMovie(at("clear.mov"), "alpha", work);
    assert.equal(alpha.frameCount, frameCount);
    const plane = await readRawFrame(alpha.file, 1, width * height);
    assert.equal(plane[0], 0);
    assert.ok(plane[middle * width + boxLeft(2) + 1]! > 250);

    await render([], "all.mp4", "h264");
    const movie = await describeClip(at("all.mp4"), work);
    assert.equal(movie.frameCount, frameCount);
    const frame = await readFrame(movie, 3);
    const i = ((height - 2) * width + 20) * 3;
    groundAt(4, 20, height - 2).forEach((value, c) => {
      assert.ok(Math.abs(frame[i + c]! - value) < 16);
    });
  });

  it("is refused in one sentence before anything is written when an edit cannot be done", async () => {
    const corners = [
      [2, 2],
      [9, 2],
      [9, 9],
      [2, 9],
    ] as const;
    const text = {
      use: "insert",
      what: "text",
      text: "A",
      id: "a",
      corners: corners.map(([x, y]) => [x, y]) as never,
    } as const;
    const whites = (count: number, area: number) =>
      Readable.from(
        Array.from({ length: count }, () => new Uint8Array(4 * area).fill(255)),
      );
    const movie = (
      name: string,
      size: { width: number; height: number },
      rate: number,
      count: number,
    ) =>
      writeMovie(
        at(name),
        size,
        { numerator: rate, denominator: 1 },
        "prores422",
        8,
        whites(count, size.width * size.height),
        signal,
      );
    await movie("slow.mov", { width, height }, 12, frameCount);
    await movie("small.mov", { width: 16, height: 16 }, 24, frameCount);
    await movie("short.mov", { width, height }, 24, 2);
    const before = (await readdir(at())).sort();
    const backdrop = (path: string): GivenEdit => ({
      use: "backdrop",
      fill: "movie",
      path,
    });
    const refused: readonly (readonly [GivenEdit, RegExp, string?])[] = [
      [
        { use: "shift", layer: "box", frames: 6 },
        /6 frames later is beyond the clip, which has 6/,
      ],
      [
        { use: "duplicate", layer: "box", id: "b", frames: -9 },
        /9 frames earlier/,
      ],
      [{ use: "remove", layer: "nobody" }, /no layer "nobody"; there is box/],
      [{ use: "remove", layer: "box", parts: "reflection" }, /no reflection/],
      [
        {
          ...text,
          corners: [
            [2, 2],
            [9, 9],
            [9, 2],
            [2, 9],
          ],
        },
        /corners cross/,
      ],
      [{ ...text, at: 7 }, /frame 7 is beyond the clip's 6/],
      [
        { ...text, font: "No Such Font At All" },
        /no font "No Such Font At All"/,
      ],
      [{ ...text, above: "sky" }, /nothing called "sky"/],
      [{ ...text, size: 90 }, /letters of 90 pixels need/],
      [backdrop("slow.mov"), /12 frames per second, the clip has 24/],
      [backdrop("small.mov"), /16x16|16×16/],
      [backdrop("short.mov"), /has 2 frames, the clip has 6/],
      [
        backdrop("gone.mov"),
        /There is nothing at .*gone\.mov/,
        "input-missing",
      ],
    ];
    for (const [edit, words, code = "edit-impossible"] of refused)
      await failsWith(code as never, render([edit]), words);
    await failsWith(
      "usage",
      render([{ use: "backdrop", fill: "transparent" }], "x.mp4", "h264"),
      /holds no transparency/,
    );
    await writeFile(at("there"), "mine");
    await failsWith("output-exists", render([], "there"), /there/);
    assert.equal(await readFile(at("there"), "utf8"), "mine");
    await rm(at("there"));
    await rm(at("layers/box.shadow/00004.png"));
    await failsWith("input-missing", render([]), /box\.shadow.00004\.png/);
    assert.deepEqual((await readdir(at())).sort(), before);
  });

  it("takes edits one after the other, and none that cannot be done", async () => {
    const add = (edit: GivenEdit) =>
      addEdit(at("layers"), edit, undefined, signal);
    const file = at("layers/edits.json");
    await failsWith(
      "edit-impossible",
      add({ use: "remove", layer: "nobody" }),
      /nobody/,
    );
    assert.ok(!existsSync(file));
    await add({ use: "duplicate", layer: "box", id: "twin", frames: 1 });
    const said = await add({ use: "effect", layer: "twin", strength: 0 });
    assert.match(said[0]!, /2 edits/);
    const text = await readFile(file, "utf8");
    await failsWith(
      "edit-impossible",
      add({ use: "duplicate", layer: "box", id: "twin" }),
      /taken/,
    );
    assert.equal(await readFile(file, "utf8"), text);
    assert.equal(readEdits(text, file).edits.length, 2);
  });
});

describe("edits.json", () => {
  it("is refused with the edit and the field that is wrong", () => {
    const wrong = (value: unknown, words: RegExp): void => {
      assert.throws(
        () => readEdits(JSON.stringify(value), "edits.json"),
        words,
      );
    };
    wrong([], /no version/);
    wrong({ version: 2, edits: [] }, /version 2/);
    wrong(
      { version: 1, edits: [{ use: "paint" }] },
      /edit 1 has no use that is known/,
    );
    wrong(
      {
        version: 1,
        edits: [
          { use: "remove", layer: "a" },
          { use: "effect", layer: "a", strength: 3 },
        ],
      },
      /edit 2 \(effect\), strength/,
    );
    wrong(
      { version: 1, edits: [{ use: "shift", layer: "a" }] },
      /either frames or align/,
    );
    wrong(
      {
        version: 1,
        edits: [{ use: "backdrop", fill: "colour", colour: "red" }],
      },
      /must be a colour/,
    );
  });
});
