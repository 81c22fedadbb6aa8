import { type StageName, stageTitles } from "../job-contract/stages.ts";
import {
  describeDuration,
  describeNews,
  describeSummary,
  type ProgressReport,
} from "./progress.ts";

/** Progress for logs and pipes: one line when a stage is done, one per notice. */
export function lineProgress(write: (line: string) => void): ProgressReport {
  let running: { stage: StageName; resumed: boolean } | undefined;
  let began = performance.now();

  const endStage = (): void => {
    if (running === undefined) return;
    const seconds = (performance.now() - began) / 1000;
    const state = running.resumed
      ? "kept from an earlier run"
      : describeDuration(seconds);
    write(`${stageTitles[running.stage]}: ${state}`);
    running = undefined;
  };

  return {
    onEvent(event) {
      if (event.kind !== "stage") {
        write(describeNews(event));
        return;
      }
      const { stage, resumed } = event;
      if (running?.stage !== stage) {
        endStage();
        began = performance.now();
      }
      running = { stage, resumed };
    },
    finish(summary) {
      endStage();
      describeSummary(summary).forEach(write);
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
}
