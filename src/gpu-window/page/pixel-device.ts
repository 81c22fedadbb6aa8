import { BackgroundEnlarger } from "./enlarge-background.ts";

/** The worker's device for pixels; ONNX Runtime has one of its own. */
export class PixelDevice {
  readonly #onFailed: () => void;
  #enlarger: Promise<BackgroundEnlarger | null> | undefined;
  /** One frame after the other: they share the device's memory. */
  #last: Promise<unknown> = Promise.resolve();

  /** @param onFailed called when the device is lost or meets an error; nothing it computes is worth anything then */
  constructor(onFailed: () => void) {
    this.#onFailed = onFailed;
  }

  /** `BackgroundEnlarger.enlarge` on a device that is opened for the first frame; null where there is none, or none any more. */
  enlarge(
    ...told: Parameters<BackgroundEnlarger["enlarge"]>
  ): Promise<Uint8Array | null> {
    const result = this.#last.then(async () => {
      try {
        this.#enlarger ??= this.#open();
        return (await (await this.#enlarger)?.enlarge(...told)) ?? null;
      } catch (error) {
        // A device that is refused, or lost while it computes.
        if (error instanceof DOMException) return null;
        throw error;
      }
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async #open(): Promise<BackgroundEnlarger | null> {
    const gpu = (navigator as Partial<Navigator>).gpu;
    const adapter = await gpu?.requestAdapter({
      powerPreference: "high-performance",
    });
    if (!adapter) return null;
    const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
    const device = await adapter.requestDevice({
      requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
    });
    device.onuncapturederror = this.#onFailed;
    void device.lost.then(this.#onFailed);
    return new BackgroundEnlarger(device);
  }
}
