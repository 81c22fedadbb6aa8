import { setFlagsFromString } from "node:v8";

/**
 * Work of a function, in V8's own unit, before it is compiled for speed: four times V8's. Each thread compiles for itself, and a fifth of
 * a short job's processor time went into code that was hardly run again.
 */
const INTERRUPT_BUDGET = 270_000;
/**
 * Bytes of bytecode that are copied into a function from those that it calls, a third of V8's: a function with several long loops is
 * compiled once for each of them while they run, each time with all that was copied into it.
 */
const INLINED_BYTES = 300;
/**
 * Percent by which a thread's heap grows, buffers of pixels included, before all of it is looked through: what lives is some 12 MB, and V8
 * looked through it after two frames or so. 400 saves another 2 % of the processor, and costs 100 MB more for 70 frames of 448x256 on two
 * threads.
 */
const HEAP_GROWTH_PERCENT = 200;
/** Major versions of V8 that have these flags; others would complain of them: those of Node 20, 22 and 24. */
const KNOWN_VERSIONS = [11, 12, 13];

const FLAGS = [
  `--interrupt-budget=${INTERRUPT_BUDGET}`,
  `--max-inlined-bytecode-size-cumulative=${INLINED_BYTES}`,
  `--heap-growing-percent=${HEAP_GROWTH_PERCENT}`,
];

/**
 * Has V8 compile and collect less, in this thread and all that it starts. Results do not depend on it. To be called before anything
 * is hot.
 *
 * @param version of V8
 * @returns       the flags that were set: none in a version that nobody has looked at
 */
export function settleEngine(version = process.versions.v8): readonly string[] {
  const isKnown = KNOWN_VERSIONS.includes(Number.parseInt(version, 10));
  const flags = isKnown ? FLAGS : [];
  for (const flag of flags) setFlagsFromString(flag);
  return flags;
}
