/** Milliseconds: idle times are given in minutes. */
const IDLE_LOOK_EVERY_MS = 1000;

/**
 * Calls back once nothing has been going on for a while.
 *
 * What is counted is time in which the machine was awake: sleeping is not idleness, so a look that comes late counts for
 * little more than one that comes in time.
 */
export class IdleWatch implements Disposable {
  readonly #timer: NodeJS.Timeout;

  /**
   * @param longestIdleMs Infinity for never
   * @param isBusy        whether something goes on, or went on since the last look
   */
  constructor(
    longestIdleMs: number,
    isBusy: () => boolean,
    onIdle: () => void,
  ) {
    let idleMs = 0;
    let last = Date.now();
    this.#timer = setInterval(() => {
      const passed = Math.min(Date.now() - last, 2 * IDLE_LOOK_EVERY_MS);
      last = Date.now();
      idleMs = isBusy() ? 0 : idleMs + passed;
      if (idleMs < longestIdleMs) return;
      this[Symbol.dispose]();
      onIdle();
    }, IDLE_LOOK_EVERY_MS);
    this.#timer.unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
