import { KernelCall, kernelExports } from "./memory.ts";
import type { Raster } from "./raster.ts";

/** `to ← to + share·from`, in place. */
export function addShare(to: Raster, from: Raster, share: number): void {
  using call = new KernelCall();
  const target = call.update(to.data);
  const source = call.read(from.data);
  kernelExports().addShare(target, source, to.data.length, share);
}

/** `to ← to + share·clip((from + offset)·gain − offset, 0, 1)`, in place: a picture as another exposure shows it. */
export function addExposed(
  to: Raster,
  from: Raster,
  share: number,
  gain: number,
  offset: number,
): void {
  using call = new KernelCall();
  const target = call.update(to.data);
  const source = call.read(from.data);
  // prettier-ignore
  kernelExports().addExposed(target, source, to.data.length, share, gain, offset);
}

/** `picture ← clip(picture, 0, 1)`, in place. */
export function clipToUnit({ data }: Raster): void {
  using call = new KernelCall();
  kernelExports().clipUnit(call.update(data), data.length);
}
