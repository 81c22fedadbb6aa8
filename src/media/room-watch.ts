import { LaminaError } from "../errors/failure.ts";
import { type FreeRoom, freeRoom } from "./free-room.ts";

/** Half a second: a quick disk takes 1 GB/s, so a writer at full speed is seen within a few times the reserve. */
const LOOK_EVERY_MS = 500;

/**
 * Looks at what the disks have left while something is written to them, and stops the writing while there still is some room
 * for other programs, whose unsaved work would be lost on a full disk. Whoever writes goes by `signal`.
 */
export class RoomWatch implements Disposable {
  /** Aborted by the one that was given, or, with `full` as its reason, when room runs out. */
  readonly signal: AbortSignal;
  readonly #paths: string[];
  readonly #measure: (path: string) => Promise<FreeRoom>;
  readonly #stop = new AbortController();
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;

  /**
   * @param paths   what is written to, files or folders, which need not exist yet
   * @param measure what a disk has left
   */
  constructor(
    paths: readonly string[],
    signal: AbortSignal,
    measure: (path: string) => Promise<FreeRoom> = freeRoom,
  ) {
    this.#paths = [...paths];
    this.#measure = measure;
    this.signal = AbortSignal.any([signal, this.#stop.signal]);
    this.#timer = setInterval(() => void this.look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** `disk-full` when room has run out; undefined before. */
  get full(): LaminaError | undefined {
    const reason: unknown = this.#stop.signal.reason;
    return reason instanceof LaminaError ? reason : undefined;
  }

  /** Looks at another path from now on. */
  async add(path: string): Promise<void> {
    this.#paths.push(path);
    await this.look();
    this.signal.throwIfAborted();
  }

  /** Looks now, one look at a time. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    for (const path of [...this.#paths]) {
      // A disk that is gone is told by whoever writes to it.
      const room = await this.#measure(path).catch(() => undefined);
      if (room === undefined || room.freeBytes >= room.reserveBytes) continue;
      const { freeBytes } = room;
      this.#stop.abort(new LaminaError({ code: "disk-full", path, freeBytes }));
      return;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

/**
 * Does work that writes to `paths` and goes by the watch's signal, under a `RoomWatch`.
 *
 * @throws LaminaError `disk-full` when room ran out, whatever the work threw while it was being stopped; what the work throws else
 */
export async function watchingRoom<Result>(
  paths: readonly string[],
  signal: AbortSignal,
  work: (room: RoomWatch) => Promise<Result>,
): Promise<Result> {
  using room = new RoomWatch(paths, signal);
  try {
    return await work(room);
  } catch (error) {
    throw signal.aborted ? error : (room.full ?? error);
  }
}
