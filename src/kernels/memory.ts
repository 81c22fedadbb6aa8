import { compiledKernels, type KernelExports } from "./compiled.ts";

/** What every JavaScript machine of ours has, and the modules that must run anywhere have no declarations of. */
const { WebAssembly, atob } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (size: { initial: number; maximum: number }) => {
      readonly buffer: ArrayBuffer;
    };
    readonly Module: new (bytes: Uint8Array) => object;
    readonly Instance: new (
      module: object,
      imports: object,
    ) => { readonly exports: unknown };
  };
  readonly atob: (text: string) => string;
};

/** Size of the memory, in bytes: address space, of which only what is used costs memory. Less is tried where the system refuses. */
const WANTED_BYTES = 2 ** 30;
const LEAST_BYTES = 2 ** 26;
/** WebAssembly counts memory in pages of 64 KiB. */
const PAGE_BYTES = 65_536;
/** Everything starts where a vector starts. */
const ALIGNMENT_BYTES = 16;
/** The part that rasters may take; the rest is for what a single kernel needs while it runs. */
const RASTERS_SHARE = 0.75;

/**
 * The kernels' memory, one a thread, and the stack that lies in it. It never grows, so that views of it stay valid; what does not
 * fit is an ordinary array, which kernels copy.
 */
class KernelMemory {
  readonly exports: KernelExports;
  readonly buffer: ArrayBuffer;
  /** Where the next array goes. */
  top: number;
  /** Scopes that are open. */
  depth = 0;
  /** Whether what is given back is made unusable; see `poisonReleased`. */
  poisons = false;
  /** From here on nothing was ever written. */
  #untouched: number;

  constructor() {
    const memory = reserve();
    const module = new WebAssembly.Module(
      Uint8Array.from(atob(compiledKernels), (c) => c.charCodeAt(0)),
    );
    const instance = new WebAssembly.Instance(module, { env: { memory } });
    this.exports = instance.exports as KernelExports;
    this.buffer = memory.buffer;
    this.top = aligned(this.exports.heapBase());
    this.#untouched = this.top;
  }

  holds(array: ArrayBufferView): boolean {
    return array.buffer === this.buffer;
  }

  /**
   * Takes the next bytes, whatever they hold.
   *
   * @returns their address, or undefined where there is no room for them
   */
  take(bytes: number, share: number): number | undefined {
    const at = this.top;
    const end = aligned(at + bytes);
    if (end > share * this.buffer.byteLength) return undefined;
    this.top = end;
    return at;
  }

  /** The same, of zeros. */
  takeZeros(bytes: number, share: number): number | undefined {
    const untouched = this.#untouched;
    const at = this.take(bytes, share);
    if (at !== undefined && at < untouched)
      new Uint8Array(this.buffer, at, Math.min(this.top, untouched) - at).fill(
        0,
      );
    this.#untouched = Math.max(untouched, this.top);
    return at;
  }

  /** Gives back all that was taken since the top was there. */
  release(top: number): void {
    this.#untouched = Math.max(this.#untouched, this.top);
    this.top = top;
  }

  /** Makes what was given back up to here unusable, where that is wanted. */
  poison(end: number): void {
    if (!this.poisons || end <= this.top) return;
    new Float32Array(this.buffer, this.top, (end - this.top) / 4).fill(NaN);
  }
}

function reserve(): { readonly buffer: ArrayBuffer } {
  for (let bytes = WANTED_BYTES; ; bytes /= 2) {
    const pages = bytes / PAGE_BYTES;
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages });
    } catch (error) {
      if (bytes <= LEAST_BYTES) throw error;
    }
  }
}

const aligned = (address: number): number =>
  Math.ceil(address / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;

let made: KernelMemory | undefined;
const memory = (): KernelMemory => (made ??= new KernelMemory());

/** What the compiled module offers. */
export const kernelExports = (): KernelExports => memory().exports;

/** An array of zeros: in the kernels' memory while a scope is open and as long as there is room, else an ordinary one. */
export function floats(count: number): Float32Array {
  if (made === undefined || made.depth === 0) return new Float32Array(count);
  const at = made.takeZeros(4 * count, RASTERS_SHARE);
  return at === undefined
    ? new Float32Array(count)
    : new Float32Array(made.buffer, at, count);
}

/**
 * Opens a scope: what `floats` gives from now on lies in the kernels' memory, and is void once the scope is disposed of. Scopes
 * nest. `onHeap` keeps a value beyond them.
 */
export function openScope(): Disposable {
  const kernels = memory();
  const { top } = kernels;
  kernels.depth++;
  return {
    [Symbol.dispose]() {
      const end = kernels.top;
      kernels.depth--;
      kernels.release(top);
      kernels.poison(end);
    },
  };
}

/**
 * From now on what is given back holds no numbers any more, so that whoever keeps an array beyond its scope, or counts on what
 * memory happens to hold, shows in the result; and a kernel that writes beyond its arrays throws. For tests: it takes time.
 */
export function poisonReleased(): void {
  memory().poisons = true;
}

/**
 * Does work in a scope of its own and moves the result out of it.
 *
 * @param work its result is made of plain objects, lists and arrays of numbers; what instances of classes hold is not moved
 * @returns the result, whose arrays lie in the scope around this one, or are ordinary ones where there is none
 */
export function scoped<T>(work: () => T): T {
  const kernels = memory();
  const { top, depth } = kernels;
  let end: number;
  let result: T;
  kernels.depth++;
  try {
    result = work();
    if (depth === 0) result = onHeap(result);
  } finally {
    end = kernels.top;
    kernels.depth--;
    kernels.release(top);
  }
  if (depth > 0) result = movedDown(kernels, result, top);
  kernels.poison(end);
  return result;
}

/** Moves what lies above `top` down to it, side by side, the lowest first so that nothing is written over before it is moved. */
function movedDown<T>(kernels: KernelMemory, value: T, top: number): T {
  const found: Float32Array[] = [];
  mapArrays(value, (array) => {
    if (kernels.holds(array) && array.byteOffset >= top) found.push(array);
    return array;
  });
  found.sort((a, b) => a.byteOffset - b.byteOffset);
  const moved = new Map<Float32Array, Float32Array>();
  const bytes = new Uint8Array(kernels.buffer);
  let from = top;
  let end = top;
  let to = top;
  for (const array of found) {
    const start = array.byteOffset;
    const stop = start + array.byteLength;
    // A part of the one before stays a part of it.
    if (start >= end) {
      from = start;
      to = kernels.top;
      end = start;
    }
    if (stop > end) {
      bytes.copyWithin(to + (end - from), end, stop);
      end = stop;
      kernels.release(aligned(to + (end - from)));
    }
    moved.set(
      array,
      new Float32Array(kernels.buffer, to + (start - from), array.length),
    );
  }
  return mapArrays(value, (array) => moved.get(array) ?? array);
}

/** The value with ordinary arrays in the place of those in the kernels' memory; see `scoped` for what it may be made of. */
export function onHeap<T>(value: T): T {
  const kernels = made;
  return kernels === undefined
    ? value
    : mapArrays(value, (array) =>
        kernels.holds(array) ? array.slice() : array,
      );
}

/** The value with every array of floats in its plain objects and lists replaced; itself where nothing is. */
function mapArrays<T>(
  value: T,
  replace: (array: Float32Array) => Float32Array,
): T {
  if (value instanceof Float32Array) return replace(value) as T;
  if (Array.isArray(value)) {
    const list = value.map((item: unknown) => mapArrays(item, replace));
    return list.some((item, i) => item !== value[i]) ? (list as T) : value;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value as Record<string, unknown>);
  const copies = entries.map(([key, item]) => [key, mapArrays(item, replace)]);
  return copies.some(([, item], i) => item !== entries[i]![1])
    ? (Object.fromEntries(copies) as T)
    : value;
}

/** What stands behind the arrays of a call where memory is poisoned, to see that no kernel writes there. */
const GUARD_BYTES = 64;
const GUARD_VALUE = 0xa5;

/** One call of a kernel: where its arrays lie, and room for what it needs; given back when disposed of. */
export class KernelCall implements Disposable {
  readonly #kernels = memory();
  readonly #top = this.#kernels.top;
  readonly #results: { readonly to: NumberArray; readonly at: number }[] = [];
  /** Addresses of the guards behind its arrays, where memory is poisoned. */
  readonly #guards: number[] = [];

  /** Address of what a kernel reads. */
  read(array: NumberArray): number {
    if (this.#kernels.holds(array)) return array.byteOffset;
    const at = this.scratch(array.byteLength);
    this.#bytes(at, array.byteLength).set(bytesOf(array));
    return at;
  }

  /** Address of what a kernel writes, whole; whatever it holds now. */
  write(array: NumberArray): number {
    if (this.#kernels.holds(array)) return array.byteOffset;
    const at = this.scratch(array.byteLength);
    this.#results.push({ to: array, at });
    return at;
  }

  /** Address of what a kernel reads and writes. */
  update(array: NumberArray): number {
    if (this.#kernels.holds(array)) return array.byteOffset;
    const at = this.read(array);
    this.#results.push({ to: array, at });
    return at;
  }

  /**
   * Address of room for so many bytes.
   *
   * @throws RangeError when it is more than there is
   */
  scratch(bytes: number): number {
    const { poisons } = this.#kernels;
    const whole = aligned(bytes);
    const at = this.#kernels.take(whole + (poisons ? GUARD_BYTES : 0), 1);
    if (at === undefined)
      throw new RangeError(`no room for ${bytes} bytes in the kernels' memory`);
    if (poisons) {
      this.#bytes(at + whole, GUARD_BYTES).fill(GUARD_VALUE);
      this.#guards.push(at + whole);
    }
    return at;
  }

  [Symbol.dispose](): void {
    for (const { to, at } of this.#results)
      bytesOf(to).set(this.#bytes(at, to.byteLength));
    const broken = this.#guards.some((at) =>
      this.#bytes(at, GUARD_BYTES).some((byte) => byte !== GUARD_VALUE),
    );
    const end = this.#kernels.top;
    this.#kernels.release(this.#top);
    this.#kernels.poison(end);
    if (broken) throw new Error("a kernel wrote beyond one of its arrays");
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#kernels.buffer, at, length);
  }
}

/** Arrays that kernels read and write. */
type NumberArray =
  Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

const bytesOf = (array: NumberArray): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
