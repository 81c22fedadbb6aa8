import { LaminaError } from "../errors/failure.ts";
import {
  type HostAnswer,
  type HostFailure,
  type HostMethod,
  type HostToPanel,
  type PanelToHost,
  readHostMessage,
  writeHostMessage,
} from "../protocol/host-api.ts";
import type { HostHabits } from "./habits.ts";
import type {
  Host,
  HostOptions,
  PlacedRun,
  RunLayer,
  UpdateOptions,
} from "./host.ts";
import type { JsonPort } from "./request-port.ts";

type Method = (...parameters: unknown[]) => Promise<unknown>;

/**
 * Serves a host to a panel in another process. When the panel goes away, what it had asked for is cancelled and undone; the
 * host stays open.
 *
 * @returns ends the service
 */
export function serveHost(host: Host, port: JsonPort): () => void {
  const running = new Map<number, AbortController>();
  const say = (message: HostToPanel): void => {
    port.post(writeHostMessage(message));
  };
  let stopWatching: (() => void) | undefined;

  const methods: Readonly<Record<HostMethod, Method>> = methodsOf(host);
  const answer = async (
    request: Extract<PanelToHost, { kind: "request" }>,
  ): Promise<HostAnswer> => {
    const controller = new AbortController();
    running.set(request.id, controller);
    const options: HostOptions = { signal: controller.signal };
    try {
      const method = methods[request.method];
      const value = await method(...request.parameters, options);
      return { ok: true, value };
    } catch (error) {
      return { ok: false, error: writeFailure(error) };
    } finally {
      running.delete(request.id);
    }
  };

  const end = (): void => {
    stopListening();
    stopWatching?.();
    for (const controller of running.values()) controller.abort();
  };
  const stopListening = port.listen((text) => {
    const message = readHostMessage(String(text)) as PanelToHost;
    switch (message.kind) {
      case "request":
        void answer(message).then((answered) => {
          say({ kind: "answer", id: message.id, answer: answered });
        });
        break;
      case "cancel":
        running.get(message.id)?.abort();
        break;
      case "watch":
        stopWatching?.();
        stopWatching = host.watchSelection(
          (selection) => {
            say({ kind: "selection", selection });
          },
          (error) => {
            say({ kind: "watch-failed", error: writeFailure(error) });
          },
        );
    }
  }, end);
  return end;
}

const methodsOf = (host: Host): Readonly<Record<HostMethod, Method>> => {
  const bound =
    (name: HostMethod): Method =>
    (...parameters) =>
      (host[name] as Method).apply(host, parameters);
  return {
    about: () => host.about(),
    selection: () => host.selection(),
    projectClips: () => host.projectClips(),
    findRuns: () => host.findRuns(),
    exportClip: bound("exportClip"),
    placeLayers: bound("placeLayers"),
    updateRun: (run, layers, rest, options) =>
      host.updateRun(run as PlacedRun, layers as RunLayer[], {
        ...(rest as UpdateOptions),
        signal: (options as HostOptions).signal,
      }),
    removeRun: bound("removeRun"),
    exportStack: bound("exportStack"),
    checkProgram: bound("checkProgram"),
    adapt: (habits) => {
      host.adapt(habits as HostHabits);
      return Promise.resolve(null);
    },
    playhead: bound("playhead"),
    movePlayhead: bound("movePlayhead"),
    saveText: bound("saveText"),
  };
};

function writeFailure(error: unknown): HostFailure {
  if (error instanceof LaminaError) {
    return { kind: "failure", failure: error.failure };
  }
  if (error instanceof Error) {
    return error.name === "AbortError"
      ? { kind: "cancelled" }
      : { kind: "bug", message: error.message };
  }
  return { kind: "bug", message: String(error) };
}
