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

/**
 * Does something that takes a while, says so meanwhile, and says afterwards what went wrong, if anything. While one such thing
 * is being done another one is not begun.
 *
 * @param busy a few words for what is being done
 * @returns whether it went well
 */
export async function act(
  { store }: Desk,
  busy: string,
  work: () => Promise<void>,
): Promise<boolean> {
  if (store.state.busy !== undefined) return false;
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
