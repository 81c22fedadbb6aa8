import type { ItemFacts } from "../protocol/host-script-api.ts";
import { refused } from "./refused.ts";
import type { CallScript } from "./script-channel.ts";

/** Moves items into a bin; whether they lie there is for the caller to see. */
export async function moveInto(
  call: CallScript,
  items: readonly Pick<ItemFacts, "id">[],
  binId: string,
): Promise<void> {
  if (items.length === 0) return;
  await call("edit", {
    sequenceId: null,
    label: "Lamina: Collect items",
    edits: items.map(({ id }) => ({ kind: "move-item", itemId: id, binId })),
  });
}

/**
 * Sees to it that items go with a bin that will be removed: moves those that lie elsewhere into it, for only bins can be removed in
 * every technology; one that cannot be moved is removed by itself, where that is possible.
 *
 * @throws LaminaError `host-refused` when an item can be neither moved nor removed
 */
export async function leaveToBin(
  call: CallScript,
  isOurs: (item: ItemFacts) => boolean,
  binId: string,
): Promise<void> {
  const strays = async (): Promise<ItemFacts[]> =>
    (await call("items", null)).filter(
      (item) => isOurs(item) && item.parentId !== binId,
    );
  await moveInto(call, await strays(), binId);
  for (const { id, name } of await strays()) {
    try {
      await call("edit", {
        sequenceId: null,
        label: "Lamina: Remove item",
        edits: [{ kind: "remove-item", itemId: id }],
      });
    } catch (cause) {
      const left = refused("moveBin", `${name} is still in the project`);
      left.cause = cause;
      throw left;
    }
  }
}
