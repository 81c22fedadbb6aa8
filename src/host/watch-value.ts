/** How a value in another program is watched. */
export interface ValueWatch<Value> {
  readonly read: () => Promise<Value>;
  /** While true, nothing is read. */
  readonly paused: () => boolean;
  /** Calls back when the value has probably changed; returns what stops it. */
  readonly onHint: (look: () => void) => () => void;
  readonly listener: (value: Value) => void;
  /** Called once for a series of failures to read. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

// Another extension may have taken the event over, so the value is looked at without a hint too; seldom where hints have come, since
// every look costs the program a moment.
const lookEveryMilliseconds = { unhinted: 1000, hinted: 5000 };

/**
 * Tells a value at once and whenever it differs from what was told last. It is compared as JSON.
 *
 * @returns stops it; nothing is told after that
 */
export function watchValue<Value>(watch: ValueWatch<Value>): () => void {
  let stopped = false;
  let reading = false;
  let again = false;
  let failing = false;
  let told: string | undefined;
  let hinted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const readOnce = async (): Promise<void> => {
    try {
      const value = await watch.read();
      failing = false;
      const text = JSON.stringify(value, (_, part: unknown) =>
        typeof part === "bigint" ? part.toString() : part,
      );
      if (isStopped() || text === told) return;
      told = text;
      watch.listener(value);
    } catch (error) {
      if (isStopped() || failing) return;
      failing = true;
      watch.onFailure?.(error);
    }
  };
  const isStopped = (): boolean => stopped;

  const look = async (): Promise<void> => {
    if (reading) {
      again = true;
      return;
    }
    clearTimeout(timer);
    reading = true;
    do {
      again = false;
      if (!watch.paused()) await readOnce();
    } while (needsAgain() && !isStopped());
    reading = false;
    if (isStopped()) return;
    const { unhinted, hinted: seldom } = lookEveryMilliseconds;
    timer = setTimeout(() => void look(), hinted ? seldom : unhinted);
  };
  const needsAgain = (): boolean => again;

  const stopHints = watch.onHint(() => {
    hinted = true;
    void look();
  });
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
    stopHints();
  };
}
