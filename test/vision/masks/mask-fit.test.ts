import assert from "node:assert/strict";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  fitMasks,
  maskFit,
  WORST_FIT,
} from "../../../src/vision/masks/mask-fit.ts";

const width = 320;
const height = 200;

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** A box that walks over striped ground, past a post. */
function picture(frame: number): Raster {
  const out = raster(3, height, width);
  const subject = walker(frame);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const ground = 0.35 + 0.1 * Math.sin(x / 9) * Math.cos(y / 7);
      const isPost = within([250, 20, 262, 190], x, y);
      const isSubject = within(subject, x, y);
      const colour = isSubject
        ? [0.8, 0.25, 0.2]
        : isPost
          ? [0.2, 0.2, 0.25]
          : [ground, ground + 0.05, ground - 0.1];
      colour.forEach((value, c) => {
        out.data[c * width * height + i] = value;
      });
    }
  }
  return out;
}

const walker = (frame: number): Box => [
  40 + 12 * frame,
  60,
  80 + 12 * frame,
  150,
];

const within = (
  [left, top, right, bottom]: Box,
  x: number,
  y: number,
): boolean => x >= left && x < right && y >= top && y < bottom;

const maskOf = (...boxes: readonly Box[]): Raster => {
  const out = raster(boxes.length, height, width);
  boxes.forEach((box, k) => {
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        if (within(box, x, y)) out.data[(k * height + y) * width + x] = 1;
  });
  return out;
};

const grown = ([left, top, right, bottom]: Box, by: number): Box => [
  left - by,
  top - by,
  right + by,
  bottom + by,
];

describe("whether masks belong to a clip", () => {
  it("is told of those that follow their subject, also roughly, and of those of another picture", () => {
    const frames = [0, 4, 8].map((frame) => {
      const subject = walker(frame);
      return fitMasks(
        picture(frame),
        maskOf(
          subject,
          grown(subject, 8),
          // It goes the other way, where nothing is.
          [150 - 12 * frame, 20, 210 - 12 * frame, 55],
        ),
      );
    });
    const [own, rough, another] = [0, 1, 2].map((k) =>
      maskFit(frames.map((of) => of[k]!)),
    );
    assert.ok(own! > 0.95, `its own: ${own}`);
    assert.ok(rough! > WORST_FIT, `rough: ${rough}`);
    assert.ok(another! < WORST_FIT, `another's: ${another}`);
  });

  it("is not told of empty masks, of full ones, of small pictures, nor from one frame", () => {
    const subject = walker(2);
    const fits = [
      fitMasks(
        picture(2),
        maskOf(subject, [0, 0, 0, 0], [0, 0, width, height]),
      ),
      fitMasks(
        picture(2),
        maskOf([0, 0, 0, 0], [0, 0, 0, 0], [0, 0, width, height]),
      ),
    ];
    for (const k of [0, 1, 2])
      assert.equal(maskFit(fits.map((of) => of[k]!)), undefined);
    const small = fitMasks(raster(3, 48, 64), raster(1, 48, 64))[0]!;
    assert.equal(maskFit([small, small]), undefined);
  });
});
