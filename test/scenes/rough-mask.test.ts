import assert from "node:assert/strict";
import { roughMask } from "../../src/scenes/rough-mask.ts";

const [width, height] = [96, 256];

/** A disc of radius 20 about (48, 128). */
const disc = new Float32Array(width * height).map((_, i) =>
  Math.hypot((i % width) - 48, Math.floor(i / width) - 128) <= 20 ? 1 : 0,
);

const radii = (mask: Uint8Array): { least: number; most: number } => {
  let [least, most] = [Infinity, 0];
  for (let i = 0; i < mask.length; i++) {
    const r = Math.hypot((i % width) - 48, Math.floor(i / width) - 128);
    if (mask[i] === 255) most = Math.max(most, r);
    else least = Math.min(least, r);
  }
  return { least, most };
};

describe("roughMask", () => {
  it("hands back the visible object when it is exact", () => {
    const mask = roughMask(disc, width, height, "exact", 1, 0);
    assert.deepEqual(
      mask,
      Uint8Array.from(disc, (a) => 255 * a),
    );
  });

  it("grows the object by the same width on every side when it is dilated", () => {
    const { least, most } = radii(
      roughMask(disc, width, height, "dilated", 1, 0),
    );
    assert.ok(least > 22 && most < 23.5, `${least} to ${most}`);
  });

  it("wobbles the outline differently in every frame when it is jittered", () => {
    const first = roughMask(disc, width, height, "jittered", 1, 0);
    const second = roughMask(disc, width, height, "jittered", 1, 1);
    assert.notDeepEqual(first, second);
    const { least, most } = radii(first);
    assert.ok(most - least > 2, "the outline is uneven");
    assert.ok(least > 18 && most < 27.5, `${least} to ${most}`);
  });

  it("stays empty when nothing is seen of the object", () => {
    const nothing = new Float32Array(width * height);
    for (const style of ["exact", "dilated", "jittered"] as const) {
      const mask = roughMask(nothing, width, height, style, 1, 0);
      assert.ok(mask.every((value) => value === 0));
    }
  });
});
