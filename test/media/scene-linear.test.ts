import assert from "node:assert/strict";
import fc from "fast-check";
import {
  codeOfScene,
  darkestScene,
  lightestScene,
  sceneOfCode,
} from "../../src/media/scene-linear.ts";

describe("scene-linear light as codes", () => {
  it("is the curve ACEScct", () => {
    // Academy S-2016-001, and the reference implementation in the ACES repository.
    assert.equal(codeOfScene(1), Math.round((65535 * 9.72) / 17.52));
    assert.equal(codeOfScene(0.18), Math.round(65535 * 0.4135884));
    assert.equal(codeOfScene(0), Math.round(65535 * 0.0729055));
  });

  it("gives each code back", () => {
    for (let code = 0; code <= 65535; code++)
      assert.equal(codeOfScene(sceneOfCode(code)), code);
  });

  it("keeps every half float from 1/512 up apart from the others", () => {
    let before = -1;
    for (let stop = -9; stop < 8; stop++)
      for (let step = 0; step < 1024; step++) {
        const half = 2 ** stop * (1 + step / 1024);
        if (half > lightestScene) return;
        const code = codeOfScene(half);
        assert.ok(code > before, `${half}`);
        before = code;
      }
  });

  it("is off by less than a millionth in what is darker", () => {
    fc.assert(
      fc.property(
        fc.double({ min: darkestScene, max: 1 / 512, noNaN: true }),
        (value) => {
          assert.ok(Math.abs(sceneOfCode(codeOfScene(value)) - value) < 1e-6);
        },
      ),
    );
  });

  it("ends where the curve ends, and takes what is no number for the lower end", () => {
    assert.deepEqual(
      [1e9, Infinity, -1, -Infinity, NaN].map(codeOfScene),
      [65535, 65535, 0, 0, 0],
    );
  });
});
