import type { Size } from "../units/size.ts";

/** Who follows a piece of work on a clip's subjects. */
export interface SubjectWatch {
  readonly signal: AbortSignal;
  /** Units done and to do; one call per unit. */
  readonly onProgress: (done: number, total: number) => void;
}

/** A subject's mask in one frame. */
export interface FrameMask {
  /** 0-based. */
  readonly frame: number;
  /** `[h, w]` at the session's size: probability of the subject, 0 to 255; 128 and more is inside. */
  readonly mask: Uint8Array;
  /** 0 (look here first) to 1 (sure); 1 where the user has painted. */
  readonly confidence: number;
}

/** A subject that moves against its background, found without help. */
export interface SubjectProposal {
  /** 0 to 1: how long it lasts, how clearly it differs and how solid it is. */
  readonly confidence: number;
  /** The proposal's first frame and the one after its last. */
  readonly startInclusive: number;
  readonly endExclusive: number;
  /** One per frame of the clip; all zero where the subject is not seen. */
  readonly frames: readonly FrameMask[];
  /** Proposals with the same number look like parts of one subject, as a rider and the bicycle do. */
  readonly group?: number;
  /** 0 for the farthest, one more for each that is nearer. */
  readonly depth?: number;
}

/** One subject that is being painted: corrections in, masks out. */
export interface SubjectTrack {
  /** Frames that the user has painted, ascending. */
  readonly painted: readonly number[];
  /** Takes a mask for known that is neither painted nor followed, as those of a proposal are. */
  recall(mask: FrameMask): void;
  /** The present state of a frame; an empty mask of confidence 0 where nothing has come by yet. */
  at(frame: number): FrameMask;
  /**
   * Paints a frame and follows the subject from there in both directions, up to the painted frames next to it, which never
   * change. Every correction is made, in the order in which they come; one that comes while another is being followed takes over
   * from it.
   *
   * @param mask   `[h, w]` at the session's size, 128 and more inside; all zero says that the subject is not in view
   * @param onMask called for the painted frame at once, then for every frame that changes, nearest first
   * @returns      when every frame is done
   * @throws AbortError when cancelled or taken over
   */
  correct(
    frame: number,
    mask: Uint8Array,
    watch: {
      readonly signal: AbortSignal;
      readonly onMask: (mask: FrameMask) => void;
    },
  ): Promise<void>;
  /** Takes a painted frame back; the frames around it follow from the painted frames that are left. */
  forget(
    frame: number,
    watch: {
      readonly signal: AbortSignal;
      readonly onMask: (mask: FrameMask) => void;
    },
  ): Promise<void>;
}

/** A clip that was read, registered and compared with its background once, to propose subjects and to follow painted ones. */
export interface SubjectSession extends AsyncDisposable {
  /** Size of all masks here: the clip's own, or shrunk to 480 pixels on the longer side. */
  readonly size: Size;
  readonly frameCount: number;
  /** Subjects that move, the surest first. */
  propose(watch: SubjectWatch): Promise<readonly SubjectProposal[]>;
  /** A new subject with nothing painted yet, or one that begins with a proposal's masks. */
  track(proposal?: SubjectProposal): SubjectTrack;
  /** Forgets a subject, so that the others need not yield to it any more. */
  drop(track: SubjectTrack): void;
}
