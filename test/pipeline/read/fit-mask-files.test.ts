import assert from "node:assert/strict";
import { followsClip } from "../../../src/pipeline/read/fit-mask-files.ts";
import { box, savePng } from "../../media/sample-images.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

const [width, height, frameCount] = [320, 200, 5];
type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A box that walks over soft stripes, past a post. */
const walker = (frame: number): Box => [
  40 + 36 * frame,
  60,
  80 + 36 * frame,
  150,
];
const post: Box = [250, 20, 262, 190];

const within = ([left, top, right, bottom]: Box, x: number, y: number) =>
  x >= left && x < right && y >= top && y < bottom;

function picture(frame: number): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const ground = 90 + 25 * Math.sin(x / 9) * Math.cos(y / 7);
      const colour = within(walker(frame), x, y)
        ? [204, 64, 51]
        : within(post, x, y)
          ? [51, 51, 64]
          : [ground, ground + 12, ground - 25];
      data.set(colour, 3 * i);
    }
  }
  return data;
}

describe("files of a mask beside those of a clip", () => {
  const at = useTemporaryFolder();
  const save = async (place: string, frame: number, area: Box) => {
    const data = box(width, height, area);
    await savePng(at(place, `${frame}.png`), data, width, height);
  };

  it("tell whether the mask follows what the clip shows", async () => {
    for (let frame = 0; frame < frameCount; frame++) {
      await savePng(at("rgb", `${frame}.png`), picture(frame), width, height);
      await save("own", frame, walker(frame));
      // Another clip's subject walks the other way, elsewhere.
      const left = 200 - 30 * frame;
      await save("other", frame, [left, 20, left + 60, 50]);
      await save("speck", frame, [10, 10, 13, 13]);
    }
    const follows = (mask: string) =>
      followsClip(
        frameCount,
        (index) => at("rgb", `${index}.png`),
        (index) => at(mask, `${index}.png`),
      );
    assert.equal(await follows("own"), true);
    assert.equal(await follows("other"), false);
    assert.equal(await follows("speck"), undefined);
  });
});
