import assert from "node:assert/strict";
import * as v from "valibot";
import { requestSchemas } from "../../src/protocol/service-api.ts";
import { subjectCalls } from "../../src/protocol/subject-api.ts";

interface Step {
  readonly type: string;
  readonly pipe?: readonly Step[];
}

/** A pipe may begin with another. */
const stepsOf = (pipe: readonly Step[] = []): readonly Step[] =>
  pipe.flatMap((step) => [...stepsOf(step.pipe), { type: step.type }]);

/** Finds the numbers in a schema that may be as large as one likes: their places. */
function unbounded(schema: unknown, place: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { type, pipe, ...parts } = schema as {
    type?: string;
    pipe?: readonly Step[];
  };
  if (type === "number") {
    const kinds = stepsOf(pipe).map((step) => step.type);
    const hasEnds = kinds.includes("min_value") && kinds.includes("max_value");
    return hasEnds ? [] : [place];
  }
  return Object.entries(parts)
    .filter(([name]) => !name.startsWith("~"))
    .flatMap(([name, part]) => unbounded(part, `${place}.${name}`));
}

describe("what a panel may ask for", () => {
  it("has an end to every number", () => {
    assert.deepEqual(unbounded(requestSchemas, "requests"), []);
    assert.deepEqual(unbounded(subjectCalls, "calls"), []);
    // The search itself finds what there is to find.
    const deep = v.strictObject({
      list: v.array(v.exactOptional(v.pipe(v.number(), v.minValue(0)))),
    });
    assert.equal(unbounded(deep, "deep").length, 1);
  });

  const job = {
    clipPath: "/clip",
    subjects: [{ name: "a", maskPath: "/mask" }],
    outputPath: "/out",
  };
  const isTaken = (more: object): boolean =>
    v.safeParse(requestSchemas.job, { ...job, ...more }).success;
  const rate = (numerator: number, denominator: number): object => ({
    frameRate: { numerator, denominator },
  });
  const range = (startInclusive: number, endExclusive: number): object => ({
    range: { startInclusive, endExclusive },
  });

  it("is a rate that clips have", () => {
    assert.ok(isTaken(rate(24, 1)) && isTaken(rate(30000, 1001)));
    for (const wrong of [
      rate(1e20, 1),
      rate(1001, 1),
      rate(1, 1e9),
      rate(1e300, 1e300),
    ])
      assert.ok(!isTaken(wrong), JSON.stringify(wrong));
  });

  it("is a range that clips have, or open", () => {
    assert.ok(isTaken(range(0, 1)));
    assert.ok(isTaken(range(5, Number.MAX_SAFE_INTEGER)));
    for (const wrong of [range(0, 1e300), range(1e15, 1e16), range(3, 3)])
      assert.ok(!isTaken(wrong), JSON.stringify(wrong));
  });
});
