import assert from "node:assert/strict";
import type { HostHabits } from "../../src/host/habits.ts";
import type { ProgramCheck } from "../../src/host/program-check.ts";
import { Checking } from "../../src/panel/checking.ts";
import type { Desk } from "../../src/panel/desk.ts";
import { PanelMemory } from "../../src/panel/panel-memory.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { Store } from "../../src/panel/store.ts";

const about = (name: string, technology: ProgramCheck["technology"]) => ({
  name,
  technology,
  exportBlocksWindow: false,
});

/** As much of a desk as a check needs, in one version of the program. */
function deskIn(
  memory: PanelMemory,
  program: string,
  technology: ProgramCheck["technology"],
  habits: HostHabits,
) {
  const adapted: HostHabits[] = [];
  const check: ProgramCheck = {
    program,
    technology,
    facts: [{ id: "movie", reading: "comes in", milliseconds: 3 }],
    habits,
    unchanged: true,
    seconds: 1,
  };
  const desk = {
    store: new Store<Partial<PanelState>>({}),
    memory,
    host: {
      checkProgram: () => Promise.resolve(check),
      adapt: (one: HostHabits) => adapted.push(one),
    },
    service: {
      createWorkspace: () => Promise.resolve({ id: "check-1", path: "/w" }),
      removeWorkspace: () => Promise.resolve(),
    },
  } as unknown as Desk;
  return { checking: new Checking(desk), desk, adapted };
}

describe("what a check has found", () => {
  it("is remembered for each version and technology, whichever was checked last", async () => {
    const memory = new PanelMemory({});
    const versions = [
      ["Premiere Pro 25.6.1", "extendscript", { addsTracks: false }],
      ["Premiere Pro 26.3.0", "extendscript", { addsTracks: true }],
      ["Premiere Pro 26.3.0", "uxp", { importsStills: false }],
    ] as const;
    for (const [program, technology, habits] of versions) {
      const { checking } = deskIn(memory, program, technology, habits);
      assert.equal(await checking.run(), true);
    }
    for (const [program, technology, habits] of versions) {
      const { checking, desk, adapted } = deskIn(
        memory,
        program,
        technology,
        {},
      );
      checking.recall(about(program, technology));
      assert.deepEqual(adapted, [habits]);
      assert.equal(desk.store.state.check?.program, program);
    }
    const newer = deskIn(memory, "", "uxp", {});
    newer.checking.recall(about("Premiere Pro 26.5.0", "uxp"));
    assert.deepEqual(newer.adapted, []);
    assert.equal(newer.desk.store.state.check, undefined);
  });
});
