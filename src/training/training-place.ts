import type { BackendChoice, RuntimeBackend } from "../job-contract/backend.ts";
import type { Trainer } from "./train-association.ts";

/** Where a job's network trains: this process or a hidden window. Dispose of it when the training is over. */
export interface TrainingPlace extends AsyncDisposable {
  readonly backend: RuntimeBackend;
  /** Why here, as the end of "Training runs on … because ": shown to the user. */
  readonly reason: string;
  readonly train: Trainer;
}

/**
 * Opens the place that the choice comes down to on this machine.
 *
 * @param notice tells the user something in one sentence
 * @throws LaminaError `backend-unavailable` and others of the window when what was asked for cannot run
 */
export type OpenTrainingPlace = (
  choice: BackendChoice,
  watch: {
    readonly signal: AbortSignal;
    readonly notice: (sentence: string) => void;
  },
) => Promise<TrainingPlace>;
