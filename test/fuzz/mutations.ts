import fc from "fast-check";

/** Numbers at which readers break: around zero, signs, widths of integers, no whole ones, none at all. */
const awkwardNumbers: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(
    ...[0, -0, 1, -1, 0.5, 1e-300, 1e20, 1e300, NaN, Infinity, -Infinity],
    ...[255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 53],
  ),
  fc.integer(),
  fc.double(),
);

/** Texts that mean something to somebody: paths, patterns, protocols, markup, controls, very long ones. */
export const awkwardTexts: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...["", ".", "..", "/", "../outside", "a/../../outside", "C:\\outside"],
    ...["a\0/%05d.png", "a/\n/%05d.png"],
    ...["\0", "a\0b", "\n", "\x07", "\u202e", "\ud800", "e\u0301", "％２ｅ"],
    ...["%s%n", "%05d", "%00d", "%9999999d", "a/%05d.png", "http://x/y.mp4"],
    ...["pipe:0", "concat:a|b", "-version", "<img src=x onerror=alert(1)>"],
    ...["__proto__", "constructor", "toString", "$bigint", "null", "1e999"],
    "a".repeat(70_000),
    `${"../".repeat(500)}outside`,
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
);

const awkwardValues: fc.Arbitrary<unknown> = fc.oneof(
  awkwardNumbers,
  awkwardTexts,
  fc.constantFrom<unknown>(null, true, false, [], {}, [[]], { "": {} }),
  fc.constant(awkwardTexts).map(() => ({ $bigint: "9".repeat(50_000) })),
  fc.constantFrom({ $bigint: "0x10" }, { $bigint: "x" }, { $bigint: 1 }),
  fc.anything({ maxDepth: 2, maxKeys: 4 }),
);

/** How a value is changed somewhere: at the place that `path` leads to, each number taken modulo what is there. */
interface Change {
  readonly path: readonly number[];
  readonly how: "replace" | "remove" | "double" | "add";
  readonly value: unknown;
}

const changes: fc.Arbitrary<Change> = fc.record({
  path: fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
  how: fc.constantFrom("replace", "replace", "remove", "double", "add"),
  value: awkwardValues,
});

type Place = Record<string, unknown> | unknown[];

const isPlace = (value: unknown): value is Place =>
  typeof value === "object" && value !== null && !ArrayBuffer.isView(value);

function change(value: unknown, { path, how, value: put }: Change): unknown {
  const [step = 0, ...rest] = path;
  if (!isPlace(value)) return put;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined || (rest.length === 0 && how === "add"))
    return Array.isArray(value)
      ? [...value, put]
      : { ...value, [`k${step}`]: put };
  const own = (value as Record<string, unknown>)[key];
  const isHere = rest.length === 0 || !isPlace(own);
  if (Array.isArray(value)) {
    const list = [...value];
    if (!isHere)
      list[Number(key)] = change(own, { path: rest, how, value: put });
    else if (how === "remove") list.splice(Number(key), 1);
    else if (how === "double") list.push(own);
    else list[Number(key)] = put;
    return list;
  }
  const record = { ...value };
  if (!isHere) record[key] = change(own, { path: rest, how, value: put });
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a copy of plain data
  else if (how === "remove") delete record[key];
  else record[how === "double" ? `${key}2` : key] = put;
  return record;
}

/** Plain data that is right but for one to three places. */
export const mutatedValues = (right: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(changes, { minLength: 1, maxLength: 3 })
    .map((list) => list.reduce(change, right) ?? null);

/** JSON text that is right but for some places in its values or, sometimes, its letters. */
export const mutatedJson = (
  right: unknown,
  write: (value: unknown) => string = (value) => JSON.stringify(value),
): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: mutatedValues(right).map(write) },
    {
      weight: 1,
      arbitrary: mutatedBytes(new TextEncoder().encode(write(right))).map(
        (bytes) => new TextDecoder().decode(bytes),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        ...["", "null", "[]", "{}", "\ufeff{}", "[".repeat(50_000)],
        `{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
      ),
    },
  );

/** One change of bytes: some are overwritten, cut off, taken out or put in twice. */
const byteChanges = fc.record({
  how: fc.constantFrom("set", "set", "set", "cut", "remove", "repeat"),
  /** Share of the length. */
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.constantFrom(
      Uint8Array.of(0, 0, 0, 0),
      Uint8Array.of(255, 255, 255, 255),
      Uint8Array.of(127, 255, 255, 255),
      Uint8Array.of(128, 0, 0, 0),
    ),
  ),
});

/**
 * Bytes that are right but for one to four places.
 *
 * @param within only the first so many are changed; all when absent
 */
export const mutatedBytes = (
  right: Uint8Array,
  within = right.length,
): fc.Arbitrary<Uint8Array<ArrayBuffer>> =>
  fc.array(byteChanges, { minLength: 1, maxLength: 4 }).map((list) => {
    let bytes = Uint8Array.from(right);
    for (const { how, at, bytes: put } of list) {
      const place = Math.floor(at * Math.min(within, bytes.length));
      const rest = bytes.subarray(place + put.length);
      if (how === "set")
        bytes.set(put.subarray(0, bytes.length - place), place);
      else if (how === "cut") bytes = bytes.slice(0, place);
      else if (how === "remove")
        bytes = Uint8Array.from([...bytes.subarray(0, place), ...rest]);
      else
        bytes = Uint8Array.from([
          ...bytes.subarray(0, place),
          ...put,
          ...bytes.subarray(place),
        ]);
    }
    return bytes;
  });
