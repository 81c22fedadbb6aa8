import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import fc from "fast-check";
import { LaminaError } from "../../src/errors/failure.ts";

/** Raised when other cases are wanted; every run takes the same ones. */
const SEED = 20261127;
/** Nothing here is larger than a few kilobytes: what takes this long on a busy machine does not end. */
const LONGEST_CASE_MS = 20_000;
/** Letters of a counterexample. */
const LONGEST_SHOWN = 600;
const MEBIBYTE = 1 << 20;

/**
 * Tries a property on so many generated cases, always the same ones; a failing case is made as small as possible and told. Each
 * case must end within 20 s.
 */
export async function tryAll<T>(
  cases: fc.Arbitrary<T>,
  count: number,
  holds: (value: T) => Promise<void> | void,
): Promise<void> {
  const property = fc.asyncProperty(cases, async (value) => {
    const began = performance.now();
    let late: NodeJS.Timeout | undefined;
    const deadline = new Promise<never>((_, reject) => {
      late = setTimeout(() => {
        reject(new Error(`not done after ${LONGEST_CASE_MS} ms`));
      }, LONGEST_CASE_MS);
    });
    try {
      await Promise.race([holds(value), deadline]);
    } finally {
      clearTimeout(late);
    }
    // A loop that lets no timer through is seen here, unless it never ends.
    assert.ok(performance.now() - began < LONGEST_CASE_MS);
  });
  const outcome = await fc.check(property, { seed: SEED, numRuns: count });
  if (!outcome.failed) return;
  const found = fc.stringify(outcome.counterexample).slice(0, LONGEST_SHOWN);
  throw new Error(`does not hold for ${found}`, {
    cause: outcome.errorInstance,
  });
}

/**
 * Passes when the work succeeds, or fails in a way that a person is told of: one sentence, one action.
 *
 * @returns what it gave; undefined when it failed
 */
export async function answers<T>(
  work: () => Promise<T> | T,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    assert.match(error.message, /^[^\n]+\.$/);
    return undefined;
  }
}

/** Passes when the work keeps the process's memory below what it had at most, and so many MiB more. */
export async function staysBelow(
  mebibytes: number,
  work: () => Promise<void>,
): Promise<void> {
  const before = process.resourceUsage().maxRSS * 1024;
  await work();
  const grown = process.resourceUsage().maxRSS * 1024 - before;
  assert.ok(
    grown < mebibytes * MEBIBYTE,
    `${Math.round(grown / MEBIBYTE)} MiB more`,
  );
}

/** Everything in a folder, sorted, to see that nothing was left there. */
export const contents = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true })).sort();
