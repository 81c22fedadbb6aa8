// What the client needs of where it runs. A browser's `window` fits as it is; in Node, `WebSocket` comes from a package.

/** As much of a WebSocket as the client uses. */
export interface SocketLike {
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: never) => unknown) | null;
  onclose: ((event: never) => unknown) | null;
  onerror: ((event: never) => unknown) | null;
  binaryType: "arraybuffer" | "blob" | "nodebuffer" | "fragments";
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** As much of fetch's answer as the client uses. */
export interface AnswerLike {
  readonly ok: boolean;
  readonly status: number;
  text(): Promise<string>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** As much of fetch's options as the client uses. */
interface RequestLike {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** The surroundings' own kind of signal, whatever that is. */
  readonly signal: never;
}

/** What the client takes from its surroundings. */
export interface Surroundings {
  readonly fetch: (
    address: string,
    options: RequestLike,
  ) => Promise<AnswerLike>;
  readonly WebSocket: new (address: string, protocols: string[]) => SocketLike;
  readonly AbortController: new () => {
    readonly signal: unknown;
    abort(): void;
  };
  readonly setTimeout: (work: () => void, milliseconds: number) => unknown;
  readonly clearTimeout: (timer: never) => void;
}
