import assert from "node:assert/strict";
import { bySureness } from "../../src/panel/sureness.ts";
import type { ProposedSubject } from "../../src/protocol/subject-api.ts";

describe("proposed subjects", () => {
  const told = (...confidences: number[]) => {
    const proposals = confidences.map(
      (confidence) => ({ confidence }) as ProposedSubject,
    );
    const { sure, unsure } = bySureness(proposals);
    return [sure, unsure].map((list) =>
      list.map(({ confidence }) => confidence),
    );
  };

  it("that are hardly sure stand apart from the others, and nowhere else where there are no others", () => {
    assert.deepEqual(told(0.145, 0.655, 0.185), [[0.655], [0.145, 0.185]]);
    assert.deepEqual(told(0.4, 0.25), [[0.4, 0.25], []]);
    assert.deepEqual(told(0.13, 0.2), [[0.13, 0.2], []]);
    assert.deepEqual(told(), [[], []]);
  });
});
