import type {
  HostDescription,
  PlacedRun,
  ProjectClip,
  SelectedClip,
  Selection,
} from "../host/host.ts";
import type { ProgramCheck } from "../host/program-check.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import type {
  MachineSpeed,
  RunSize,
  ServiceJob,
  SourceFacts,
} from "../protocol/service-api.ts";
import type { Corrections } from "./corrections.ts";
import type { Draft } from "./draft.ts";
import type { DraftAside } from "./drafts-aside.ts";
import type { FarmKnown } from "./farm-known.ts";
import type { StackLayer } from "./layer-stack.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import type { Uses } from "./uses.ts";

/** What the panel shows. */
export type View =
  | { readonly kind: "clip" }
  | { readonly kind: "subjects" }
  /** Where a subject is painted. */
  | { readonly kind: "paint"; readonly key: number }
  | { readonly kind: "export"; readonly writes: "frames" | "masks" }
  | { readonly kind: "job"; readonly jobId: string }
  | { readonly kind: "layers"; readonly jobId: string }
  | { readonly kind: "settings" }
  /** Where the program is checked. */
  | { readonly kind: "check" };

/** A picture of the selected clip, or why there is none. */
interface SelectedClipPicture {
  /** The moment that it shows; another clip may have been selected since. */
  readonly key: string;
  readonly png?: ArrayBuffer | undefined;
  readonly problem?: Problem | undefined;
}

/** What the selected clip's source file is, once that is known. */
interface SelectedClipSource {
  /** Of the file; another clip may have been selected since. */
  readonly path: string;
  readonly facts?: SourceFacts | undefined;
}

/** A finished job's layers as they are being arranged. */
export interface Arranged {
  readonly jobId: string;
  readonly document: LayersDocument;
  readonly documentPath: string;
  /** Bottom to top. */
  readonly layers: readonly StackLayer[];
  /** By how much the timeline shows another picture than the clip, of 255, when that was looked at; or why it could not be. */
  readonly comparison?:
    { readonly largest: number } | { readonly problem: Problem } | undefined;
  /** The one that the viewer shows alone. */
  readonly solo?: string | undefined;
  /** The one that “Layer” and “Alpha” are about; see `chosenLayer`. */
  readonly chosen?: string | undefined;
}

/** Everything that the panel knows. It is replaced, never changed. */
export interface PanelState {
  readonly host?: HostDescription | undefined;
  /** Whether the local service is there: looked for, connected, connected before, or not to be found. */
  readonly service: "sought" | "connected" | "broken" | "lost";
  readonly view: View;
  /** What was shown before the settings or the check, which lie beside the way. */
  readonly cameFrom?: View | undefined;
  readonly selection?: Selection | undefined;
  readonly picture?: SelectedClipPicture | undefined;
  readonly source?: SelectedClipSource | undefined;
  /** Oldest first, as the service has them; absent until it has told. */
  readonly jobs?: readonly ServiceJob[] | undefined;
  /** Whether the service begins no job that waits. */
  readonly paused: boolean;
  /** Which clips the jobs' layers belong to, by the job's id, as far as that is known. */
  readonly clips: ReadonlyMap<string, SelectedClip>;
  /** How much jobs have written, by the job's id, for those that were asked. */
  readonly sizes: ReadonlyMap<string, RunSize>;
  /** Those whose layers are in the open project. */
  readonly runs: readonly PlacedRun[];
  /** Whether the program was found not to take a clip's opacity, so that strengths of effects are rendered. */
  readonly rendersStrength?: boolean | undefined;
  /** The project's movies, which can be a backdrop, once somebody looked. */
  readonly projectClips?: readonly ProjectClip[] | undefined;
  readonly draft?: Draft | undefined;
  /** Drafts that were put aside, in this panel or an earlier one; the latest first. */
  readonly aside: readonly DraftAside[];
  readonly arranged?: Arranged | undefined;
  /** The strokes that the arranged layers are corrected with. */
  readonly correcting?: Corrections | undefined;
  /** What the arranged layers are put to. */
  readonly uses?: Uses | undefined;
  readonly settings: Settings;
  /** The farm that runs may be done by; absent until the service was asked. */
  readonly farm?: FarmKnown | undefined;
  /** What was found of this version of the program; absent until it was checked. */
  readonly check?: ProgramCheck | undefined;
  /** Where that was saved as text. */
  readonly checkFile?: string | undefined;
  /** How quick the service's machine is, to estimate by; absent until it was asked. */
  readonly speed?: MachineSpeed | undefined;
  /** What is being done at the moment, a few words. */
  readonly busy?: string | undefined;
  readonly problem?: Problem | undefined;
}
