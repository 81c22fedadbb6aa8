/**
 * States what the code relies on. A violation is a bug of ours and is never dressed up as a user's mistake.
 *
 * @throws Error when the condition is false
 */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`bug: ${message}`);
}
