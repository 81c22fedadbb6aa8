import assert from "node:assert/strict";
import { describeDuration } from "../../src/cli/progress.ts";
import { terminalBar } from "../../src/cli/terminal-progress.ts";

describe("progressBar", () => {
  it("fills with what is done and tells the time left", () => {
    assert.equal(terminalBar(0, 10), `${"░".repeat(24)} 0 %`);
    assert.equal(
      terminalBar(5, 10, 71),
      `${"█".repeat(12)}${"░".repeat(12)} 50 %, 1 min 11 s left`,
    );
    assert.equal(terminalBar(10, 10), `${"█".repeat(24)} 100 %`);
  });

  it("does not say 100 % before all is done, nor more than 100 % after", () => {
    assert.match(terminalBar(999, 1000), / 99 %$/);
    assert.match(terminalBar(12, 10), / 100 %$/);
    assert.match(terminalBar(0, 0), / 100 %$/);
  });
});

describe("describeDuration", () => {
  it("uses the two largest units", () => {
    assert.equal(describeDuration(0.4), "0 s");
    assert.equal(describeDuration(59.6), "1 min 0 s");
    assert.equal(describeDuration(200), "3 min 20 s");
    assert.equal(describeDuration(4330), "1 h 12 min");
  });
});
