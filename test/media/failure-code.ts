import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import type { Failure } from "../../src/errors/failure-codes.ts";

/** Passes when the work fails with the code as an expected failure, said in one sentence with no line break. */
export async function failsWith(
  code: Failure["code"],
  work: Promise<unknown>,
  words = /./,
): Promise<void> {
  await assert.rejects(work, (error) => {
    assert(error instanceof LaminaError, String(error));
    assert.equal(error.failure.code, code, error.message);
    assert.match(error.message, /^[^\n]+\.$/);
    assert.match(error.message, words);
    return true;
  });
}
