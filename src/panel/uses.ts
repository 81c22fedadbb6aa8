import type { CameraDocument } from "../document/camera-document.ts";
import type { Edit } from "../document/edits-document.ts";
import type { EditedFolder } from "../protocol/service-api.ts";
import type { History } from "./history.ts";
import type { Mark } from "./marks.ts";
import type { Problem } from "./problem.ts";
import type { UsePreview } from "./use-preview.ts";

/** The uses that finished layers are put to, as they are being made. */
export interface Uses {
  readonly jobId: string;
  readonly edits: readonly Edit[];
  readonly history: History<readonly Edit[]>;
  readonly preview: UsePreview;
  /** Absent where the result has none. */
  readonly camera?: CameraDocument | undefined;
  /** Moments of layers that are to come together. */
  readonly marks?: readonly Mark[] | undefined;
  /** The use whose settings and handles are shown, by its place. */
  readonly chosen?: number | undefined;
  /** Where the service has, or will have, the layers that the edits make; absent without edits. */
  readonly edited?: string | undefined;
  /** The same where strengths of effects are rendered; absent where none is left to a clip's opacity. */
  readonly rendered?: string | undefined;
  /** How opaque the clips of those layers are to be, in 0…1, by the layers' ids. */
  readonly opacities?: Readonly<Record<string, number>> | undefined;
  /** What was rendered of them, now or before, as far as that is known. */
  readonly folders?: readonly EditedFolder[] | undefined;
  /** Whether what is shown is not kept yet. */
  readonly isUnsaved: boolean;
  readonly problem?: Problem | undefined;
}
