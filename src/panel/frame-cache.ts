import type { Pixels } from "./pixels.ts";

/** Decoded frames by name, the latest used last, as many as fit into a number of bytes. */
export class FrameCache {
  readonly #largestBytes: number;
  readonly #frames = new Map<string, Promise<Pixels>>();
  readonly #sizes = new Map<string, number>();

  constructor(largestBytes: number) {
    this.#largestBytes = largestBytes;
  }

  /** The frame of this name; `load` brings it when it is not there. What could not be loaded is tried again next time. */
  get(name: string, load: () => Promise<Pixels>): Promise<Pixels> {
    const frame = this.#frames.get(name) ?? load();
    this.#frames.delete(name);
    this.#frames.set(name, frame);
    frame.then(
      ({ data }) => {
        if (this.#frames.get(name) !== frame) return;
        this.#sizes.set(name, data.byteLength);
        this.#makeRoom();
      },
      () => this.#frames.delete(name),
    );
    return frame;
  }

  #makeRoom(): void {
    let bytes = [...this.#sizes.values()].reduce((a, b) => a + b, 0);
    for (const name of [...this.#frames.keys()].slice(0, -1)) {
      if (bytes <= this.#largestBytes) return;
      bytes -= this.#sizes.get(name) ?? 0;
      this.#sizes.delete(name);
      this.#frames.delete(name);
    }
  }
}
