/** What follows after what in a clip: work of one worker, or messages for all of them. */
export interface Phase {
  /** Messages that can be done at the same time. */
  readonly messages: number;
  /** Processor seconds of each. */
  readonly seconds: number;
  /** Bytes that each reads and writes. */
  readonly bytes: number;
}

/** A farm, and what it is given. */
export interface SimulatedFarm {
  /** With one task at a time each. */
  readonly workers: number;
  readonly clips: number;
  /** Of every clip, in order. */
  readonly phases: readonly Phase[];
  /** Seconds of Redis for a message; it does one thing at a time. */
  readonly redisSeconds: number;
  /** Seconds of a worker for a message beside its tasks. */
  readonly messageSeconds: number;
  /** Bytes a second of the storage, all workers together, and of one worker's way to it. */
  readonly storageBytes: number;
  readonly linkBytes: number;
}

/** What keeps a farm from being quicker. */
export type Bottleneck = "work" | "one clip's chain" | "storage" | "Redis";

/** How a farm fared. */
export interface SimulatedRun {
  /** Seconds until the last clip is done. */
  readonly makespan: number;
  /** Processor time of the clips alone, as a share of what all workers had. */
  readonly efficiency: number;
  readonly bottleneck: Bottleneck;
}

/** Share of the makespan in which a shared thing is busy, from which on it is what everybody waits for. */
const SATURATED = 0.9;
/** A makespan that exceeds the chain of one clip by less than this is that chain. */
const CHAIN_RATIO = 1.3;

/**
 * Follows every message of every clip: each worker leads one clip, whose next phase begins when all messages of the last are done, and
 * takes the oldest message there is. The storage serves who comes first, each no quicker than its way to it.
 */
export function simulateFarm(farm: SimulatedFarm): SimulatedRun {
  const { workers, clips, phases } = farm;
  const phaseOf = new Int32Array(clips).fill(-1);
  const left = new Int32Array(clips);
  const running = new EventHeap(workers);
  /** Clips with messages that nobody has begun, oldest first, and how many. */
  const queue: { readonly clip: number; count: number }[] = [];
  let head = 0;
  let led = 0;
  let now = 0;
  let redisFree = 0;
  let redisBusy = 0;
  let storageFree = 0;
  let storageBusy = 0;
  const advance = (clip: number): void => {
    const next = ++phaseOf[clip]!;
    if (next === phases.length) {
      if (led < clips) advance(led++);
      return;
    }
    left[clip] = phases[next]!.messages;
    queue.push({ clip, count: phases[next]!.messages });
  };
  while (led < Math.min(clips, workers)) advance(led++);
  for (;;) {
    while (running.size < workers && head < queue.length) {
      const entry = queue[head]!;
      if (--entry.count === 0) head++;
      const { seconds, bytes } = phases[phaseOf[entry.clip]!]!;
      redisFree = Math.max(redisFree, now) + farm.redisSeconds;
      redisBusy += farm.redisSeconds;
      storageFree = Math.max(storageFree, now) + bytes / farm.storageBytes;
      storageBusy += bytes / farm.storageBytes;
      const moving = Math.max(bytes / farm.linkBytes, storageFree - now);
      running.push(
        redisFree + farm.messageSeconds + seconds + moving,
        entry.clip,
      );
    }
    if (running.size === 0) break;
    const { time, clip } = running.pop();
    now = time;
    if (--left[clip]! === 0) advance(clip);
    if (head > 100_000) {
      queue.splice(0, head);
      head = 0;
    }
  }
  const work = phases.reduce((sum, p) => sum + p.messages * p.seconds, 0);
  const chain = phases.reduce(
    (sum, { seconds, bytes }) => sum + seconds + bytes / farm.linkBytes,
    0,
  );
  return {
    makespan: now,
    efficiency: (work * clips) / (workers * now),
    bottleneck:
      redisBusy > SATURATED * now
        ? "Redis"
        : storageBusy > SATURATED * now
          ? "storage"
          : workers > 1 && now < CHAIN_RATIO * chain
            ? "one clip's chain"
            : "work",
  };
}

/** What ends next: a binary heap. */
class EventHeap {
  readonly #times: Float64Array;
  readonly #clips: Int32Array;
  size = 0;

  constructor(capacity: number) {
    this.#times = new Float64Array(capacity);
    this.#clips = new Int32Array(capacity);
  }

  push(time: number, clip: number): void {
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#times[parent]! <= time) break;
      this.#times[at] = this.#times[parent]!;
      this.#clips[at] = this.#clips[parent]!;
      at = parent;
    }
    this.#times[at] = time;
    this.#clips[at] = clip;
  }

  pop(): { readonly time: number; readonly clip: number } {
    const first = { time: this.#times[0]!, clip: this.#clips[0]! };
    const last = --this.size;
    const time = this.#times[last]!;
    const clip = this.#clips[last]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= last) break;
      if (child + 1 < last && this.#times[child + 1]! < this.#times[child]!)
        child++;
      if (this.#times[child]! >= time) break;
      this.#times[at] = this.#times[child]!;
      this.#clips[at] = this.#clips[child]!;
      at = child;
    }
    this.#times[at] = time;
    this.#clips[at] = clip;
    return first;
  }
}
