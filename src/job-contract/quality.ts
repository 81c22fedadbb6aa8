/** Steps of training, and how many networks from different first weights are averaged. */
interface Effort {
  readonly steps: number;
  readonly seeds: number;
}

/**
 * How much work to spend: `draft` looks quickly, `standard` is the default, `best` trains longer and twice. Below 240 steps
 * spill and leakage more than double; two seeds are averaged because one may miss a faint effect. From the quickest to the
 * most thorough: whoever offers them does so in this order.
 */
export const efforts = {
  draft: { steps: 80, seeds: 1 },
  standard: { steps: 240, seeds: 1 },
  best: { steps: 400, seeds: 2 },
} as const satisfies Record<string, Effort>;

/** How much work to spend on a clip. */
export type Quality = keyof typeof efforts;

/** From the quickest to the most thorough. */
export const qualities = Object.keys(efforts) as readonly Quality[];

/** What is taken when nobody says. */
export const defaultQuality: Quality = "standard";

/** Training of a quality in relation to that of `standard`. */
export function trainingShare(quality: Quality): number {
  const work = ({ steps, seeds }: Effort): number => steps * seeds;
  return work(efforts[quality]) / work(efforts.standard);
}
