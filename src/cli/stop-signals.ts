/** Whoever asks so often does not want to wait for the clean-up. */
const IMPATIENT = 3;

/** What is done about signals to stop. */
export interface StopSignals {
  /** Once, at the first. */
  readonly stop: () => void;
  /** Leaves the process at once. */
  readonly leave: () => void;
}

/**
 * Counts the wish to stop. The first lets the job clean up; the second changes nothing, because one press of Ctrl-C can come
 * twice (from the terminal, and from npm, which passes it on); the third leaves at once.
 *
 * @returns to be called for every signal
 */
export function countStopSignals({ stop, leave }: StopSignals): () => void {
  let asked = 0;
  return () => {
    asked++;
    if (asked === 1) stop();
    if (asked >= IMPATIENT) leave();
  };
}
