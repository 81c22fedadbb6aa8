import { create, globals } from "webgpu";

/** A GPU that Dawn, Chromium's WebGPU, has opened in this process. */
export interface Dawn {
  readonly adapter: GPUAdapter;
  readonly device: GPUDevice;
  /** A processor that plays the GPU. */
  readonly software: boolean;
}

/** Kept as long as the process lives: what Dawn made of it does not survive it. */
let instance: GPU | undefined;

/** The adapter; Dawn's own order puts a real GPU before what plays one. */
export async function dawnAdapter(): Promise<GPUAdapter> {
  Object.assign(globalThis, globals);
  instance ??= create([]);
  const adapter = await instance.requestAdapter({
    powerPreference: "high-performance",
  });
  if (adapter === null)
    throw new Error("Dawn finds no adapter: no Vulkan driver that it takes");
  return adapter;
}

/** Whether a processor plays the adapter. */
export const isSoftware = ({ info }: GPUAdapter): boolean =>
  info.isFallbackAdapter ||
  /swiftshader|llvmpipe|software/i.test(
    `${info.architecture} ${info.description} ${info.device}`,
  );

/** Opens the adapter with all the memory that it gives. */
export async function openDawn(): Promise<Dawn> {
  const adapter = await dawnAdapter();
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  device.onuncapturederror = ({ error }) => {
    console.error(error.message.trim().replaceAll(/\s*\n\s*/g, " "));
    process.exit(1);
  };
  return { adapter, device, software: isSoftware(adapter) };
}
