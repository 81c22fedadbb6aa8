import assert from "node:assert/strict";

/** Passes for one sentence with a full stop, in one line, into which every fact has found its way. */
export function assertOneSentence(text: string): void {
  assert.match(text, /^\S[^\n]*[^\s.]\.$/, text);
  assert.doesNotMatch(text, /[.!?] +\p{Lu}/u, text);
  assert.doesNotMatch(text, /undefined|NaN|\[object/, text);
}
