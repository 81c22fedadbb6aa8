import {
  gpuForms,
  gpuStrategy,
  type StrategyForms,
} from "../autodiff/strategy.ts";
import { LaminaError } from "../errors/failure.ts";
import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import { timeSteps } from "./time-steps.ts";

/** How one choice of operator forms fared. */
export interface FormTiming {
  readonly forms: StrategyForms;
  /** Milliseconds of a training step; null when the device refused the graph. */
  readonly millisecondsPerStep: number | null;
}

/** Steps that each form of an operator is timed with; set once, with no other value on record. */
const STEPS_PER_FORM = 8;

/** Departures from the best forms so far, tried one after the other; the dearest choice comes first. */
const rounds: readonly (readonly Partial<StrategyForms>[])[] = [
  [
    {},
    { weightGradient: "giant-kernel" },
    { weightGradient: "columns" },
    { weightGradient: "tap-matmul" },
  ],
  [{ inputGradient: "transposed" }],
  [{ upsample: "matmul" }],
  [{ affine: "batch-normalization" }],
];

/**
 * Times the operator forms on the GPU, one choice after the other.
 *
 * @returns every combination that was tried, the best first; those that the device refused last
 */
export async function tune(runtime: OnnxRuntime): Promise<FormTiming[]> {
  const tried: FormTiming[] = [];
  let best = gpuForms;
  for (const round of rounds) {
    for (const change of round) {
      const forms = { ...best, ...change };
      const millisecondsPerStep = await timeForms(runtime, forms);
      tried.push({ forms, millisecondsPerStep });
    }
    tried.sort(
      (a, b) =>
        (a.millisecondsPerStep ?? Infinity) -
        (b.millisecondsPerStep ?? Infinity),
    );
    best = tried[0]!.forms;
  }
  return tried;
}

async function timeForms(
  runtime: OnnxRuntime,
  forms: StrategyForms,
): Promise<number | null> {
  try {
    return await timeSteps(
      { ...runtime, strategy: gpuStrategy(forms) },
      STEPS_PER_FORM,
    );
  } catch (error) {
    // A form that a provider lacks is an answer, too.
    const refused =
      error instanceof LaminaError &&
      error.failure.code === "backend-unavailable";
    if (refused) return null;
    throw error;
  }
}
