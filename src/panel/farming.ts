import type { FarmNaming } from "../protocol/service-api.ts";
import { act, type Desk } from "./desk.ts";
import type { FarmKnown } from "./farm-known.ts";
import { describeProblem } from "./problem.ts";

/** Names the farm that runs may be done by, and looks whether it is there. */
export class Farming {
  readonly #desk: Desk;
  /** Looks that have been begun: only the last one counts. */
  #looks = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Finds out which farm is named, and who is there of it. */
  async load(): Promise<void> {
    try {
      const named = (await this.#desk.service.farm()) ?? undefined;
      this.#set({ ...this.#known, named });
      if (named !== undefined) await this.look();
    } catch {
      // Without the service there is nothing to show; that is said beneath all views.
    }
  }

  /** Changes what is known of where the farm is, and looks for it there. */
  async name(change: Partial<FarmNaming>): Promise<void> {
    const done = await act(this.#desk, "Naming the farm", async () => {
      // What was named before it is known by now, however quickly one followed the other.
      const { redis = "", storage = "", redisCa } = this.#known.named ?? {};
      const naming = {
        redis,
        storage,
        ...(redisCa !== undefined && { redisCa }),
        ...change,
      };
      const named = (await this.#desk.service.nameFarm(naming)) ?? undefined;
      this.#set({ named });
    });
    if (done) await this.look();
  }

  /** Looks who is there of the farm. */
  async look(): Promise<void> {
    const look = ++this.#looks;
    const { named } = this.#known;
    if (named === undefined || named.redis === "" || named.storage === "")
      return;
    const known = await this.#desk.service.checkFarm().then(
      (found) => ({ found }),
      (error: unknown) => ({ problem: describeProblem(error) }),
    );
    if (look === this.#looks) this.#set({ named, ...known });
  }

  get #known(): FarmKnown {
    return this.#desk.store.state.farm ?? {};
  }

  #set(farm: FarmKnown): void {
    this.#desk.store.set({ farm });
  }
}
