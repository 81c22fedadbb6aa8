import type { Host, PlacedRun } from "../host/host.ts";
import { ticks } from "../units/ticks.ts";

/** How often the playhead is looked at; neither technology tells of it by itself. */
const LOOK_EVERY_MS = 300;

/** Keeps the timeline's playhead and a viewer of the layers on the same frame. */
export class PlayheadLink {
  readonly #host: Host;
  readonly #place: NonNullable<PlacedRun["place"]>;
  readonly #frameCount: number;
  readonly #onFrame: (frame: number) => void;
  #ended = false;
  #shown: number | undefined;

  /**
   * @param place     where the layers lie
   * @param onFrame   called when the playhead stands on another of their frames, counted from 1
   */
  constructor(
    host: Host,
    place: NonNullable<PlacedRun["place"]>,
    frameCount: number,
    onFrame: (frame: number) => void,
  ) {
    this.#host = host;
    this.#place = place;
    this.#frameCount = frameCount;
    this.#onFrame = onFrame;
    void this.#follow();
  }

  /** Moves the playhead to a frame of the layers. */
  show(frame: number): void {
    this.#shown = frame;
    const { sequenceId, start } = this.#place;
    const to = ticks(start + BigInt(frame - 1) * this.#frameLength);
    // Where it does not move, the viewer comes back to it at the next look.
    this.#host.movePlayhead(sequenceId, to).catch(() => undefined);
  }

  /** Lets both go. */
  end(): void {
    this.#ended = true;
  }

  get #frameLength(): bigint {
    const { start, end } = this.#place;
    return (end - start) / BigInt(this.#frameCount);
  }

  async #follow(): Promise<void> {
    while (!this.#ended) {
      try {
        const at = await this.#host.playhead(this.#place.sequenceId);
        const into = at - this.#place.start;
        if (into >= 0n) this.#tell(Number(into / this.#frameLength) + 1);
      } catch {
        return; // The sequence or the host is gone, and with it what could be followed.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #tell(frame: number): void {
    if (this.#ended || frame > this.#frameCount) return;
    if (frame === this.#shown) return;
    this.#shown = frame;
    this.#onFrame(frame);
  }
}
