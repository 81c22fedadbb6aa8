import { LaminaError } from "../errors/failure.ts";
import type {
  PromptPoint,
  ClickedMask,
  EmbeddedPicture,
  PromptableModel,
} from "../models/promptable-model.ts";
import type { OpenSubjects } from "./open-session.ts";
import { framePicture, showsSubject, spanning } from "./propose-with-model.ts";
import type { SubjectProposal, SubjectWatch } from "./subject-session.ts";

/** Pictures that the encoder has seen are kept for this many frames; they are some megabytes each. */
const KEPT_ENCODINGS = 8;

/** Masks of clicks into frames of a session, as fit to be painted into a track as what a brush paints. */
export class ClickedFrames {
  readonly #session: OpenSubjects;
  readonly #model: PromptableModel;
  readonly #embedded = new Map<number, Promise<EmbeddedPicture>>();

  constructor(session: OpenSubjects, model: PromptableModel) {
    this.#session = session;
    this.#model = model;
  }

  /**
   * The mask that clicks ask for, at the session's size. The first clicks into a frame cost the encoder, all others only
   * the decoder.
   *
   * @param frame  0-based
   * @param clicks all of the frame's, at least one
   * @throws LaminaError `model-unusable`, and what reading the clip throws; AbortError
   */
  async maskFromClicks(
    frame: number,
    clicks: readonly PromptPoint[],
    signal?: AbortSignal,
  ): Promise<ClickedMask> {
    const embedded = await this.#embed(frame, signal);
    const { size } = this.#session;
    return this.#model.maskFromClicks(embedded, clicks, size, signal);
  }

  async #embed(frame: number, signal?: AbortSignal): Promise<EmbeddedPicture> {
    const known = this.#embedded.get(frame);
    const embedding =
      known ??
      framePicture(this.#session, frame).then((picture) =>
        this.#model.embed(picture, signal),
      );
    // Last in the map is used last.
    this.#embedded.delete(frame);
    this.#embedded.set(frame, embedding);
    const [oldest] = this.#embedded.keys();
    if (this.#embedded.size > KEPT_ENCODINGS) this.#embedded.delete(oldest!);
    try {
      return await embedding;
    } catch (error) {
      this.#embedded.delete(frame);
      throw error;
    }
  }
}

/** Clicks into one frame. */
export interface FrameClicks {
  /** 0-based */
  readonly frame: number;
  readonly clicks: readonly PromptPoint[];
}

/**
 * Proposes the one subject that is clicked on: its masks in the clicked frames, followed through the clip.
 *
 * @param clicked one or more frames, each once
 * @throws LaminaError `usage` for a frame outside of the clip, `model-found-nothing`, `model-unusable`, and what reading the
 *   clip throws; AbortError
 */
export async function proposeFromClicks(
  session: OpenSubjects,
  model: PromptableModel,
  clicked: readonly FrameClicks[],
  { signal, onProgress }: SubjectWatch,
): Promise<readonly SubjectProposal[]> {
  const { frameCount } = session;
  for (const { frame } of clicked) {
    if (frame < frameCount) continue;
    throw new LaminaError({
      code: "usage",
      problem: `A click names frame ${frame + 1}; the clip has ${frameCount}.`,
    });
  }
  const frames = new ClickedFrames(session, model);
  const track = session.track();
  try {
    let done = 0;
    const total = clicked.length * frameCount;
    for (const { frame, clicks } of clicked) {
      const { mask } = await frames.maskFromClicks(frame, clicks, signal);
      await track.correct(frame, mask, {
        signal,
        onMask: () => {
          onProgress(Math.min(++done, total), total);
        },
      });
    }
    const masks = Array.from({ length: frameCount }, (_, t) => track.at(t));
    if (!masks.some(showsSubject))
      throw new LaminaError({ code: "model-found-nothing", model: model.name });
    const sum = masks.reduce((all, { confidence }) => all + confidence, 0);
    return [spanning(masks, sum / frameCount)];
  } finally {
    session.drop(track);
  }
}
