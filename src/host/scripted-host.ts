import { LaminaError } from "../errors/failure.ts";
import { parseTicks, type Ticks } from "../units/ticks.ts";
import { checkProgram } from "./check-program.ts";
import { exportClip } from "./export-clip.ts";
import { exportStack } from "./export-stack.ts";
import { joinPath } from "./file-path.ts";
import type { HostHabits } from "./habits.ts";
import type {
  ExportedFrames,
  Host,
  HostDescription,
  HostOptions,
  PlacedRun,
  PlaceRequest,
  ProjectClip,
  RemovedRun,
  RunLayer,
  SelectedClip,
  Selection,
  UpdateOptions,
} from "./host.ts";
import { readProjectClips } from "./own-backdrop.ts";
import { nothingPlaced } from "./placed-here.ts";
import { placeLayers } from "./place-layers.ts";
import type { ProgramCheck } from "./program-check.ts";
import { readSelection } from "./read-selection.ts";
import { refused } from "./refused.ts";
import { removeRun } from "./remove-run.ts";
import { locateRuns } from "./runs.ts";
import {
  type CallScript,
  callsOver,
  type ScriptTransport,
} from "./script-channel.ts";
import { updateRun } from "./update-run.ts";
import { watchValue } from "./watch-value.ts";

/**
 * The host port over a script that runs inside Premiere. What to do, how to check it and how to undo it is decided here, for
 * both technologies; the scripts only do single calls.
 */
export class ScriptedHost implements Host {
  readonly #transport: ScriptTransport;
  readonly #call: CallScript;
  readonly #exportStallMilliseconds: number;
  readonly #watches = new Set<() => void>();
  /** Ends when the last change of the project that was asked for has ended, well or not. */
  #lastChange: Promise<unknown> = Promise.resolve();
  #changing = 0;
  #closed = false;
  #habits: HostHabits = {};
  readonly #here = nothingPlaced();

  constructor(
    transport: ScriptTransport,
    { exportStallMilliseconds = 20_000 } = {},
  ) {
    this.#transport = transport;
    this.#exportStallMilliseconds = exportStallMilliseconds;
    this.#call = callsOver(transport);
  }

  async about(): Promise<HostDescription> {
    const { name, technology } = await this.#call("about", null);
    const exportBlocksWindow = technology === "extendscript";
    return { name, technology, exportBlocksWindow };
  }

  async selection(): Promise<Selection> {
    return readSelection(await this.#call("selection", null), this.#habits);
  }

  watchSelection(
    listener: (selection: Selection) => void,
    onFailure?: (error: unknown) => void,
  ): () => void {
    const stop = watchValue({
      read: () => this.selection(),
      // While the project is being changed, the selection would be that of a moment.
      paused: () => this.#changing > 0,
      onHint: (look) => this.#transport.onEvent(look),
      listener,
      onFailure,
    });
    this.#watches.add(stop);
    return () => {
      this.#watches.delete(stop);
      stop();
    };
  }

  exportClip(
    clip: SelectedClip,
    folder: string,
    options?: HostOptions,
  ): Promise<ExportedFrames> {
    return this.#change(options, (signal) =>
      exportClip(this.#call, clip, folder, {
        signal,
        stallMilliseconds: this.#exportStallMilliseconds,
      }),
    );
  }

  placeLayers(
    request: PlaceRequest,
    options?: HostOptions,
  ): Promise<PlacedRun> {
    return this.#change(options, (signal) =>
      placeLayers(
        this.#call,
        request,
        { habits: this.#habits, here: this.#here },
        signal,
      ),
    );
  }

  projectClips(): Promise<readonly ProjectClip[]> {
    return readProjectClips(this.#call);
  }

  async findRuns(): Promise<readonly PlacedRun[]> {
    return (await locateRuns(this.#call)).map(({ run }) => run);
  }

  updateRun(
    run: PlacedRun,
    layers: readonly RunLayer[],
    options: UpdateOptions = {},
  ): Promise<PlacedRun> {
    return this.#change(options, () =>
      updateRun(this.#call, run, layers, this.#habits, options),
    );
  }

  exportStack(
    run: PlacedRun,
    folder: string,
    options?: HostOptions,
  ): Promise<void> {
    return this.#change(options, (signal) =>
      exportStack(this.#call, run, folder, {
        signal,
        stallMilliseconds: this.#exportStallMilliseconds,
      }),
    );
  }

  async checkProgram(
    folder: string,
    options?: HostOptions,
  ): Promise<ProgramCheck> {
    const check = await this.#change(options, (signal) =>
      checkProgram(this.#call, folder, {
        signal,
        stallMilliseconds: this.#exportStallMilliseconds,
      }),
    );
    this.adapt(check.habits);
    return check;
  }

  adapt(habits: HostHabits): void {
    this.#habits = habits;
  }

  async playhead(sequenceId: string): Promise<Ticks> {
    return parseTicks((await this.#call("playhead", { sequenceId })).ticks);
  }

  async movePlayhead(sequenceId: string, to: Ticks): Promise<void> {
    await this.#call("setPlayhead", { sequenceId, ticks: to.toString() });
  }

  async saveText(name: string, text: string): Promise<string> {
    const { projectFolder } = await this.#call("about", null);
    if (projectFolder === null) {
      throw refused("project.path", "the project has not been saved yet");
    }
    const path = joinPath(projectFolder, name);
    await this.#call("writeText", { path, text });
    return path;
  }

  removeRun(run: PlacedRun, options?: HostOptions): Promise<RemovedRun> {
    return this.#change(options, (signal) =>
      removeRun(this.#call, run, this.#here, signal),
    );
  }

  close(): void {
    this.#closed = true;
    for (const stop of this.#watches) stop();
    this.#watches.clear();
    this.#transport.close();
  }

  /** Does one change of the project after those that were asked for before. */
  async #change<Result>(
    options: HostOptions | undefined,
    work: (signal: AbortSignal | undefined) => Promise<Result>,
  ): Promise<Result> {
    const before = this.#lastChange;
    const turn = (async () => {
      await before.catch(() => undefined);
      if (this.#closed) throw new LaminaError({ code: "host-gone" });
      options?.signal?.throwIfAborted();
      this.#changing++;
      try {
        return await work(options?.signal);
      } finally {
        this.#changing--;
      }
    })();
    this.#lastChange = turn;
    return turn;
  }
}
