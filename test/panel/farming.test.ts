import assert from "node:assert/strict";
import type { FarmNaming, NamedFarm } from "../../src/protocol/service-api.ts";
import type { Desk } from "../../src/panel/desk.ts";
import { Farming } from "../../src/panel/farming.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { Store } from "../../src/panel/store.ts";

describe("naming a farm in the panel", () => {
  it("keeps what was named a moment ago, though the service has not answered yet", async () => {
    const store = new Store<Partial<PanelState>>({});
    let named: NamedFarm = { redis: "", storage: "", hasPassword: false };
    const service = {
      nameFarm: async ({ redis, storage, password }: FarmNaming) => {
        await Promise.resolve();
        named = { redis, storage, hasPassword: password !== undefined };
        return named;
      },
      checkFarm: () => Promise.resolve({ workers: 1, training: 1 }),
    };
    const farming = new Farming({ store, service } as unknown as Desk);
    await Promise.all([
      farming.name({ redis: "redis://farm" }),
      farming.name({ storage: "/studio" }),
      farming.name({ password: "secret" }),
    ]);
    assert.deepEqual(store.state.farm, {
      named: { redis: "redis://farm", storage: "/studio", hasPassword: true },
      found: { workers: 1, training: 1 },
    });
  });
});
