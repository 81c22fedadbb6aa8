import * as v from "valibot";

/**
 * What every job says of itself at its end, beside where its result lies, as it goes over wires and into files.
 *
 * @param stage what a stage's name may be: who only shows it takes any
 */
export const summaryEntries = <Name extends string>(
  stage: v.GenericSchema<unknown, Name>,
) => ({
  stages: v.array(
    v.looseObject({
      stage,
      seconds: v.number(),
      cpuSeconds: v.number(),
      resumed: v.boolean(),
    }),
  ),
  peakMemoryBytes: v.number(),
  recompositionError: v.number(),
  trainingSteps: v.number(),
  millisecondsPerStep: v.number(),
});
