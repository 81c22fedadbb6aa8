import assert from "node:assert/strict";
import { workerCount } from "../../../src/pipeline/execution/worker-count.ts";

const hd = { width: 1920, height: 1080, frameCount: 100 };
const plenty = 256e9;

describe("the number of workers", () => {
  it("is that of the processors where memory is plenty, but not more than 16 nor than frames", () => {
    assert.equal(workerCount(hd, { processors: 4, memory: plenty }), 4);
    assert.equal(workerCount(hd, { processors: 64, memory: plenty }), 16);
    const short = { ...hd, frameCount: 3 };
    assert.equal(workerCount(short, { processors: 8, memory: plenty }), 3);
  });

  it("is what fits into memory, larger pictures fewer times, but two where there are two processors", () => {
    const machine = { processors: 16, memory: 6e9 };
    const uhd = { ...hd, width: 3840, height: 2160 };
    const small = { ...hd, width: 448, height: 256 };
    assert.equal(workerCount(hd, machine), 9);
    assert.equal(workerCount(uhd, machine), 3);
    assert.equal(workerCount(small, machine), 16);
    assert.equal(workerCount(hd, { processors: 16, memory: 1e9 }), 2);
    assert.equal(workerCount(hd, { processors: 1, memory: 1e9 }), 1);
  });
});
