import type { SelectedClip } from "../host/host.ts";
import { noteFileName, readNote, workspaceOf } from "../host/run-note.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { ServiceJob, Workspace } from "../protocol/service-api.ts";
import type { ServiceClient } from "../protocol/service-client.ts";

/** A draft that the service keeps: its subjects are read when somebody goes on with it. */
export interface DraftAside {
  readonly workspace: Workspace;
  readonly clip: SelectedClip;
}

/**
 * Finds the drafts that panels have left.
 *
 * @param jobs those there are: what a run was made of is no draft any more
 */
export async function findDraftsAside(
  service: ServiceClient,
  jobs: readonly ServiceJob[],
): Promise<readonly DraftAside[]> {
  const taken = new Set(jobs.map(workspaceOf));
  const found: DraftAside[] = [];
  for (const workspace of await service.preparedWorkspaces()) {
    if (taken.has(workspace.id)) continue;
    const clip = await clipOf(service, workspace.id);
    if (clip !== undefined) found.push({ workspace, clip });
  }
  return found;
}

/** Whether two clips are one piece of one sequence, though the program may have numbered it anew. */
export const isSameClip = (one: SelectedClip, other: SelectedClip): boolean =>
  one.sequence.id === other.sequence.id &&
  one.name === other.name &&
  one.start === other.start &&
  one.end === other.end &&
  one.inPoint === other.inPoint;

async function clipOf(
  service: ServiceClient,
  workspaceId: string,
): Promise<SelectedClip | undefined> {
  try {
    const bytes = await service.workspaceFile(workspaceId, noteFileName);
    return readNote(new TextDecoder().decode(bytes))?.clip;
  } catch (error) {
    if (error instanceof RemoteError) return undefined;
    throw error;
  }
}
