/** So far back a rate looks, in milliseconds. */
const WINDOW_MS = 60_000;
/** Over less than this a rate is a guess. */
const SHORTEST_MS = 1000;

/** How often something happens, by what was counted in the last minute. */
export class RecentRate {
  readonly #now: () => number;
  /** Counts by when they were, oldest first. */
  readonly #counts: { readonly at: number; readonly count: number }[];
  #count = 0;

  /** @param now milliseconds of a clock that never goes back */
  constructor(now = (): number => performance.now()) {
    this.#now = now;
    this.#counts = [{ at: now(), count: 0 }];
  }

  /** It has happened so often once more. */
  add(times: number): void {
    this.#count += times;
  }

  /** How often it happens a minute; to be asked every second or so. 0 for the first second. */
  perMinute(): number {
    const at = this.#now();
    this.#counts.push({ at, count: this.#count });
    // One from before the minute is kept: from there on it is counted.
    while (this.#counts.length > 2 && this.#counts[1]!.at <= at - WINDOW_MS)
      this.#counts.shift();
    const [oldest] = this.#counts;
    const passed = at - oldest!.at;
    return passed < SHORTEST_MS
      ? 0
      : ((this.#count - oldest!.count) * 60_000) / passed;
  }
}
