import * as ort from "onnxruntime-web/webgpu";
import { type Strategy, strategies } from "../autodiff/strategy.ts";
import type { OnnxRuntime } from "./onnx-runtime.ts";

/** Reading the loss stalls the GPU's queue; ten steps are a fraction of a second. */
const STEPS_PER_LOOK = 10;

/**
 * ONNX Runtime in a browser. One build holds both backends, the processor in WebAssembly and the GPU.
 *
 * @param strategy operator forms; the backend's own when absent
 */
export function webRuntime(
  backend: "wasm" | "webgpu",
  strategy: Strategy = strategies[
    backend === "wasm" ? "reproducible" : "webgpu"
  ],
): OnnxRuntime {
  const onGpu = backend === "webgpu";
  return {
    backend,
    strategy,
    stepsPerReport: onGpu ? STEPS_PER_LOOK : 1,
    Tensor: ort.Tensor,
    createSession: async (bytes, resident) => {
      const session = await ort.InferenceSession.create(bytes, {
        executionProviders: [backend],
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
        preferredOutputLocation: onGpu && resident ? "gpu-buffer" : "cpu",
        extra: {
          session: {
            // An operator that falls back to the processor stalls every step: better no model than a slow one.
            ...(onGpu ? { disable_cpu_ep_fallback: "1" } : {}),
          },
        },
      });
      if (onGpu) await watchDevice();
      return session;
    },
  };
}

/** What a device tells of its end. */
interface LosableDevice {
  readonly lost: Promise<{ readonly reason: string }>;
  onuncapturederror: ((event: never) => void) | null;
}

let watched: LosableDevice | undefined;
let deviceFailed: () => void = () => undefined;

/** Sessions wait for ever on a device that is gone, and go on with wrong numbers after an error: both must be heard of. */
async function watchDevice(): Promise<void> {
  const device = (await webGpuDevice()) as LosableDevice;
  if (device === watched) return;
  watched = device;
  device.onuncapturederror = deviceFailed;
  void device.lost.then(({ reason }) => {
    // ONNX Runtime itself destroys the device when the last session is released.
    if (reason !== "destroyed") deviceFailed();
  });
}

/**
 * Says where the WebAssembly lies and how it is to run; to be called before the first session.
 *
 * @param wasmAddress address of the .wasm file that belongs to the webgpu build
 * @param onDeviceFailed called when the GPU is lost or meets an error; nothing it computes is worth anything then
 */
export function prepareWebRuntime(
  wasmAddress: string,
  onDeviceFailed: () => void,
): void {
  deviceFailed = onDeviceFailed;
  ort.env.wasm.wasmPaths = { wasm: wasmAddress };
  // A training step is too small to gain from threads.
  ort.env.wasm.numThreads = 1;
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- a device of our own would have to ask for what ONNX Runtime needs
  ort.env.webgpu.powerPreference = "high-performance";
  ort.env.logLevel = "error";
}

/** The device on which the sessions run; there is one once a session was made. */
const webGpuDevice = (): Promise<unknown> => ort.env.webgpu.device;
