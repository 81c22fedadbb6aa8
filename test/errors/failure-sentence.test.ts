import assert from "node:assert/strict";
import {
  failureSentence,
  wireFailure,
} from "../../src/errors/failure-sentence.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { exampleFailures } from "./example-failures.ts";
import { assertOneSentence } from "./one-sentence.ts";

describe("the sentence of a failure", () => {
  for (const failure of exampleFailures) {
    it(`says ${failure.code} in one sentence that is true in every face`, () => {
      const sentence = failureSentence(failure);
      assertOneSentence(sentence);
      assert.doesNotMatch(sentence, /--|`|\blamina\b|LAMINA_|command|“|”/);
    });
  }

  it("says every code in words of its own", () => {
    const sentences = new Set(exampleFailures.map(failureSentence));
    assert.equal(sentences.size, exampleFailures.length);
  });

  it("says of a browser that was named that it is not there", () => {
    const code = "browser-missing";
    const named = failureSentence({ code, named: "/opt/browser" });
    assert.match(named, /\/opt\/browser/);
    assert.notEqual(failureSentence({ code }), named);
  });

  it("is an error's message, and goes over a wire beside code and facts", () => {
    const failure = { code: "disk-full", path: "/out" } as const;
    const { message } = new LaminaError(failure);
    assert.equal(message, "The disk that holds /out is full.");
    assert.deepEqual(wireFailure(failure), { ...failure, message });
  });
});
