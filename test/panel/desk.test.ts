import assert from "node:assert/strict";
import { act, type Desk } from "../../src/panel/desk.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { Store } from "../../src/panel/store.ts";

/** As much of a desk as `act` looks at. */
const deskOf = (): Desk =>
  ({ store: new Store<Partial<PanelState>>({}) }) as unknown as Desk;

describe("what a button does", () => {
  it("waits for what is being done, and loses no press", async () => {
    const desk = deskOf();
    const done: string[] = [];
    let end = (): void => undefined;
    const first = act(desk, "First", async () => {
      await new Promise<void>((resolve) => (end = resolve));
      done.push("first");
    });
    const second = act(desk, "Second", () => {
      done.push("second");
      return Promise.resolve();
    });
    const third = act(desk, "Third", () => {
      done.push("third");
      return Promise.resolve();
    });
    assert.equal(desk.store.state.busy, "First");
    end();
    assert.deepEqual(await Promise.all([first, second, third]), [
      true,
      true,
      true,
    ]);
    assert.deepEqual(done, ["first", "second", "third"]);
    assert.equal(desk.store.state.busy, undefined);
  });

  it("goes on after what has failed, and says why that failed", async () => {
    const desk = deskOf();
    const said: (string | undefined)[] = [];
    desk.store.follow(({ problem }) => said.push(problem?.sentence));
    const first = act(desk, "First", () => Promise.reject(new Error("no")));
    const second = act(desk, "Second", () => Promise.resolve());
    assert.deepEqual(await Promise.all([first, second]), [false, true]);
    assert.ok(said.some((sentence) => sentence !== undefined));
  });
});
