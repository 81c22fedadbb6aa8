import { LaminaError } from "../errors/failure.ts";
import type { Host, HostOptions } from "../host/host.ts";
import type { ServiceClient } from "../protocol/service-client.ts";

/** As much of the service as is needed. */
type TurnGiver = Pick<ServiceClient, "takeTurn">;

/** A panel that changes the project for longer exports a long clip, or is in trouble; either is worth a sentence. */
const PATIENCE_MS = 30_000;

/**
 * A host that changes the project only when no other panel does: each looks for what is new there after it has made something, and
 * would take the other one's for its own. The service gives the turns; without one there is nobody to come between.
 *
 * @param service throws LaminaError `service-unreachable` while there is none
 */
export function hostInTurn(
  host: Host,
  service: () => TurnGiver,
  patienceMilliseconds = PATIENCE_MS,
): Host {
  const inTurn = async <Value>(
    options: HostOptions | undefined,
    work: () => Promise<Value>,
  ): Promise<Value> => {
    const end = await turn(service, {
      signal: options?.signal,
      patienceMilliseconds,
    });
    try {
      return await work();
    } finally {
      end();
    }
  };
  return {
    about: () => host.about(),
    selection: () => host.selection(),
    watchSelection: (listener, onFailure) =>
      host.watchSelection(listener, onFailure),
    projectClips: () => host.projectClips(),
    findRuns: () => host.findRuns(),
    adapt: (habits) => {
      host.adapt(habits);
    },
    playhead: (id) => host.playhead(id),
    movePlayhead: (id, to) => host.movePlayhead(id, to),
    saveText: (name, text) => host.saveText(name, text),
    close: () => {
      host.close();
    },
    exportClip: (clip, folder, options) =>
      inTurn(options, () => host.exportClip(clip, folder, options)),
    placeLayers: (request, options) =>
      inTurn(options, () => host.placeLayers(request, options)),
    updateRun: (run, layers, options) =>
      inTurn(options, () => host.updateRun(run, layers, options)),
    exportStack: (run, folder, options) =>
      inTurn(options, () => host.exportStack(run, folder, options)),
    checkProgram: (folder, options) =>
      inTurn(options, () => host.checkProgram(folder, options)),
    removeRun: (run, options) =>
      inTurn(options, () => host.removeRun(run, options)),
  };
}

async function turn(
  service: () => TurnGiver,
  options: Parameters<TurnGiver["takeTurn"]>[0],
): Promise<() => void> {
  try {
    return await service().takeTurn(options);
  } catch (error) {
    const isAlone =
      error instanceof LaminaError &&
      error.failure.code === "service-unreachable";
    if (!isAlone) throw error;
    return () => undefined;
  }
}
