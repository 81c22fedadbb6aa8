import assert from "node:assert/strict";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import {
  layFootprints,
  measureFootprints,
  withinFootprints,
} from "../../../src/vision/background/footprints.ts";

const height = 24;
const width = 40;
const unrest = 0.12;

/** Ground that is darker here and lighter there in every sample, with a shadow of this depth five cells beneath a subject that goes right. */
function samples(depth: number) {
  const darker: Raster[] = [];
  const shown: Raster[] = [];
  const centres: [number, number][][] = [];
  for (let t = 0; t < 16; t++) {
    const [x, y] = [6 + 1.7 * t, 8];
    const dark = raster(1, height, width);
    for (let v = 0; v < height; v++)
      for (let u = 0; u < width; u++) {
        const inShadow = Math.abs(u - x) < 4 && Math.abs(v - y - 5) < 2;
        dark.data[v * width + u] =
          1.4 * unrest * Math.sin(u * 0.9 + v * 0.7 + t * 2.1) -
          (inShadow ? depth : 0);
      }
    darker.push(dark);
    shown.push(raster(1, height, width));
    shown[t]!.data.fill(1);
    centres.push([[x, y]]);
  }
  return { darker, shown, centres };
}

describe("what travels with a subject on ground that moves by itself", () => {
  it("is found beside it, and followed to where it is in each sample", () => {
    const { darker, shown, centres } = samples(0.5);
    const footprints = measureFootprints(darker, shown, centres, unrest);
    const within = withinFootprints(footprints, centres)!;
    for (const t of [2, 8, 14]) {
      const [x] = centres[t]![0]!;
      const at = (u: number, v: number) =>
        within[t]!.data[v * width + Math.round(u)]!;
      assert.ok(at(x, 13) > 1, `in the shadow, sample ${t}`);
      assert.ok(at(x, 3) < 1, `above the subject, sample ${t}`);
      assert.ok(at(x < 20 ? x + 12 : x - 12, 13) < 1, `beside, sample ${t}`);
    }
    const laid = layFootprints(footprints, centres[8]!, height, width);
    assert.ok(laid.data[13 * width + 20]! > 0.35, "as dark as the shadow");
  });

  it("is nothing where only the ground moves, or the subject is not there", () => {
    const { darker, shown, centres } = samples(0);
    const none = measureFootprints(darker, shown, centres, unrest);
    assert.equal(withinFootprints(none, centres), undefined);
    const dark = samples(0.5);
    const footprints = measureFootprints(
      dark.darker,
      dark.shown,
      dark.centres,
      unrest,
    );
    const laid = layFootprints(footprints, [undefined], height, width);
    assert.ok(laid.data.every((v) => v === 0));
  });
});
