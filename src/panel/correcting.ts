import type { Correction } from "../document/corrections-document.ts";
import type { CorrectionBrush, Corrections } from "./corrections.ts";
import type { Desk } from "./desk.ts";
import { noHistory, remember, stepBack, stepForth } from "./history.ts";
import type { PanelState } from "./panel-state.ts";
import { describeProblem } from "./problem.ts";

/** Frames to either side in which a new stroke counts. */
const STROKE_REACH_FRAMES = 12;
/** Frames that are composed before it is looked whether something else was painted. */
const FRAMES_AT_ONCE = 4;

/** Strokes on finished layers: kept by the service beside them, shown in the frame that one looks at first. */
export class Correcting {
  readonly #desk: Desk;
  /** The frame that somebody looks at, counted from 1. */
  #frame = 1;
  /** Whether what is to be shown has changed since it was last sent. */
  #isStale = false;
  #isSending = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Takes up what was painted before, or says why nothing can be. */
  async open(jobId: string): Promise<void> {
    const empty: Corrections = {
      jobId,
      strokes: [],
      history: noHistory,
      brush: { kind: "clean", radius: 8, carried: "subject" },
      isPainting: false,
      versions: new Map(),
    };
    this.#desk.store.set({ correcting: empty });
    try {
      const strokes = await this.#desk.service.corrections(jobId);
      this.#change(jobId, { strokes });
      // What was broken off is gone on with.
      if (strokes.length > 0) this.#send();
    } catch (error) {
      this.#change(jobId, { problem: describeProblem(error) });
    }
  }

  /** Sets the brush, or begins and ends painting. */
  set(
    change: Partial<CorrectionBrush> | { readonly isPainting: boolean },
  ): void {
    const now = this.#now;
    if (now === undefined) return;
    if ("isPainting" in change) this.#change(now.jobId, change);
    else this.#change(now.jobId, { brush: { ...now.brush, ...change } });
  }

  /** Adds a stroke to a frame, for the chosen layer. */
  add(frame: number, layer: string, points: Correction["points"]): void {
    const now = this.#now;
    const document = this.#desk.store.state.arranged?.document;
    if (now === undefined || document === undefined || points.length === 0)
      return;
    const { kind, radius, carried } = now.brush;
    const isAlone = carried === "none";
    const numbers = now.strokes.map(({ id }) => Number(id) || 0);
    const id = String(1 + Math.max(0, ...numbers));
    const stroke: Correction = {
      id,
      on: true,
      kind,
      ...(kind === "background" ? { along: layer } : { layer }),
      frame,
      from: isAlone ? frame : Math.max(1, frame - STROKE_REACH_FRAMES),
      to: isAlone
        ? frame
        : Math.min(document.frameCount, frame + STROKE_REACH_FRAMES),
      carried,
      radius,
      points: points.map(([x, y]) => [round(x), round(y)] as const),
    };
    this.#frame = frame;
    this.#change(now.jobId, { chosen: id });
    this.#paint([...now.strokes, stroke]);
  }

  /** Changes a stroke: whether it counts, and in which frames. */
  alter(
    id: string,
    change: Partial<Pick<Correction, "on" | "from" | "to">>,
  ): void {
    this.#paint(
      this.#strokes.map((each) =>
        each.id === id ? { ...each, ...change } : each,
      ),
    );
  }

  /** Takes a stroke away. */
  remove(id: string): void {
    this.#paint(this.#strokes.filter((each) => each.id !== id));
  }

  /** Shows whose frames a stroke has. */
  choose(id: string): void {
    const now = this.#now;
    if (now !== undefined) this.#change(now.jobId, { chosen: id });
  }

  /** Undoes the last change, or does it again. */
  step(way: "back" | "forth"): void {
    const now = this.#now;
    if (now === undefined) return;
    const take = way === "back" ? stepBack : stepForth;
    const step = take(now.history, now.strokes);
    if (step === undefined) return;
    this.#change(now.jobId, { strokes: step.state, history: step.history });
    this.#send();
  }

  /** Notes which frame one looks at: it comes first. */
  look(frame: number): void {
    this.#frame = frame;
  }

  get #now(): PanelState["correcting"] {
    return this.#desk.store.state.correcting;
  }

  get #strokes(): readonly Correction[] {
    return this.#now?.strokes ?? [];
  }

  #paint(strokes: readonly Correction[]): void {
    const now = this.#now;
    if (now === undefined) return;
    const history = remember(now.history, now.strokes);
    this.#change(now.jobId, { strokes, history });
    this.#send();
  }

  #change(jobId: string, change: Partial<Corrections>): void {
    const now = this.#now;
    if (now?.jobId === jobId)
      this.#desk.store.set({ correcting: { ...now, ...change } });
  }

  /** Has the service show what there is; one request at a time, the newest strokes always last. */
  #send(): void {
    this.#isStale = true;
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#sendAll().finally(() => {
      this.#isSending = false;
      if (this.#isStale) this.#send();
    });
  }

  async #sendAll(): Promise<void> {
    let left = 1;
    while (this.#isStale || left > 0) {
      const now = this.#now;
      if (now === undefined) return;
      const { jobId, strokes } = now;
      const most = this.#isStale ? 1 : FRAMES_AT_ONCE;
      this.#isStale = false;
      try {
        const wanted = { strokes: [...strokes], frame: this.#frame, most };
        const answer = await this.#desk.service.correct(jobId, wanted as never);
        left = answer.left;
        const versions = new Map(this.#now?.versions);
        for (const frame of answer.frames)
          versions.set(frame, (versions.get(frame) ?? 0) + 1);
        this.#change(jobId, { versions, left, problem: undefined });
      } catch (error) {
        this.#change(jobId, {
          problem: describeProblem(error),
          left: undefined,
        });
        return;
      }
    }
  }
}

const round = (value: number): number => Math.round(value * 10) / 10;
