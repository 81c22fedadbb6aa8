/** Counts what is sent to the GPU. */
export interface DispatchCount extends Disposable {
  /** Compute dispatches since the last reset. */
  readonly count: number;
  reset(): void;
}

/** Counts compute dispatches of all devices in this worker until it is disposed of. */
export function countDispatches(): DispatchCount {
  let count = 0;
  const encoder = (
    globalThis as {
      GPUComputePassEncoder?: { prototype: GPUComputePassEncoder };
    }
  ).GPUComputePassEncoder?.prototype;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called with its own `this` below
  const original = encoder?.dispatchWorkgroups;
  if (encoder !== undefined && original !== undefined) {
    encoder.dispatchWorkgroups = function (
      this: GPUComputePassEncoder,
      ...sizes
    ) {
      count++;
      original.apply(this, sizes);
    };
  }
  return {
    get count() {
      return count;
    },
    reset() {
      count = 0;
    },
    [Symbol.dispose]() {
      if (encoder !== undefined && original !== undefined)
        encoder.dispatchWorkgroups = original;
    },
  };
}
