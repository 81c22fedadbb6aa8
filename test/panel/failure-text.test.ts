import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { LaminaError } from "../../src/errors/failure.ts";
import {
  failureSentence,
  wireFailure,
} from "../../src/errors/failure-sentence.ts";
import { failureText } from "../../src/panel/failure-text.ts";
import { describeProblem, describeWireError } from "../../src/panel/problem.ts";
import { RemoteError } from "../../src/protocol/remote-error.ts";
import { exampleFailures } from "../errors/example-failures.ts";
import { assertOneSentence } from "../errors/one-sentence.ts";

/** What is a shell's, or stands in files that the panel's user never opens. */
const ofTheShell = /--|`|\blamina\b|LAMINA_|[Cc]ommand|layers\.json/;

const source = ["elements/", ""]
  .flatMap((folder) =>
    readdirSync(`src/panel/${folder}`)
      .filter((name) => name.endsWith(".ts") && name !== "failure-text.ts")
      .map((name) => readFileSync(`src/panel/${folder}${name}`, "utf8")),
  )
  .join("\n");

describe("what the panel says of a failure", () => {
  for (const failure of exampleFailures) {
    it(`is one sentence and one action for ${failure.code}, in the panel's own words`, () => {
      const { sentence, action } = failureText(failure);
      assert.equal(sentence, failureSentence(failure));
      assertOneSentence(action);
      assert.doesNotMatch(`${sentence} ${action}`, ofTheShell);
      for (const label of action.match(/(?<=“)[^”]+(?=”)/g) ?? []) {
        // As an attribute, a string of the source, or the text between tags.
        const shown = [`"${label}"`, `>${label}<`, `>${label}\n`, `${label}\n`];
        assert.ok(
          shown.some((text) => source.includes(text)),
          `the panel shows nothing called ${label}`,
        );
      }
    });

    it(`is the same for ${failure.code} when it comes from the service`, () => {
      const error = wireFailure(failure);
      const text = failureText(failure);
      assert.deepEqual(describeProblem(new LaminaError(failure)), text);
      assert.deepEqual(describeProblem(new RemoteError(error)), text);
      assert.deepEqual(describeWireError(error), text);
    });
  }

  it("is the sentence that came along when the code or its facts are not known", () => {
    const message = "The moon is full.";
    const strange = [
      { code: "moon-full", message, phase: 4 },
      { code: "bug", message },
      // As an earlier version has left it in a job's file.
      { code: "disk-full", message, action: "Run the same command again." },
    ];
    for (const error of strange) {
      const { sentence, action } = describeWireError(error);
      assert.equal(sentence, message);
      assertOneSentence(action);
      assert.doesNotMatch(action, ofTheShell);
      assert.deepEqual(describeProblem(new RemoteError(error)), {
        sentence,
        action,
      });
    }
  });

  it("is nothing for a cancel, and the panel's own fault for a bug of its own", () => {
    assert.equal(
      describeProblem(new DOMException("", "AbortError")),
      undefined,
    );
    const own = describeProblem(new TypeError("x is undefined"));
    assert.match(own?.sentence ?? "", /in the panel itself: x is undefined\.$/);
  });
});
