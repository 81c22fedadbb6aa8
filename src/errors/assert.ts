/**
 * States what the code relies on. A violation is a bug of ours and is never dressed up as a user's mistake.
 *
 * @throws Error when the condition is false
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}

/**
 * Closes an exhaustive switch: it does not compile while a case is missing.
 *
 * @throws Error when reached at run time
 */
export function assertNever(value: never): never {
  throw new Error(`bug: unexpected ${JSON.stringify(value)}`);
}
