// What goes over the socket between a panel and the session in which a clip's subjects are found and painted. Frames count from
// 0 here, as in the session; masks are packed (`mask-bits.ts`) and have the session's size.
import * as v from "valibot";
import { frameIndex, pixelPlace, subjectNumber } from "./bounds.ts";
import type { Size } from "../units/size.ts";
import { apiRoot, type WorkspaceMask, type WireError } from "./service-api.ts";

/** Where sessions are opened: one for each socket, on the workspace that `?workspace=` names. */
export const subjectsPath = `${apiRoot}/subjects`;

/** What a call gives, or what went wrong. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: WireError };

/** A clip that is ready for its subjects to be found and painted. */
export interface OpenedSubjects extends Size {
  readonly frameCount: number;
}

/** A subject that was found without help. */
export interface ProposedSubject {
  /** Its number in this session. */
  readonly proposal: number;
  /** 0 to 1 */
  readonly confidence: number;
  readonly startInclusive: number;
  readonly endExclusive: number;
  /** Those with the same number look like parts of one subject; absent for one that stands alone. */
  readonly group?: number;
  /** The higher, the nearer. */
  readonly depth: number;
  /** Where it is seen best. */
  readonly best: { readonly frame: number; readonly bits: Uint8Array };
}

/** One frame of a subject as it is now. */
export interface TrackedMask {
  readonly track: number;
  readonly frame: number;
  readonly bits: Uint8Array;
  /** 0 (look here first) to 1 (sure). */
  readonly confidence: number;
  readonly painted: boolean;
}

/** A mask that was not painted. */
export type FollowedMask = Omit<TrackedMask, "track" | "painted">;

/** 0 to 1 */
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const clickSchema = v.strictObject({
  x: share,
  y: share,
  inside: v.boolean(),
});

/** A place in a frame that is inside or outside of the subject: from 0 (left, top edge) to 1 (right, bottom edge). */
export type Click = v.InferOutput<typeof clickSchema>;

/** What a panel may ask of a session. Calls are answered as they end; several may be under way. */
export interface SubjectApi {
  /** Reads and analyses the workspace's frames; comes first, and once. */
  open(): Promise<Answer<OpenedSubjects>>;
  /** Looks for what moves, or for what the user's model of this name sees. */
  propose(model: string | null): Promise<Answer<readonly ProposedSubject[]>>;
  /**
   * Begins a subject: with nothing, or with a proposal's masks, which are told one by one.
   *
   * @returns the track's number
   */
  begin(proposal: number | null): Promise<Answer<number>>;
  /**
   * Takes up a subject of an earlier session, under its number there: a mask of it that was not painted, or none. What was
   * painted is corrected afterwards.
   */
  recall(track: number, mask: FollowedMask | null): Promise<Answer<null>>;
  /**
   * Paints a frame. It is told at once, then every frame that follows from it, nearest first; what else is being followed in
   * this track ends.
   *
   * @returns whether every frame was followed; false when another change took over
   */
  correct(
    track: number,
    frame: number,
    bits: Uint8Array,
  ): Promise<Answer<boolean>>;
  /** Takes a painted frame back; told and answered like `correct`. */
  forget(track: number, frame: number): Promise<Answer<boolean>>;
  /** Forgets a subject, if it is there. */
  drop(track: number): Promise<Answer<null>>;
  /** Begins an outline that snaps to the edges of a frame. */
  snapFrom(frame: number, x: number, y: number): Promise<Answer<null>>;
  /**
   * The way along edges from where the outline began.
   *
   * @returns x, y, x, y … in pixels, from there to here
   */
  snapTo(x: number, y: number): Promise<Answer<Float32Array>>;
  /** The mask that the user's promptable model of this name makes of all clicks into a frame. */
  click(
    model: string,
    frame: number,
    clicks: readonly Click[],
  ): Promise<Answer<Uint8Array>>;
  /** Writes a subject's masks into the workspace as one that was brought in, at the clip's size, once all its frames are followed. */
  accept(track: number, name: string): Promise<Answer<WorkspaceMask>>;
}

/** What a session tells a panel meanwhile. */
export interface SubjectEvents {
  readonly progress: (done: number, total: number) => void;
  readonly mask: (mask: TrackedMask) => void;
}

const bytes = v.instance(Uint8Array);
/** Nobody needs more clicks for one mask. */
const mostClicks = 100;

/** Arguments of each call, as they are checked before it is done. */
export const subjectCalls = {
  open: v.strictTuple([]),
  propose: v.strictTuple([v.nullable(v.string())]),
  begin: v.strictTuple([v.nullable(subjectNumber)]),
  recall: v.strictTuple([
    subjectNumber,
    v.nullable(
      v.strictObject({ frame: frameIndex, bits: bytes, confidence: share }),
    ),
  ]),
  correct: v.strictTuple([subjectNumber, frameIndex, bytes]),
  forget: v.strictTuple([subjectNumber, frameIndex]),
  drop: v.strictTuple([subjectNumber]),
  snapFrom: v.strictTuple([frameIndex, pixelPlace, pixelPlace]),
  snapTo: v.strictTuple([pixelPlace, pixelPlace]),
  click: v.strictTuple([
    v.string(),
    frameIndex,
    v.pipe(v.array(clickSchema), v.minLength(1), v.maxLength(mostClicks)),
  ]),
  accept: v.strictTuple([
    subjectNumber,
    v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200)),
  ]),
} satisfies {
  readonly [Call in keyof SubjectApi]: v.GenericSchema<
    unknown,
    Parameters<SubjectApi[Call]>
  >;
};
