import type { WebSocket } from "ws";
import type { ServiceEvent, ServiceJob } from "../protocol/service-api.ts";
import type { JobQueue } from "./job-queue.ts";

/** A job that trains reports many times a second; nobody reads that fast. */
const QUIET_BETWEEN_EVENTS_MS = 100;
/** A reader that is so far behind is not reading; it gets a snapshot when it comes back. */
const LONGEST_BACKLOG_BYTES = 8 << 20;

/**
 * Tells sockets of all changes of a queue: everything there is when a socket opens, then each change, at most ten times a
 * second for a job. What comes quicker is left out, except for the last.
 */
export class JobEvents implements Disposable {
  readonly #queue: JobQueue;
  readonly #sockets = new Set<WebSocket>();
  /** Jobs that were told of a moment ago, with the change that came since. */
  readonly #quiet = new Map<
    string,
    { timer: NodeJS.Timeout; next?: ServiceJob }
  >();
  readonly #stops: readonly (() => void)[];

  constructor(queue: JobQueue) {
    this.#queue = queue;
    this.#stops = [
      queue.listen((id, job) => {
        this.#changed(id, job);
      }),
      queue.listenToPauses(() => {
        this.#send(this.#snapshot());
      }),
    ];
  }

  /** How many follow. */
  get followers(): number {
    return this.#sockets.size;
  }

  /** Takes over an open socket. */
  accept(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
    });
    socket.send(JSON.stringify(this.#snapshot()));
  }

  [Symbol.dispose](): void {
    for (const stop of this.#stops) stop();
    for (const { timer } of this.#quiet.values()) clearTimeout(timer);
  }

  #snapshot(): ServiceEvent {
    const { isPaused } = this.#queue;
    return { kind: "snapshot", jobs: this.#queue.list(), paused: isPaused };
  }

  #changed(id: string, job: ServiceJob | undefined): void {
    const quiet = this.#quiet.get(id);
    if (job === undefined) {
      clearTimeout(quiet?.timer);
      this.#quiet.delete(id);
      this.#send({ kind: "forgotten", id });
    } else if (quiet === undefined) {
      this.#tell(job);
    } else {
      quiet.next = job;
    }
  }

  #tell(job: ServiceJob): void {
    this.#send({ kind: "job", job });
    const timer = setTimeout(() => {
      const next = this.#quiet.get(job.id)?.next;
      this.#quiet.delete(job.id);
      if (next !== undefined) this.#tell(next);
    }, QUIET_BETWEEN_EVENTS_MS);
    this.#quiet.set(job.id, { timer });
  }

  #send(event: ServiceEvent): void {
    const text = JSON.stringify(event);
    for (const socket of this.#sockets) {
      if (socket.bufferedAmount > LONGEST_BACKLOG_BYTES) socket.terminate();
      else socket.send(text);
    }
  }
}
