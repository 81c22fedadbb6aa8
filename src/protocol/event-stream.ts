import * as v from "valibot";
import { type ServiceEvent, serviceEventSchema } from "./service-api.ts";
import type { SocketLike, Surroundings } from "./surroundings.ts";

/** Waits between attempts, in milliseconds: doubling from the first to the last. */
const FIRST_WAIT = 250;
/** Milliseconds: a service that starts again is seen within eight seconds. */
const LONGEST_WAIT = 8000;

/** Who follows the service. */
export interface EventWatch {
  /** The first event of every connection is a snapshot, so nothing need be asked for after a break. */
  readonly onEvent: (event: ServiceEvent) => void;
  /** True when connected; false when the connection broke and is tried again. */
  readonly onConnection?: (connected: boolean) => void;
}

/** Follows the service's events and connects again, ever more patiently, when the connection breaks. */
export class EventStream {
  readonly #address: string;
  readonly #protocols: readonly string[];
  readonly #watch: EventWatch;
  readonly #surroundings: Surroundings;
  #socket: SocketLike | undefined;
  #timer: unknown;
  #wait = FIRST_WAIT;
  #closed = false;

  constructor(
    address: string,
    protocols: readonly string[],
    watch: EventWatch,
    surroundings: Surroundings,
  ) {
    this.#address = address;
    this.#protocols = protocols;
    this.#watch = watch;
    this.#surroundings = surroundings;
    this.#connect();
  }

  /** Follows no more; nothing is told from now on. */
  close(): void {
    this.#closed = true;
    const { clearTimeout } = this.#surroundings;
    clearTimeout(this.#timer as never);
    this.#socket?.close();
  }

  #connect(): void {
    const { WebSocket } = this.#surroundings;
    const socket = new WebSocket(this.#address, [...this.#protocols]);
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#closed) return;
      this.#wait = FIRST_WAIT;
      this.#watch.onConnection?.(true);
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      if (this.#closed || typeof data !== "string") return;
      this.#watch.onEvent(v.parse(serviceEventSchema, JSON.parse(data)));
    };
    // An error is always followed by a close, and Node needs a listener.
    socket.onerror = () => undefined;
    socket.onclose = () => {
      if (this.#closed) return;
      this.#watch.onConnection?.(false);
      const { setTimeout } = this.#surroundings;
      this.#timer = setTimeout(() => {
        this.#connect();
      }, this.#wait);
      this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait);
    };
  }
}
