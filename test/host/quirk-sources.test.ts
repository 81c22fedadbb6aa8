import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { honest } from "../../src/host/simulator/quirks.ts";

/** What a quirk is known from, or that it is not. */
const sources =
  /guide|types|declarations|documentation|cookbook|manual|notes|sample|Public scripts|premiere-pro-mcp|PremiereProMCP|PremBot|CorridorKey|Reported|documented|Seen|editor sees|[Uu]nreported/;

describe("the simulator's quirks", () => {
  it("each say where they are known from, or that nobody has reported them", () => {
    const file = new URL("../../src/host/simulator/quirks.ts", import.meta.url);
    const text = readFileSync(file, "utf8");
    const described = new Map<string, string>();
    // The second of two numbers that belong together stands beneath the first.
    for (const [, comment, names] of text.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*((?: +\w+: [^;]+;\n)+)/g,
    )) {
      for (const [, name] of names!.matchAll(/(\w+): /g))
        described.set(name!, comment!);
    }
    for (const name of Object.keys(honest))
      assert.match(described.get(name) ?? "", sources, name);
  });
});
