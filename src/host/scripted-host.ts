import { LaminaError } from "../errors/failure.ts";
import { exportClip } from "./export-clip.ts";
import type {
  ExportedFrames,
  Host,
  HostDescription,
  HostOptions,
  PlacedRun,
  PlaceRequest,
  RemovedRun,
  RunLayer,
  SelectedClip,
  Selection,
} from "./host.ts";
import { placeLayers } from "./place-layers.ts";
import { readSelection } from "./read-selection.ts";
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
    return readSelection(await this.#call("selection", null));
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
      placeLayers(this.#call, request, signal),
    );
  }

  async findRuns(): Promise<readonly PlacedRun[]> {
    return (await locateRuns(this.#call)).map(({ run }) => run);
  }

  updateRun(
    run: PlacedRun,
    layers: readonly RunLayer[],
    options?: HostOptions,
  ): Promise<PlacedRun> {
    return this.#change(options, (signal) =>
      updateRun(this.#call, run, layers, signal),
    );
  }

  removeRun(run: PlacedRun, options?: HostOptions): Promise<RemovedRun> {
    return this.#change(options, (signal) =>
      removeRun(this.#call, run, signal),
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
