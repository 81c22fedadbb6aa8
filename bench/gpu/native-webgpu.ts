import type { InferenceSession } from "onnxruntime-common";
import { parametersInput } from "../../src/autodiff/network.ts";
import { adam } from "../../src/autodiff/optimizer.ts";
import { type Strategy, strategies } from "../../src/autodiff/strategy.ts";
import { native } from "../../src/runtime/native-library.ts";
import type { OnnxRuntime } from "../../src/runtime/onnx-runtime.ts";
import { adamOptions } from "../../src/vision/association/schedule.ts";

/** What of a native WebGPU session may be different. */
export interface NativeWebGpuOptions {
  readonly strategy?: Strategy;
  /** Whether a training run's state travels to memory and back at every step. */
  readonly stateTravels?: boolean;
  /** Options of ONNX Runtime's provider that its binding for Node knows. */
  readonly provider?: Readonly<Record<string, string>>;
  /** Those that it does not know, and that go another way. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Path that profiles begin with; none are written without it. */
  readonly profile?: string;
}

/** Outputs that the next step is fed. */
const stateOutputs = [
  parametersInput,
  ...adam(adamOptions).states.map(({ name }) => name),
].map((name) => `${name}.next`);

/** ONNX Runtime's WebGPU provider in its native library, which holds Dawn: the browser's own, without the browser. */
export const nativeWebGpu = ({
  strategy = strategies.webgpu,
  stateTravels = false,
  provider = {},
  settings = {},
  profile,
}: NativeWebGpuOptions = {}): OnnxRuntime => ({
  backend: "webgpu",
  strategy,
  stepsPerReport: 10,
  Tensor: native.Tensor,
  createSession: async (bytes, resident) => {
    const session = await native.InferenceSession.create(bytes, {
      executionProviders: [{ name: "webgpu", ...provider }],
      graphOptimizationLevel: "all",
      logSeverityLevel: 3,
      // Its own download of a tensor that lies on the GPU ends the process (1.30.0), so only the state stays there, unread.
      ...(resident &&
        !stateTravels && {
          preferredOutputLocation: Object.fromEntries(
            stateOutputs.map((name) => [name, "gpu-buffer" as const]),
          ),
        }),
      ...(profile !== undefined && {
        enableProfiling: true,
        profileFilePrefix: profile,
      }),
      extra: {
        session: { disable_cpu_ep_fallback: "1" },
        ep: { webgpuexecutionprovider: settings },
      },
    });
    return profile === undefined ? session : endsProfiling(session);
  },
});

/** A profile is whole only when it was ended. */
export function endsProfiling(session: InferenceSession): InferenceSession {
  const release = session.release.bind(session);
  session.release = () => {
    session.endProfiling();
    return release();
  };
  return session;
}
