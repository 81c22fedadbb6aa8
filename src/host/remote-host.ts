import { LaminaError } from "../errors/failure.ts";
import type { Failure } from "../errors/failure-codes.ts";
import {
  type HostAnswer,
  type HostFailure,
  type HostMethod,
  type HostToPanel,
  type PanelToHost,
  readHostMessage,
  writeHostMessage,
} from "../protocol/host-api.ts";
import type { Ticks } from "../units/ticks.ts";
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
import type { ProgramCheck } from "./program-check.ts";
import { type JsonPort, PendingRequests } from "./request-port.ts";

/**
 * A host in another process, such as the simulator behind the development page. When the connection ends, every pending call
 * rejects with `host-gone`.
 *
 * @param port carries text; whoever is at the other end runs `serveHost`
 */
export function openRemoteHost(port: JsonPort): Host {
  return new RemoteHost(port);
}

interface Watch {
  readonly listener: (selection: Selection) => void;
  readonly onFailure: ((error: unknown) => void) | undefined;
}

class RemoteHost implements Host {
  readonly #port: JsonPort;
  readonly #pending = new PendingRequests<HostAnswer>();
  readonly #watches = new Set<Watch>();
  readonly #stop: () => void;
  /** What a watch that begins later is told first. */
  #lastSelection: Selection | undefined;

  constructor(port: JsonPort) {
    this.#port = port;
    this.#stop = port.listen(
      (text) => {
        this.#hear(readHostMessage(String(text)) as HostToPanel);
      },
      () => {
        this.#end();
      },
    );
  }

  about(): Promise<HostDescription> {
    return this.#request("about", []);
  }

  selection(): Promise<Selection> {
    return this.#request("selection", []);
  }

  watchSelection(
    listener: (selection: Selection) => void,
    onFailure?: (error: unknown) => void,
  ): () => void {
    const watch: Watch = { listener, onFailure };
    this.#watches.add(watch);
    if (this.#watches.size === 1) this.#post({ kind: "watch" });
    const known = this.#lastSelection;
    if (known !== undefined) {
      queueMicrotask(() => {
        if (this.#watches.has(watch)) listener(known);
      });
    }
    return () => this.#watches.delete(watch);
  }

  exportClip(
    clip: SelectedClip,
    folder: string,
    options?: HostOptions,
  ): Promise<ExportedFrames> {
    return this.#request("exportClip", [clip, folder], options);
  }

  placeLayers(
    request: PlaceRequest,
    options?: HostOptions,
  ): Promise<PlacedRun> {
    return this.#request("placeLayers", [request], options);
  }

  projectClips(): Promise<readonly ProjectClip[]> {
    return this.#request("projectClips", []);
  }

  findRuns(): Promise<readonly PlacedRun[]> {
    return this.#request("findRuns", []);
  }

  updateRun(
    run: PlacedRun,
    layers: readonly RunLayer[],
    options: UpdateOptions = {},
  ): Promise<PlacedRun> {
    const { signal, ...rest } = options;
    return this.#request("updateRun", [run, layers, rest], { signal });
  }

  exportStack(
    run: PlacedRun,
    folder: string,
    options?: HostOptions,
  ): Promise<void> {
    return this.#request("exportStack", [run, folder], options);
  }

  checkProgram(folder: string, options?: HostOptions): Promise<ProgramCheck> {
    return this.#request("checkProgram", [folder], options);
  }

  adapt(habits: HostHabits): void {
    // Nothing comes back, and a host that is gone will not be asked anything either.
    this.#request("adapt", [habits]).catch(() => undefined);
  }

  playhead(sequenceId: string): Promise<Ticks> {
    return this.#request("playhead", [sequenceId]);
  }

  movePlayhead(sequenceId: string, to: Ticks): Promise<void> {
    return this.#request("movePlayhead", [sequenceId, to]);
  }

  saveText(name: string, text: string): Promise<string> {
    return this.#request("saveText", [name, text]);
  }

  removeRun(run: PlacedRun, options?: HostOptions): Promise<RemovedRun> {
    return this.#request("removeRun", [run], options);
  }

  close(): void {
    this.#stop();
    this.#end();
  }

  async #request<Method extends HostMethod>(
    method: Method,
    parameters: readonly unknown[],
    options?: HostOptions,
  ): Promise<Awaited<ReturnType<Host[Method]>>> {
    const signal = options?.signal;
    signal?.throwIfAborted();
    let cancel = (): void => undefined;
    const sent = this.#pending.send((id) => {
      cancel = () => {
        this.#post({ kind: "cancel", id });
      };
      this.#post({ kind: "request", id, method, parameters });
    });
    signal?.addEventListener("abort", cancel);
    try {
      const answer = await sent;
      if (!answer.ok) throw readFailure(answer.error);
      // The other side runs the same port, so the value has the type that the method's name says.
      return answer.value as Awaited<ReturnType<Host[Method]>>;
    } finally {
      signal?.removeEventListener("abort", cancel);
    }
  }

  #hear(message: HostToPanel): void {
    switch (message.kind) {
      case "answer":
        this.#pending.settle(message.id, message.answer);
        break;
      case "selection": {
        const selection = message.selection as Selection;
        this.#lastSelection = selection;
        for (const { listener } of this.#watches) listener(selection);
        break;
      }
      case "watch-failed": {
        const error = readFailure(message.error);
        for (const { onFailure } of this.#watches) onFailure?.(error);
      }
    }
  }

  #post(message: PanelToHost): void {
    this.#port.post(writeHostMessage(message));
  }

  #end(): void {
    const gone = new LaminaError({ code: "host-gone" });
    this.#pending.end(gone);
    for (const { onFailure } of this.#watches) onFailure?.(gone);
    this.#watches.clear();
  }
}

function readFailure(error: HostFailure): Error {
  switch (error.kind) {
    case "failure":
      return new LaminaError(error.failure as Failure);
    case "cancelled":
      return new DOMException("The operation was cancelled", "AbortError");
    case "bug":
      return new Error(error.message);
  }
}
