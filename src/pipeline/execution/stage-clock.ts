import { channel } from "node:diagnostics_channel";
import { stageNames, type StageName } from "../../job-contract/stages.ts";
import type { JobEvent, JobSummary } from "../request.ts";

type StageReport = JobSummary["stages"][number];

/** Usual share of each stage in a whole job, to tell how long the rest will take. */
const usualShare: Record<StageName, number> = {
  read: 0.05,
  register: 0.2,
  background: 0.35,
  train: 0.15,
  refine: 0.03,
  compose: 0.2,
  finish: 0.02,
};

/** Tells, while somebody listens, when each stage ran: `StageTime`s, for `bench/task-graph.ts`. */
const stageTimes = channel("lamina:stage");

/** When a stage ran, in milliseconds since the process began. */
export interface StageTime {
  readonly stage: StageName;
  readonly begun: number;
  readonly ended: number;
}

const now = (): number => performance.now() / 1000;
const cpuNow = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** Reports a job's stages while they run and remembers what each took. */
export class StageClock {
  readonly reports: StageReport[] = [];
  /** Share of a stage's work that was taken over from an earlier run, which took no time. */
  taken: (stage: StageName) => number = () => 0;
  readonly #started = now();
  readonly #onEvent: (event: JobEvent) => void;

  constructor(onEvent: (event: JobEvent) => void) {
    this.#onEvent = onEvent;
  }

  /**
   * Runs one stage.
   *
   * @param work does the stage and calls back with how much is done of how much; answers whether it was found in the cache
   */
  async run(
    stage: StageName,
    work: (
      progress: (done: number, total: number) => void,
    ) => Promise<{ resumed: boolean }>,
  ): Promise<void> {
    const started = now();
    const cpuStarted = cpuNow();
    const progress = (done: number, total: number): void => {
      const secondsLeft = this.#secondsLeft(
        stage,
        total === 0 ? 1 : done / total,
      );
      this.#onEvent({
        kind: "stage",
        stage,
        done,
        total,
        resumed: false,
        ...(secondsLeft === undefined ? {} : { secondsLeft }),
      });
    };
    progress(0, 1);
    const { resumed } = await work(progress);
    this.#onEvent({ kind: "stage", stage, done: 1, total: 1, resumed });
    stageTimes.publish({ stage, begun: 1000 * started, ended: 1000 * now() });
    this.reports.push({
      stage,
      seconds: now() - started,
      cpuSeconds: cpuNow() - cpuStarted,
      resumed,
    });
  }

  /** From the share of the usual work that this run itself has done; what came from the cache took no time. */
  #secondsLeft(stage: StageName, fraction: number): number | undefined {
    const own = (of: StageName): number =>
      usualShare[of] * (1 - this.taken(of));
    let worked = fraction * own(stage);
    for (const report of this.reports)
      if (!report.resumed) worked += own(report.stage);
    if (worked < 0.03) return undefined;
    let left = (1 - fraction) * usualShare[stage];
    for (const later of stageNames.slice(stageNames.indexOf(stage) + 1))
      left += usualShare[later];
    return ((now() - this.#started) * left) / worked;
  }
}
