import type { TrainTasks } from "./train-tasks.ts";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { raster } from "../../kernels/raster.ts";
import type { LayerPreview } from "../request.ts";
import type { Job } from "../execution/job.ts";

/** Time that goes by between two previews, as a multiple of what one takes: training comes first. */
const REST = 3;

/** Makes previews of one frame out of what the network attributes; what comes while one is being made is left out. */
export class PreviewMaker {
  readonly frame: number;
  readonly #job: Job<TrainTasks>;
  readonly #show: (preview: LayerPreview) => void;
  #restsUntil = 0;
  #work: Promise<void> | undefined;

  /** @param frame 0-based */
  constructor(
    job: Job<TrainTasks>,
    frame: number,
    show: (preview: LayerPreview) => void,
  ) {
    this.frame = frame;
    this.#job = job;
    this.#show = show;
  }

  /** Takes `[N,H,W]` in [0, 1] at the network's size. */
  offer(support: Float32Array): void {
    if (this.#work !== undefined || performance.now() < this.#restsUntil)
      return;
    this.#work = this.#make(support);
    // Whoever waits for it hears of it.
    this.#work.catch(() => undefined);
  }

  /** Waits for the preview that is being made. */
  async settle(): Promise<void> {
    await this.#work;
  }

  async #make(support: Float32Array): Promise<void> {
    const began = performance.now();
    const { grid, masks } = this.#job.plan;
    const { artifacts } = this.#job;
    const folder = artifacts.folder("train").file("preview");
    await mkdir(folder, { recursive: true });
    const picture = raster(masks.length, grid.height, grid.width, support);
    const { frame } = this;
    await artifacts
      .elsewhere("train", folder)
      .write("support", frame, { support: picture });
    const files = Array.from({ length: masks.length + 1 }, (_, k) =>
      join(folder, `layer-${k}.png`),
    );
    await this.#job.pool.run({ kind: "preview-frame", frame, folder, files });
    const pictures = await Promise.all(
      files.map(async (file) => new Uint8Array(await readFile(file))),
    );
    this.#show({ frame, pictures });
    const now = performance.now();
    this.#restsUntil = now + REST * (now - began);
    this.#work = undefined;
  }
}

/**
 * The frame that shows all subjects best: in which the one that shows least of itself shows most.
 *
 * @param mask `[T,N,H,W]`
 */
export function tellingFrame(
  mask: Float32Array,
  frameCount: number,
  subjectCount: number,
): number {
  const area = mask.length / (frameCount * subjectCount);
  const sums = Array.from({ length: frameCount * subjectCount }, (_, k) =>
    mask.subarray(k * area, (k + 1) * area).reduce((sum, v) => sum + v, 0),
  );
  const most = Array.from({ length: subjectCount }, (_, i) =>
    Math.max(...sums.filter((_, k) => k % subjectCount === i), 1e-6),
  );
  const least = Array.from({ length: frameCount }, (_, t) =>
    Math.min(...most.map((all, i) => sums[t * subjectCount + i]! / all)),
  );
  return least.indexOf(Math.max(...least));
}
