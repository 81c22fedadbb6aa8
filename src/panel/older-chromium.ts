// Premiere's panels run in Chromium 88 (CEP 11) and 99 (CEP 12). What our code and its packages use and these lack is added
// here, before anything else runs. Syntax is the bundler's business.

type Missing = (this: never, ...parameters: never[]) => unknown;

const addMissing = (target: object, name: string, value: Missing): void => {
  if (name in target) return;
  Object.defineProperty(target, name, {
    value,
    writable: true,
    configurable: true,
  });
};

function elementAt(this: ArrayLike<unknown>, index: number): unknown {
  const whole = Math.trunc(index) || 0;
  return this[whole < 0 ? this.length + whole : whole];
}

const typedArray = Object.getPrototypeOf(Uint8Array) as { prototype: object };
for (const target of [Array.prototype, String.prototype, typedArray.prototype])
  addMissing(target, "at", elementAt);

addMissing(
  Array.prototype,
  "findLast",
  function (
    this: unknown[],
    test: (element: unknown, index: number, list: unknown[]) => boolean,
  ) {
    for (let i = this.length - 1; i >= 0; i--) {
      if (test(this[i], i, this)) return this[i];
    }
    return undefined;
  },
);

addMissing(
  Array.prototype,
  "findLastIndex",
  function (
    this: unknown[],
    test: (element: unknown, index: number, list: unknown[]) => boolean,
  ) {
    for (let i = this.length - 1; i >= 0; i--) {
      if (test(this[i], i, this)) return i;
    }
    return -1;
  },
);

addMissing(
  Array.prototype,
  "toSorted",
  function (this: unknown[], compare?: (a: unknown, b: unknown) => number) {
    return [...this].sort(compare);
  },
);

addMissing(Array.prototype, "toReversed", function (this: unknown[]) {
  return [...this].reverse();
});

addMissing(
  Array.prototype,
  "toSpliced",
  function (this: unknown[], start: number, count: number, ...more: unknown[]) {
    const copy = [...this];
    copy.splice(start, count, ...more);
    return copy;
  },
);

addMissing(Object, "hasOwn", (target: object, name: PropertyKey) =>
  Object.prototype.hasOwnProperty.call(target, name),
);

addMissing(
  AbortSignal.prototype,
  "throwIfAborted",
  function (this: AbortSignal) {
    if (this.aborted) throw new DOMException("It was cancelled", "AbortError");
  },
);
