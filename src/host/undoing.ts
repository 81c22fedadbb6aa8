import { LaminaError } from "../errors/failure.ts";

/**
 * Does work that takes several steps in another program. Each step says how it is undone; when a later one fails or is
 * cancelled, the steps are undone backwards before the failure goes on.
 *
 * @throws what the work throws; `host-left-changed` when not everything could be undone
 */
export async function undoing<Result>(
  work: (onFailure: (undo: () => Promise<void>) => void) => Promise<Result>,
): Promise<Result> {
  const undos: (() => Promise<void>)[] = [];
  try {
    return await work((undo) => undos.push(undo));
  } catch (error) {
    const left = await undoAll(undos);
    // Whoever cannot be reached any more cannot be asked to undo the rest either.
    if (left === "gone" || left.length === 0) throw error;
    throw new LaminaError(
      {
        code: "host-left-changed",
        problem: inWords(error),
        left: left.join("; "),
      },
      { cause: error },
    );
  }
}

/**
 * Undoes steps backwards, all that can be.
 *
 * @returns what could not be undone, in words
 */
export async function undoAll(
  undos: readonly (() => Promise<void>)[],
): Promise<string[] | "gone"> {
  const left: string[] = [];
  for (const undo of [...undos].reverse()) {
    try {
      await undo();
    } catch (failed) {
      if (isGone(failed)) return "gone";
      left.push(inWords(failed));
    }
  }
  return left;
}

const isGone = (error: unknown): boolean =>
  error instanceof LaminaError && error.failure.code === "host-gone";

/** A failure without the sentence around it. */
export const inWords = (error: unknown): string =>
  error instanceof LaminaError && error.failure.code === "host-refused"
    ? `${error.failure.call}: ${error.failure.detail}`
    : error instanceof Error
      ? error.message.replace(/\.$/, "")
      : String(error);
