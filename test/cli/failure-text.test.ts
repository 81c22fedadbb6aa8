import assert from "node:assert/strict";
import { failureText } from "../../src/cli/failure-text.ts";
import { failureSentence } from "../../src/errors/failure-sentence.ts";
import { failureText as panelText } from "../../src/panel/failure-text.ts";
import { exampleFailures } from "../errors/example-failures.ts";
import { assertOneSentence } from "../errors/one-sentence.ts";

const labels = new Set(
  exampleFailures.flatMap(
    (failure) => panelText(failure).action.match(/(?<=“)[^”]+(?=”)/g) ?? [],
  ),
);

describe("what the command says of a failure", () => {
  for (const failure of exampleFailures) {
    it(`is one sentence and one action for ${failure.code}, and names no button`, () => {
      const { sentence, action } = failureText(failure);
      assert.equal(sentence, failureSentence(failure));
      assertOneSentence(action);
      assert.doesNotMatch(action, /“|”|\bbutton\b/);
      for (const label of labels) assert.ok(!action.includes(label), label);
    });
  }

  it("names what a shell's user has: flags, commands and variables", () => {
    const action = (code: string): string =>
      failureText(exampleFailures.find((each) => each.code === code)!).action;
    assert.match(action("output-overlaps"), /--out\b/);
    assert.match(action("clip-has-cut"), /--range 1-4 and --range 5-\./);
    assert.match(action("model-missing"), /lamina models\b/);
    assert.match(action("browser-broken"), /LAMINA_BROWSER/);
  });
});
