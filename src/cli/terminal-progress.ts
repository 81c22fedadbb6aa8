import { Listr } from "listr2";
import {
  type StageName,
  stageNames,
  stageTitles,
} from "../job-contract/stages.ts";
import type { JobEvent } from "../pipeline/request.ts";
import {
  describeDuration,
  describeNews,
  describeSummary,
  type ProgressReport,
} from "./progress.ts";

type StageEvent = Extract<JobEvent, { kind: "stage" }>;

/** A line of the list, and how to end it. */
interface RunningStage {
  readonly line: { title: string };
  readonly succeed: () => void;
  readonly fail: (reason: Error) => void;
}

/** Characters of the bar; fits beside its words in 80 columns. */
const barWidth = 24;

/** `████████████░░░░░░░░░░░░ 50 %, 12 s left` */
export function terminalBar(
  done: number,
  total: number,
  secondsLeft?: number,
): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const full = Math.floor(share * barWidth);
  const left =
    secondsLeft === undefined ? "" : `, ${describeDuration(secondsLeft)} left`;
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)} ${Math.floor(share * 100)} %${left}`;
}

/**
 * Progress for a terminal: the list of stages, the running one with a bar and the time left. Notices wait until the list
 * stands still.
 */
export function terminalProgress(
  write: (line: string) => void,
): ProgressReport {
  const running = new Map<StageName, RunningStage>();
  const latest = new Map<StageName, StageEvent>();
  const ended = new Set<StageName>();
  const notices: string[] = [];
  let stopped = false;

  const show = (stage: StageName): void => {
    const event = latest.get(stage);
    const line = running.get(stage)?.line;
    if (line === undefined || event === undefined) return;
    const { done, total, secondsLeft, resumed } = event;
    const state = resumed
      ? "kept from an earlier run"
      : done < total
        ? terminalBar(done, total, secondsLeft)
        : "";
    line.title = [stageTitles[stage], state].join("  ").trimEnd();
  };
  const end = (stage: StageName): void => {
    ended.add(stage);
    running.get(stage)?.succeed();
  };

  const list = new Listr<unknown, "default", "simple">(
    stageNames.map((stage) => ({
      title: stageTitles[stage],
      task: (_, line) =>
        new Promise<void>((succeed, fail) => {
          running.set(stage, { line, succeed, fail });
          show(stage);
          if (ended.has(stage)) succeed();
          if (stopped) fail(new Error("stopped"));
        }),
    })),
    {
      renderer: "default",
      // Ctrl-C belongs to the job, which cleans up.
      registerSignalListeners: false,
      rendererOptions: { showErrorMessage: false },
    },
  );
  const drawn = list.run().then(
    () => undefined,
    () => undefined,
  );

  return {
    onEvent(event) {
      if (event.kind !== "stage") {
        notices.push(describeNews(event));
        return;
      }
      latest.set(event.stage, event);
      show(event.stage);
      for (const stage of stageNames) {
        if (stage === event.stage) break;
        end(stage);
      }
      if (event.done >= event.total) end(event.stage);
    },
    async finish(summary) {
      stageNames.forEach(end);
      await drawn;
      [...notices, ...describeSummary(summary)].forEach(write);
    },
    async stop() {
      stopped = true;
      // The list ends with the stage that fails; those that are done cannot fail any more.
      for (const { fail } of running.values()) fail(new Error("stopped"));
      await drawn;
      notices.forEach(write);
    },
  };
}
