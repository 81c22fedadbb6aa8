/** A sequence of states, one a step. */
export interface Path {
  readonly cost: number;
  readonly states: Int32Array;
}

/**
 * The sequence of states with the least sum of state costs and of penalties between neighbours, by dynamic programming (Viterbi
 * 1967).
 *
 * @param costs   `[steps, states]`
 * @param steps   ≥ 0
 * @param states  ≥ 1
 * @param penalty what it costs to go from one state to another; `step` is the later of the two
 */
export function cheapestPath(
  costs: Float64Array,
  steps: number,
  states: number,
  penalty: (step: number, from: number, to: number) => number,
): Path {
  if (steps === 0) return { cost: 0, states: new Int32Array(0) };
  let sums = costs.slice(0, states);
  let next = new Float64Array(states);
  const origins = new Int32Array(steps * states);
  for (let step = 1; step < steps; step++) {
    for (let to = 0; to < states; to++) {
      let least = Infinity;
      let origin = 0;
      for (let from = 0; from < states; from++) {
        const sum = sums[from]! + penalty(step, from, to);
        if (sum < least) {
          least = sum;
          origin = from;
        }
      }
      next[to] = least + costs[step * states + to]!;
      origins[step * states + to] = origin;
    }
    [sums, next] = [next, sums];
  }
  let last = 0;
  for (let state = 1; state < states; state++)
    if (sums[state]! < sums[last]!) last = state;
  const path = new Int32Array(steps);
  path[steps - 1] = last;
  for (let step = steps - 1; step > 0; step--)
    path[step - 1] = origins[step * states + path[step]!]!;
  return { cost: sums[last]!, states: path };
}
