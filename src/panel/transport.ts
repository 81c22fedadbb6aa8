import type { ViewerCommand } from "./viewer-keys.ts";

/** Times the clip's own rate at most: J or L pressed again doubles. */
const MOST_SPEED = 8;

/**
 * The speed after J (`back`), K (`stop`) or L (`forth`): the other way first slows down to the clip's own rate.
 *
 * @param speed in times the clip's rate, below 0 backwards
 */
export function nextSpeed(
  speed: number,
  way: "back" | "stop" | "forth",
): number {
  if (way === "stop") return 0;
  const sign = way === "forth" ? 1 : -1;
  return speed * sign > 0
    ? sign * Math.min(MOST_SPEED, 2 * Math.abs(speed))
    : sign;
}

/**
 * The frame that comes next while it plays.
 *
 * @param frame from 0
 * @returns     undefined where the clip ends and does not begin again
 */
export function nextFrame(
  frame: number,
  frameCount: number,
  speed: number,
  loops: boolean,
): number | undefined {
  const next = frame + (speed > 0 ? 1 : -1);
  if (next >= 0 && next < frameCount) return next;
  return loops ? (next + frameCount) % frameCount : undefined;
}

/** What a transport needs of the view that it moves. */
interface Moved {
  /** How many frames there are, from 0 the one that is shown, and frames in a second. */
  readonly clip: () =>
    | {
        readonly frameCount: number;
        readonly frame: number;
        readonly rate: number;
      }
    | undefined;
  /** Shows a frame, from 0. */
  readonly goTo: (frame: number) => void;
  /** Waits until the frame is seen. */
  readonly seen: () => Promise<unknown>;
  /** Speed or loop have changed. */
  readonly onChange: () => void;
}

/** A frame that cannot be shown does not hold the others up for longer, in ms. */
const LONGEST_WAIT = 2000;

/** Plays a clip in a view, at its own rate or as quickly as frames come. */
export class Transport {
  readonly #moved: Moved;
  #speed = 0;
  #loops = true;
  /** Counts what was begun, so that what was stopped does not go on. */
  #turn = 0;

  constructor(moved: Moved) {
    this.#moved = moved;
  }

  /** In times the clip's rate; 0 while it stands, below 0 backwards. */
  get speed(): number {
    return this.#speed;
  }

  get loops(): boolean {
    return this.#loops;
  }

  toggleLoop(): void {
    this.#loops = !this.#loops;
    this.#moved.onChange();
  }

  /** Plays, or stands still. */
  toggle(): void {
    this.play(this.#speed === 0 ? "forth" : "stop");
  }

  play(way: "back" | "stop" | "forth"): void {
    const before = this.#speed;
    this.#speed = nextSpeed(before, way);
    if (this.#speed !== before) this.#moved.onChange();
    if (before === 0 && this.#speed !== 0) void this.#run(++this.#turn);
    if (this.#speed === 0) this.#turn++;
  }

  /**
   * Does what a key asks for.
   *
   * @returns whether it was about frames or playing
   */
  heed(command: ViewerCommand): boolean {
    const clip = this.#moved.clip();
    if (clip === undefined) return false;
    const last = clip.frameCount - 1;
    switch (command.kind) {
      case "play":
        this.play(command.way);
        return true;
      case "loop":
        this.toggleLoop();
        return true;
      case "frames": {
        this.play("stop");
        const frame = clip.frame + command.steps;
        this.#moved.goTo(Math.max(0, Math.min(last, frame)));
        return true;
      }
      case "end":
        this.play("stop");
        this.#moved.goTo(command.of === "first" ? 0 : last);
        return true;
      case "zoom":
        return false;
    }
  }

  async #run(turn: number): Promise<void> {
    const { clip: clipNow, goTo, seen } = this.#moved;
    // From the end it begins anew, even where it does not loop.
    let mayWrap = true;
    while (turn === this.#turn) {
      const clip = clipNow();
      if (clip === undefined) return;
      const due =
        performance.now() + 1000 / (clip.rate * Math.abs(this.#speed));
      const { frame, frameCount } = clip;
      const next = nextFrame(
        frame,
        frameCount,
        this.#speed,
        this.#loops || mayWrap,
      );
      mayWrap = false;
      if (next === undefined) {
        this.play("stop");
        return;
      }
      const shown = Promise.race([seen(), pause(LONGEST_WAIT)]);
      goTo(next);
      await shown;
      await pause(Math.max(0, due - performance.now()));
    }
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
