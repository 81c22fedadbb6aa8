/** How often the watchdog looks. */
const LOOK_MS = 1000;
/** Looks without a sign of life after which the peer is dead. */
const MOST_MISSED = 20;

/**
 * Notices a peer that hangs: it is dead after twenty looks in a row without a sign of life. Looks are counted, not seconds, because
 * the clock runs on while the machine sleeps and neither side can help that.
 */
export class Watchdog implements Disposable {
  readonly #timer: NodeJS.Timeout;
  #missed = 0;

  /** @param onDead called once */
  constructor(onDead: () => void) {
    this.#timer = setInterval(() => {
      if (++this.#missed <= MOST_MISSED) return;
      clearInterval(this.#timer);
      onDead();
    }, LOOK_MS);
  }

  /** The peer lives. */
  alive(): void {
    this.#missed = 0;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
