import assert from "node:assert/strict";
import { PanelMemory } from "../../src/panel/panel-memory.ts";
import type { Memory } from "../../src/panel/settings.ts";

const refuse = (): never => {
  throw new Error("storage is forbidden here");
};

/** Pages as web views are reported to have them. */
const pages: Readonly<Record<string, { localStorage?: Memory | null }>> = {
  "without storage": {},
  "with null for storage": { localStorage: null },
  "whose storage may not be looked at": {
    get localStorage() {
      return refuse();
    },
  },
  "whose storage throws": {
    localStorage: { getItem: refuse, setItem: refuse },
  },
  "whose storage keeps nothing": {
    localStorage: {
      getItem: () => undefined as unknown as null,
      setItem: () => undefined,
    },
  },
};

describe("what the panel remembers", () => {
  for (const [name, page] of Object.entries(pages)) {
    it(`lasts as long as the page on one ${name}`, () => {
      const memory = new PanelMemory(page);
      assert.equal(memory.getItem("key"), null);
      memory.setItem("key", "text");
      assert.equal(memory.getItem("key"), "text");
    });
  }

  it("is in the page's storage where that works", () => {
    const texts = new Map<string, string>();
    const localStorage: Memory = {
      getItem: (key) => texts.get(key) ?? null,
      setItem: (key, text) => void texts.set(key, text),
    };
    new PanelMemory({ localStorage }).setItem("key", "text");
    assert.equal(new PanelMemory({ localStorage }).getItem("key"), "text");
  });

  it("is handed to a keeper, and one that fails disturbs nobody", async () => {
    const kept: string[] = [];
    const keeper = {
      recall: () => Promise.resolve(null),
      remember: (text: string) => {
        kept.push(text);
        return Promise.reject(new Error("the disk is full"));
      },
    };
    const memory = new PanelMemory({}, keeper);
    memory.setItem("key", "text");
    // A rejection that nobody takes would end this process.
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(kept, ["text"]);
    assert.equal(memory.getItem("key"), "text");
  });
});
