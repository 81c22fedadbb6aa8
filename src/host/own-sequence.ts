import type { ClipRef } from "../protocol/host-script-api.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

/**
 * Makes a sequence that holds a copy of the clip alone, with the settings of the clip's sequence. When that fails, no sequence
 * is left.
 *
 * @returns the new sequence's id
 * @throws LaminaError `host-refused`
 */
export async function cutOut(
  call: CallScript,
  sequenceId: string,
  clip: ClipRef,
): Promise<string> {
  const known = new Set((await call("sequences", null)).map(({ id }) => id));
  try {
    return (await call("cutOut", { sequenceId, clip })).sequenceId;
  } catch (error) {
    for (const { id } of await call("sequences", null)) {
      if (!known.has(id)) await deleteSequence(call, id);
    }
    throw error;
  }
}

/**
 * Deletes a sequence of ours; one that is gone already does not matter.
 *
 * @throws LaminaError `host-refused`
 */
export async function deleteSequence(
  call: CallScript,
  sequenceId: string,
): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await call("sequences", null)).some(({ id }) => id === sequenceId);
  if (!(await isThere())) return;
  await call("deleteSequence", { sequenceId });
  if (await isThere()) {
    throw refused("deleteSequence", "the sequence is still there");
  }
}
