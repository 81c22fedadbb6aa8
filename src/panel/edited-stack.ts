import {
  type LayersDocument,
  readDocument,
} from "../document/layers-document.ts";
import { comparablePath } from "../host/file-path.ts";
import type { PlacedRun } from "../host/host.ts";
import type { Desk } from "./desk.ts";

/** What goes onto tracks. */
export interface TrackStack {
  readonly document: LayersDocument;
  readonly documentPath: string;
  /** How opaque clips are to be, in 0…1, by their layers' ids. */
  readonly opacities: Readonly<Record<string, number>>;
}

/**
 * Has the service render what uses make of a job's layers, and says meanwhile how far that is.
 *
 * @param rendersStrength whether strengths of effects are rendered instead of being left to clips' opacities
 * @throws RemoteError when the service refuses, LaminaError
 */
export async function editedStack(
  { service, store }: Desk,
  jobId: string,
  rendersStrength: boolean,
): Promise<TrackStack> {
  const { busy } = store.state;
  for (;;) {
    const {
      done,
      total,
      document,
      edited,
      opacities = {},
    } = await service.editedLayers(jobId, rendersStrength);
    if (document !== undefined) {
      store.set({ busy });
      return {
        document: readDocument(document, edited),
        documentPath: edited,
        opacities,
      };
    }
    store.set({ busy: `Rendering the uses: ${done} of ${total} frames` });
  }
}

/** Whether a run's layers are what uses have made of a result's. */
export function isEditedOf(run: PlacedRun, documentPath: string): boolean {
  const [own, original] = [run.documentPath, documentPath].map(
    folderAsCompared,
  );
  return (
    own!.startsWith(`${original}-edited-`) &&
    /^[0-9a-f]+$/.test(own!.slice(original!.length + "-edited-".length))
  );
}

const folderAsCompared = (path: string): string =>
  comparablePath(path).replace(/[\\/][^\\/]*$/, "");
