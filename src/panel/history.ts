/** What can be undone and redone, the nearest last. The present state is kept by whoever has it. */
export interface History<State> {
  readonly past: readonly State[];
  readonly future: readonly State[];
}

/** A step back or forth: the state to go to, and the history from there. */
export interface HistoryStep<State> {
  readonly state: State;
  readonly history: History<State>;
}

/** Steps that can be undone; bounds memory, set once, with no other value on record. */
const MOST_UNDO_STEPS = 100;

/** Nothing has been done yet. */
export const noHistory: History<never> = { past: [], future: [] };

/** Notes that `before` is left for something new; what was undone can no longer be redone. */
export const remember = <State>(
  { past }: History<State>,
  before: State,
): History<State> => ({
  past: [...past, before].slice(-MOST_UNDO_STEPS),
  future: [],
});

/**
 * Goes back from `present`.
 *
 * @returns undefined when there is nothing to undo
 */
export const stepBack = <State>(
  { past, future }: History<State>,
  present: State,
): HistoryStep<State> | undefined =>
  past.length === 0
    ? undefined
    : {
        state: past[past.length - 1] as State,
        history: { past: past.slice(0, -1), future: [...future, present] },
      };

/**
 * Goes forth again from `present`.
 *
 * @returns undefined when nothing was undone
 */
export function stepForth<State>(
  { past, future }: History<State>,
  present: State,
): HistoryStep<State> | undefined {
  const step = stepBack({ past: future, future: past }, present);
  return (
    step && {
      state: step.state,
      history: { past: step.history.future, future: step.history.past },
    }
  );
}
