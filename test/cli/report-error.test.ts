import assert from "node:assert/strict";
import { reportError } from "../../src/cli/report-error.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { RemoteError } from "../../src/protocol/remote-error.ts";

/** What is said of an error, and the exit code. */
function report(error: unknown, json = false) {
  const lines: string[] = [];
  const errorLines: string[] = [];
  const output = {
    line: (text: string) => lines.push(text),
    errorLine: (text: string) => errorLines.push(text),
    isTerminal: false,
  };
  return { code: reportError(error, output, json), lines, errorLines };
}

describe("what ends a command", () => {
  const failure = { code: "not-found", what: "panel" } as const;

  it("is said in the shell's words, also when the local service met it", () => {
    const here = report(new LaminaError(failure));
    const message = "There is no panel here.";
    const there = report(new RemoteError({ ...failure, message }));
    assert.deepEqual(there, here);
    assert.equal(here.code, 1);
    assert.deepEqual(here.errorLines, [
      message,
      "Check the name; it may have been removed.",
    ]);
  });

  it("is a line of JSON with code and facts for programs", () => {
    const { lines } = report(new LaminaError(failure), true);
    const [line] = lines.map((text) => JSON.parse(text) as object);
    const sentence = "There is no panel here.";
    const action = "Check the name; it may have been removed.";
    assert.deepEqual(line, { kind: "failure", failure, sentence, action });
  });

  it("is code 2 for what was typed or set wrongly, 130 for a cancel, of which nothing is said", () => {
    const usage = new LaminaError({ code: "usage", problem: "No." });
    assert.equal(report(usage).code, 2);
    const limit = new LaminaError({ code: "cache-limit-invalid", limit: "x" });
    assert.equal(report(limit).code, 2);
    const cancel = report(new DOMException("", "AbortError"));
    assert.deepEqual(cancel, { code: 130, lines: [], errorLines: [] });
  });

  it("is a bug, with its stack, when nobody expected it", () => {
    const message = "Something went wrong inside Lamina.";
    for (const bug of [
      new TypeError("x is undefined"),
      new RemoteError({ code: "bug", message }),
    ]) {
      const { code, errorLines } = report(bug);
      assert.equal(code, 1);
      assert.match(errorLines[0]!, /x is undefined|inside Lamina/);
      assert.match(errorLines.at(-1)!, /^This is a bug in lamina\./);
    }
  });
});
