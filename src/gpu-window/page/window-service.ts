import { gpuStrategy } from "../../autodiff/strategy.ts";
import { LaminaError } from "../../errors/failure.ts";
import type { OnnxRuntime } from "../../runtime/onnx-runtime.ts";
import { webRuntime } from "../../runtime/web-runtime.ts";
import { parityLosses } from "../../training/parity.ts";
import { timeSteps } from "../../training/time-steps.ts";
import { trainAssociation } from "../../training/train-association.ts";
import { tune } from "../../training/tune.ts";
import type { Guarded } from "../../protocol/rpc/guarded.ts";
import type {
  WindowAnswer,
  OwnerApi,
  WindowApi,
  WindowRun,
} from "../window-api.ts";
import { adapterFacts } from "./adapter.ts";
import { countDispatches } from "./dispatches.ts";
import type { PixelDevice } from "./pixel-device.ts";

/**
 * What the owner can call.
 *
 * @param pixels the device for all that is no training
 */
export function windowApi(
  owner: Guarded<OwnerApi>,
  pixels: PixelDevice,
): WindowApi {
  return {
    adapter: adapterFacts,
    parityLosses: (run) => answerWindow(() => parityLosses(runtimeFor(run))),
    tune: () => answerWindow(() => tune(webRuntime("webgpu"))),
    timeSteps: (run, steps) =>
      answerWindow(async () => {
        using dispatches = countDispatches();
        const millisecondsPerStep = await timeSteps(
          runtimeFor(run),
          steps,
          () => {
            dispatches.reset();
          },
        );
        const dispatchesPerStep = dispatches.count / steps;
        return { millisecondsPerStep, dispatchesPerStep };
      }),
    train: (run, data, settings, checkpoint, previewFrame) =>
      answerWindow(() =>
        trainAssociation(runtimeFor(run), data, settings, {
          onProgress: (done, total, loss) => {
            void owner.progress(done, total, loss ?? null);
          },
          checkpoint: {
            load: () => Promise.resolve(checkpoint ?? undefined),
            save: (bytes) => owner.saveCheckpoint(bytes),
          },
          ...(previewFrame !== null && {
            preview: {
              frame: previewFrame,
              show: (support) => {
                void owner.preview(support);
              },
            },
          }),
        }),
      ),
    enlargeBackground: (frame, size, small, ratio, offset, taps) =>
      pixels.enlarge(frame, {
        size,
        small,
        ratio: new Int32Array(ratio.slice().buffer),
        offset: new Int32Array(offset.slice().buffer),
        taps: new Uint32Array(taps.slice().buffer),
      }),
    echo: (data) => Promise.resolve(data),
  };
}

const runtimeFor = ({ backend, forms }: WindowRun): OnnxRuntime =>
  webRuntime(backend, forms && gpuStrategy(forms));

/** Runs a call; a failure becomes an answer, since an error loses its fields on the way. */
async function answerWindow<T>(
  work: () => Promise<T>,
): Promise<WindowAnswer<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof LaminaError)
      return { ok: false, failure: error.failure };
    throw error;
  }
}
