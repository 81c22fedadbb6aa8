import assert from "node:assert/strict";
import { parsePixelAspect } from "../../src/units/pixel-aspect.ts";

describe("a pixel aspect", () => {
  it("is read in all the ways that Premiere writes it", () => {
    const same: readonly (readonly [string, string])[] = [
      ["1:1", "1/1"],
      ["1.0", "1/1"],
      ["Square Pixels (1.0)", "1/1"],
      ["10:11", "10/11"],
      ["10/11", "10/11"],
      ["D1/DV NTSC (0.9091)", "10/11"],
      ["HD Anamorphic 1080 (1.3333)", "4/3"],
      ["1.333", "4/3"],
      ["1.7", "17000/10000"],
    ];
    for (const [text, expected] of same) {
      const aspect = parsePixelAspect(text);
      const found = `${aspect?.numerator}/${aspect?.denominator}`;
      assert.equal(found, expected, text);
    }
  });

  it("is not made up where there is none", () => {
    for (const text of ["", "square", "0:0", "0", "undefined"]) {
      assert.equal(parsePixelAspect(text), undefined, text);
    }
  });
});
