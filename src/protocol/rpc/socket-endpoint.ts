import type { Endpoint } from "comlink";
import { decodeMessage, encodeMessage } from "./message-codec.ts";

/** As much of a WebSocket as calls need; a browser's and that of Node's `ws` both have it. */
export interface BinarySocket {
  send(bytes: Uint8Array<ArrayBuffer>): void;
}

/** The two directions of calls over one socket: those of the side that has work done, and what it is told meanwhile. */
export type Channel = "calls" | "calls-back";

interface ChannelEnvelope {
  readonly channel: Channel;
  readonly message: unknown;
}

/** Hears messages as DOM listeners do. */
export type MessageListener = (event: { readonly data: unknown }) => void;

/**
 * Carries comlink's messages over a WebSocket, each as one binary message, in two channels: one for calls, one for calls back. Nothing can be transferred, so callbacks do not travel; the other side offers an object instead.
 */
export class SocketLink {
  readonly #socket: BinarySocket;
  readonly #listeners = new Map<Channel, Set<MessageListener>>();

  constructor(socket: BinarySocket) {
    this.#socket = socket;
  }

  /** One channel, as comlink wants it. */
  endpoint(channel: Channel): Endpoint {
    const listeners =
      this.#listeners.get(channel) ?? new Set<MessageListener>();
    this.#listeners.set(channel, listeners);
    return {
      postMessage: (message: unknown) => {
        const envelope: ChannelEnvelope = { channel, message };
        this.#socket.send(encodeMessage(envelope));
      },
      addEventListener: (_: string, listener: unknown) => {
        listeners.add(listener as MessageListener);
      },
      removeEventListener: (_: string, listener: unknown) => {
        listeners.delete(listener as MessageListener);
      },
    };
  }

  /**
   * Takes a message that came in.
   *
   * @throws RangeError, Error when the bytes are no message
   */
  receive(bytes: Uint8Array): void {
    const { channel, message } = decodeMessage(bytes) as ChannelEnvelope;
    for (const listener of this.#listeners.get(channel) ?? [])
      listener({ data: message });
  }
}
