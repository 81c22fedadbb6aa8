import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { wrap } from "comlink";
import type { WebSocket } from "ws";
import { LaminaError } from "../errors/failure.ts";
import { folderHandler } from "../local-http/file-answer.ts";
import { LocalHttpServer } from "../local-http/local-http-server.ts";
import { makeSecret } from "../local-http/secret.ts";
import { TicketDoor } from "../local-http/ticket-door.ts";
import { windowPagePath, windowSocketPath } from "./addresses.ts";
import { findBrowser } from "./browser/find-browser.ts";
import { type HiddenBrowser, launchBrowser } from "./browser/launch-browser.ts";
import { type Guarded, guarded } from "../protocol/rpc/guarded.ts";
import { offer } from "../protocol/rpc/offer.ts";
import { SocketLink } from "../protocol/rpc/socket-endpoint.ts";
import { Watchdog } from "./watchdog.ts";
import type { OwnerApi, WindowApi } from "./window-api.ts";

/** How to open a window. */
export interface WindowOptions {
  /** Let the processor play the GPU: for tests. */
  readonly softwareAdapter: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Who is told what the window reports while it trains. */
export type WindowListener = Omit<OwnerApi, "beat">;

/** A browser that is new to the disk takes its time; one that has not come by then will not. */
const OPENS_WITHIN_MS = 30_000;
/** The masks of a long clip come as one message. */
const LONGEST_WINDOW_MESSAGE_BYTES = 1 << 30;

const nobody: WindowListener = {
  progress: () => undefined,
  preview: () => undefined,
  saveCheckpoint: () => Promise.resolve(),
};

/**
 * The hidden window: a browser that opened our page, whose worker answers calls. When the browser dies, hangs or is ended, every
 * pending call rejects with `window-lost`. Dispose of it: nothing of the browser stays behind.
 */
export class GpuWindow implements AsyncDisposable {
  readonly api: Guarded<WindowApi>;
  /** Path of the browser's program. */
  readonly program: string;
  /** The browser's process. */
  readonly pid: number;
  /** Where its page is served to it. */
  readonly origin: string;
  /** Told what the window reports. */
  listener: WindowListener = nobody;
  readonly #parts: Parts;

  private constructor(program: string, pid: number, parts: Parts) {
    const { link, lost, origin } = parts;
    this.origin = origin;
    this.program = program;
    this.pid = pid;
    this.#parts = parts;
    const remote = wrap<WindowApi>(link.endpoint("calls"));
    this.api = guarded<WindowApi>(remote, lost);
    const owner: OwnerApi = {
      beat: () => undefined,
      progress: (done, total, loss) => {
        this.listener.progress(done, total, loss);
      },
      preview: (support) => {
        this.listener.preview(support);
      },
      saveCheckpoint: (bytes) => this.listener.saveCheckpoint(bytes),
    };
    offer(owner, link.endpoint("calls-back"));
  }

  /**
   * Starts a server for the page and a browser on it, and waits until its worker calls back.
   *
   * @throws LaminaError `browser-missing`, `browser-broken`
   * @throws the signal's reason; an aborted signal also ends a window that is open
   */
  static async open({
    softwareAdapter,
    signal,
  }: WindowOptions): Promise<GpuWindow> {
    signal?.throwIfAborted();
    const program = findBrowser();
    const connected = promise<WebSocket>();
    const door = new TicketDoor();
    const server = await LocalHttpServer.start({
      policy: { token: makeSecret(), door },
      routes: (app) => {
        app.get(
          `${windowPagePath}*`,
          folderHandler(pageFolder(), windowPagePath),
        );
      },
      sockets: {
        [windowSocketPath]: {
          longestMessageBytes: LONGEST_WINDOW_MESSAGE_BYTES,
          accept: connected.resolve,
        },
      },
      onBug: connected.reject,
    });
    let browser: HiddenBrowser | undefined;
    try {
      const address = `${server.origin}${windowPagePath}?ticket=${door.issue()}`;
      browser = await launchBrowser(program, address, { softwareAdapter });
      const socket = await firstOf(connected.promise, browser, program, signal);
      return new GpuWindow(
        program,
        browser.pid,
        assemble(server, browser, socket, signal),
      );
    } catch (error) {
      await browser?.[Symbol.asyncDispose]();
      await server.close();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.close();
  }
}

/** What a window consists of, once its worker has called. */
interface Parts {
  readonly origin: string;
  readonly link: SocketLink;
  /** Rejects when the worker is gone. */
  readonly lost: Promise<never>;
  readonly close: () => Promise<void>;
}

function assemble(
  server: LocalHttpServer,
  browser: HiddenBrowser,
  socket: WebSocket,
  signal: AbortSignal | undefined,
): Parts {
  const loss = promise<never>();
  const link = new SocketLink(socket);
  const end = (): void => {
    socket.terminate();
  };
  const watchdog = new Watchdog(end);
  signal?.addEventListener("abort", end, { once: true });
  socket.on("message", (bytes: Buffer) => {
    watchdog.alive();
    try {
      link.receive(bytes);
    } catch {
      // Not a message of ours: whoever speaks there is no window any more.
      end();
    }
  });
  socket.on("close", () => {
    watchdog[Symbol.dispose]();
    loss.reject(
      signal?.aborted
        ? (signal.reason as Error)
        : new LaminaError({ code: "window-lost" }),
    );
  });
  return {
    origin: server.origin,
    link,
    lost: loss.promise,
    close: async () => {
      signal?.removeEventListener("abort", end);
      socket.terminate();
      await browser[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** The worker's socket, unless the browser ends, takes too long or is no longer wanted. */
async function firstOf(
  connected: Promise<WebSocket>,
  browser: HiddenBrowser,
  program: string,
  signal: AbortSignal | undefined,
): Promise<WebSocket> {
  const failed = promise<never>();
  const broken = (detail: string): void => {
    failed.reject(new LaminaError({ code: "browser-broken", program, detail }));
  };
  void browser.ended.then((words) => {
    broken(`it ended at once, saying: ${words.split("\n").at(-1) ?? ""}`);
  });
  const timer = setTimeout(() => {
    broken(`its page did not open within ${OPENS_WITHIN_MS / 1000} seconds`);
  }, OPENS_WITHIN_MS);
  const abort = (): void => {
    failed.reject(signal!.reason as Error);
  };
  signal?.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([connected, failed.promise]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
    failed.promise.catch(() => undefined);
  }
}

/** The built page: beside the bundle, or where the build puts it when this runs from its source. */
function pageFolder(): string {
  const places = ["./window/", "../../dist/window/"].map((place) =>
    fileURLToPath(new URL(place, import.meta.url)),
  );
  return places.find((place) => existsSync(`${place}index.html`)) ?? places[0]!;
}

interface Settled<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function promise<T>(): Settled<T> {
  let settle: Omit<Settled<T>, "promise"> | undefined;
  const made = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise: made, ...settle! };
}
