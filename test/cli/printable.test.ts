import assert from "node:assert/strict";
import { printable } from "../../src/cli/printable.ts";

describe("a line for a terminal", () => {
  it("holds no character that a terminal would obey or that hides others", () => {
    assert.equal(
      printable("a\u0007b\u001b[31mc\nd\u009be\u202ef"),
      "a\\u0007b\\u001b[31mc\\u000ad\\u009be\\u202ef",
    );
  });

  it("keeps every other character", () => {
    const line = "Größe 50 % — 日本語 e\u0301 😀 → C:\\x";
    assert.equal(printable(line), line);
  });

  it("means the same within JSON", () => {
    const value = { name: "a\u0007\u009b\u202e" };
    assert.deepEqual(JSON.parse(printable(JSON.stringify(value))), value);
  });
});
