import { rm } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { type ClipDescriptor, describeClip, readFrame } from "../media/clip.ts";
import { encodePng } from "../media/write-png.ts";
import type { ServiceJob } from "../protocol/service-api.ts";

/** Decoded movies are large; a panel shows one clip at a time. */
const MOST_CLIPS = 2;

/** The frames of jobs' clips, for a panel to show. A movie is decoded when its first frame is asked for, and kept for a while. */
export class SourceFrames {
  readonly #folder: string;
  /** By job, the latest used last. */
  readonly #clips = new Map<string, Promise<ClipDescriptor>>();

  /** @param folder for decoded movies; whatever is in it may be removed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * One frame of a job's clip.
   *
   * @param frameNumber counts from 1 within the job's range
   * @returns           a PNG file
   * @throws LaminaError `not-found`, and what `describeClip` and `readMediaFrame` throw
   */
  async png(job: ServiceJob, frameNumber: number): Promise<Buffer> {
    const clip = await this.#clip(job);
    if (!(frameNumber >= 1 && frameNumber <= clip.frameCount)) {
      throw new LaminaError({
        code: "not-found",
        what: `frame ${frameNumber}`,
      });
    }
    const { width, height } = clip;
    return encodePng(await readFrame(clip, frameNumber - 1), width, height, 3);
  }

  /** Lets go of a job's clip. */
  async forget(id: string): Promise<void> {
    const clip = this.#clips.get(id);
    if (clip === undefined) return;
    this.#clips.delete(id);
    await clip.catch(() => undefined);
    await rm(path.join(this.#folder, id), { recursive: true, force: true });
  }

  /** Removes all decoded movies, those of an earlier process too. */
  async clear(): Promise<void> {
    await Promise.all([...this.#clips.keys()].map((id) => this.forget(id)));
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #clip({ id, request }: ServiceJob): Promise<ClipDescriptor> {
    const opened =
      this.#clips.get(id) ??
      describeClip(request.clipPath, {
        range: request.range,
        workFolder: path.join(this.#folder, id),
        damaged: request.allowDamaged === true ? "hold" : "refuse",
        allowGaps: request.allowGaps === true,
        frameRate: request.frameRate,
        matrix: request.matrix,
        fields: request.fields,
      });
    this.#clips.delete(id);
    this.#clips.set(id, opened);
    const [oldest] = this.#clips.keys();
    if (this.#clips.size > MOST_CLIPS) await this.forget(oldest!);
    try {
      return await opened;
    } catch (error) {
      // What is missing now may be there the next time.
      await this.forget(id);
      throw error;
    }
  }
}
