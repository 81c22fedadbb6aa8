import { jobName, workspaceOf } from "../host/run-note.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { JobWords, ServiceJob } from "../protocol/service-api.ts";
import { readRunNote } from "./arrangement.ts";
import { act, type Desk } from "./desk.ts";
import type { PanelState } from "./panel-state.ts";
import { type Settings, writeSettings } from "./settings.ts";

/** What can be done with runs where all of them are listed. */
export class RunList {
  readonly #desk: Desk;
  #learning: Promise<void> = Promise.resolve();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Reads which clips the runs belong to that it is not known of yet. */
  learnClips(): Promise<void> {
    this.#learning = this.#learning.then(async () => {
      for (const job of this.#state.jobs ?? []) {
        if (this.#state.clips.has(job.id)) continue;
        const clip = (await readRunNote(this.#desk, job))?.clip;
        if (clip === undefined) continue;
        const clips = new Map(this.#state.clips).set(job.id, clip);
        this.#desk.store.set({ clips });
      }
    });
    const learnt = this.#learning;
    this.#learning = learnt.catch(() => undefined);
    return learnt;
  }

  /** Calls a run otherwise, or notes something about it. */
  describe({ id }: ServiceJob, words: JobWords): Promise<boolean> {
    return act(this.#desk, "Noting that", async () => {
      await this.#desk.service.describeJob(id, words);
    });
  }

  /** Moves a run that waits by so many places towards the end of the queue, or its beginning where that is negative. */
  move({ id }: ServiceJob, places: number): Promise<boolean> {
    return act(this.#desk, "Moving the run", async () => {
      await this.#desk.service.moveJob(id, places);
    });
  }

  /** Begins no run that waits, or begins them again. */
  pause(isPaused: boolean): Promise<boolean> {
    const busy = isPaused ? "Pausing the queue" : "Going on with the queue";
    return act(this.#desk, busy, () => this.#desk.service.pauseQueue(isPaused));
  }

  /** Shows a run's layers in the system's file manager. */
  reveal({ id }: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Showing the folder", () =>
      this.#desk.service.revealRun(id),
    );
  }

  /** Asks how much a run has written. */
  measure({ id }: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Looking how large it is", async () => {
      const size = await this.#desk.service.runSize(id);
      const sizes = new Map(this.#state.sizes).set(id, size);
      this.#desk.store.set({ sizes });
    });
  }

  /** Has the next run take the settings of an earlier one. */
  takeSettings({ request }: ServiceJob): void {
    const { settings: before } = this.#state;
    const settings: Settings = {
      ...before,
      quality: request.quality,
      backend: request.backend,
      // Movies are written, and imported where the settings say so.
      prores: request.prores,
      ...(!request.prores && { files: "stills" }),
      exr: request.format === "exr",
      compute: request.compute ?? "here",
    };
    writeSettings(this.#desk.memory, settings);
    this.#desk.store.set({ settings });
  }

  /** Deletes a run and its layers, so that they can be brought back; tells whether it has. */
  async discard(job: ServiceJob): Promise<boolean> {
    let isGone = false;
    await act(this.#desk, "Deleting the run", async () => {
      try {
        await this.#desk.service.discardRun(job.id);
        isGone = true;
      } catch (error) {
        const failure =
          error instanceof RemoteError ? error.failure : undefined;
        if (failure?.code !== "output-foreign") throw error;
        this.#desk.store.set({
          problem: {
            sentence: `Nothing was deleted: among the layers of “${jobName(job)}” lies ${failure.found}, which is not Lamina's.`,
            action: `Move it out of ${failure.path} first.`,
          },
        });
      }
    });
    return isGone;
  }

  /** Brings a deleted run back. */
  restore({ id }: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Bringing the run back", async () => {
      await this.#desk.service.restoreRun(id);
    });
  }

  /** Removes a deleted run for good. */
  purge(job: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Removing the run", async () => {
      const left = await this.#desk.service.purgeRun(job.id);
      if (left.length === 0) return;
      this.#desk.store.set({
        problem: {
          sentence: `“${jobName(job)}” is gone but for what is not Lamina's among its layers.`,
          action: `It lies in ${left.join(" and ")}.`,
        },
      });
    });
  }

  /** Takes a run that is over off the list, with its exported frames; where its layers stay is said. */
  forget(job: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Clearing up", async () => {
      const { service } = this.#desk;
      const { folders } = await service.runSize(job.id);
      const name = jobName(job);
      await this.#takeOff(job);
      if (folders.length === 0) return;
      this.#desk.store.set({
        problem: {
          sentence: `“${name}” is off the list; its layers stay.`,
          action: `They are in ${folders.join(" and ")}.`,
        },
      });
    });
  }

  async #takeOff(job: ServiceJob): Promise<void> {
    const { id } = job;
    const { service, store } = this.#desk;
    await service.removeJob(id);
    const workspace = workspaceOf(job);
    const isShared = this.#state.jobs?.some(
      (other) => other.id !== id && workspaceOf(other) === workspace,
    );
    // A run that came of correcting another's subjects is made of the same frames.
    if (workspace !== undefined && isShared !== true)
      await service.removeWorkspace(workspace);
    const { view } = this.#state;
    if ("jobId" in view && view.jobId === id) {
      store.set({ view: { kind: "clip" }, arranged: undefined });
    }
  }

  get #state(): PanelState {
    return this.#desk.store.state;
  }
}
