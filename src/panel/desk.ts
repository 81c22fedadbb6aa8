import type { Host } from "../host/host.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import type { PanelState } from "./panel-state.ts";
import { describeProblem } from "./problem.ts";
import type { Memory } from "./settings.ts";
import type { Store } from "./store.ts";

/** What the parts of the panel work with. */
export interface Desk {
  readonly store: Store<PanelState>;
  readonly host: Host;
  readonly service: ServiceClient;
  readonly memory: Memory;
  readonly now: () => Date;
  /** See `Connection`. */
  readonly keepPaintingKeys?: ((keeps: boolean) => void) | undefined;
}

/** What was asked for last, per panel; it settles when that is done. */
const lastAct = new WeakMap<Store<PanelState>, Promise<unknown>>();

/**
 * Does something that takes a while, says so meanwhile, and says afterwards what went wrong, if anything. What is asked for while
 * another such thing is being done waits for its turn: no press of a button is lost.
 *
 * @param busy a few words for what is being done
 * @param work must not wait for another `act` of the same panel, which would wait for it
 * @returns whether it went well
 */
export function act(
  { store }: Desk,
  busy: string,
  work: () => Promise<void>,
): Promise<boolean> {
  const before = lastAct.get(store);
  const turn = (
    before === undefined
      ? doNow(store, busy, work)
      : before.then(() => doNow(store, busy, work))
  ).finally(() => {
    if (lastAct.get(store) === turn) lastAct.delete(store);
  });
  lastAct.set(store, turn);
  return turn;
}

async function doNow(
  store: Store<PanelState>,
  busy: string,
  work: () => Promise<void>,
): Promise<boolean> {
  store.set({ busy, problem: undefined });
  try {
    await work();
    return true;
  } catch (error) {
    store.set({ problem: describeProblem(error) });
    return false;
  } finally {
    store.set({ busy: undefined });
  }
}
