import type { ExportedFrames } from "../host/host.ts";
import type { WorkspaceMask } from "../protocol/service-api.ts";
import type { Desk } from "./desk.ts";
import { maskParts, noteFollows } from "./draft.ts";

/** Masks that are being looked at. */
const looks = new WeakMap<WorkspaceMask, Promise<boolean>>();

/**
 * Looks whether the draft's masks follow what the clip shows, those that were not looked at yet, and notes it in the draft. It is a
 * doubt, no obstacle: rough masks are allowed.
 *
 * @param frames the clip's; nothing is looked at before they are there
 * @returns      whether a doubt has come up that the draft did not show before
 */
export async function lookAtMasks(
  desk: Desk,
  frames: ExportedFrames | undefined,
): Promise<boolean> {
  const { draft } = desk.store.state;
  const id = draft?.workspace?.id;
  if (draft === undefined || id === undefined || frames === undefined)
    return false;
  const open = maskParts(draft).filter(({ follows }) => follows === undefined);
  const doubts = open.map(({ mask }) => {
    const look =
      looks.get(mask) ?? lookAtMask(desk, id, mask, frames.frameCount);
    looks.set(mask, look);
    return look;
  });
  return (await Promise.all(doubts)).includes(true);
}

async function lookAtMask(
  { store, service }: Desk,
  workspaceId: string,
  mask: WorkspaceMask,
  frameCount: number,
): Promise<boolean> {
  const follows = await service
    .followsClip(workspaceId, mask, frameCount)
    // The run will meet whatever is wrong with the files, and say so.
    .catch(() => null);
  const { draft } = store.state;
  if (draft?.workspace?.id === workspaceId)
    store.set({ draft: noteFollows(draft, mask.folder, follows) });
  return follows === false;
}
