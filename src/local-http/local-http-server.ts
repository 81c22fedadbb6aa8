import { once } from "node:events";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { Duplex } from "node:stream";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { type WebSocket, WebSocketServer } from "ws";
import { LaminaError } from "../errors/failure.ts";
import type { Failure } from "../errors/failure-codes.ts";
import {
  hasSession,
  type LocalHttpPolicy,
  mayConnect,
  mayRequest,
  sessionCookie,
  socketProtocol,
} from "./credentials.ts";
import { limitConnections } from "./connection-limit.ts";
import { type Address, checkAddress, ownOrigin } from "./gate.ts";
import { keepAlive } from "./heartbeat.ts";
import { crossOriginAnswers, securityHeaders } from "./security-headers.ts";
import { errorAnswer, failureAnswer } from "./wire-answer.ts";

/** Routes are added to this; whoever reaches one has shown the credentials. */
export type LocalHttpApp = Hono<{ Bindings: HttpBindings }>;

/** A path under which WebSockets are accepted. */
export interface SocketRoute {
  /** A longer message ends the connection with code 1009. */
  readonly longestMessageBytes: number;
  /** Takes over an open socket whose peer has shown the credentials. */
  readonly accept: (socket: WebSocket, request: IncomingMessage) => void;
}

/** What a server is made of. */
export interface LocalHttpOptions {
  readonly policy: LocalHttpPolicy;
  /** Adds the HTTP routes. */
  readonly routes: (app: LocalHttpApp) => void;
  /** WebSocket routes by path. */
  readonly sockets?: Readonly<Record<string, SocketRoute>>;
  /** Listens here; on a free port when absent. */
  readonly port?: number | undefined;
  /** Its pages say in a `<base>` where their relative addresses begin; refused when absent. */
  readonly pagesNameBase?: boolean;
  /** Largest body in bytes for a path; 1 MB for all when absent. */
  readonly largestBodyBytes?: (path: string) => number;
  /** Told of errors that are nobody's expected failure. */
  readonly onBug: (error: unknown) => void;
}

/** Bytes of a body where nothing is uploaded: calls are small records. */
const LARGEST_PLAIN_BODY_BYTES = 1 << 20;
/** Milliseconds; peers are on this machine, which sends headers at once. */
const HEADERS_WITHIN_MS = 10_000;
/** Milliseconds for a whole request, uploads included; set once, with no other value on record. */
const REQUEST_WITHIN_MS = 120_000;
/** Far more than panels open; set once, with no other value on record. */
const MOST_CONNECTIONS = 256;

/**
 * An HTTP and WebSocket server for programs and pages on this machine alone. It listens on 127.0.0.1, answers only to that
 * name, only to accepted origins, and only to whoever has the credentials; everything that comes in is bounded.
 */
export class LocalHttpServer implements AsyncDisposable {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly #server: Server;
  readonly #doors: ReadonlyMap<string, WebSocketServer>;

  private constructor(server: Server, options: LocalHttpOptions) {
    const at = server.address();
    this.port = typeof at === "object" && at !== null ? at.port : 0;
    this.origin = ownOrigin(this.port);
    this.#server = server;
    const { policy, sockets = {} } = options;
    const address = { port: this.port, origins: policy.origins ?? [] };
    server.on("request", requestListener(options, address));
    this.#doors = new Map(
      Object.entries(sockets).map(([path, route]) => [path, socketDoor(route)]),
    );
    server.on("upgrade", (request, socket: Duplex, head) => {
      this.#upgrade(request, socket, head, policy, address);
    });
  }

  /**
   * Starts a server.
   *
   * @throws LaminaError `port-taken`
   */
  static async start(options: LocalHttpOptions): Promise<LocalHttpServer> {
    const server = createServer({
      headersTimeout: HEADERS_WITHIN_MS,
      requestTimeout: REQUEST_WITHIN_MS,
      connectionsCheckingInterval: HEADERS_WITHIN_MS / 2,
    });
    limitConnections(server, MOST_CONNECTIONS);
    const { port = 0 } = options;
    server.listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : "";
      if (code === "EADDRINUSE" || code === "EACCES") {
        throw new LaminaError({ code: "port-taken", port }, { cause: error });
      }
      throw error;
    }
    return new LocalHttpServer(server, options);
  }

  /** Ends all connections at once and listens no more. */
  async close(): Promise<void> {
    for (const door of this.#doors.values()) {
      for (const socket of door.clients) socket.terminate();
    }
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => {
        resolve();
      });
    });
    this.#server.closeAllConnections();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #upgrade(
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    policy: LocalHttpPolicy,
    address: Address,
  ): void {
    // A peer that goes away during the handshake is no news.
    socket.on("error", () => undefined);
    const path = pathOf(request);
    const door = this.#doors.get(path);
    const refusal =
      checkAddress(request.headers, address) ??
      (mayConnect(request.headers, policy, address)
        ? undefined
        : ({ code: "not-authorised" } as const)) ??
      (door === undefined
        ? ({ code: "not-found", what: path } as const)
        : undefined);
    if (refusal !== undefined || door === undefined) {
      // Whoever does not hang up then is not waited for.
      socket.end(rawRefusal(refusal ?? { code: "not-found", what: path }), () =>
        socket.destroy(),
      );
      return;
    }
    door.handleUpgrade(request, socket, head, (opened) => {
      door.emit("connection", opened, request);
    });
  }
}

const pathOf = (request: IncomingMessage): string =>
  request.url?.split("?", 1)[0] ?? "";

/** Accepts the sockets of one route. */
function socketDoor(route: SocketRoute): WebSocketServer {
  const door = new WebSocketServer({
    noServer: true,
    maxPayload: route.longestMessageBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) =>
      offered.has(socketProtocol) ? socketProtocol : false,
  });
  door.on("connection", (socket, request) => {
    // Broken frames and oversized messages come as errors; the close that follows is what matters.
    socket.on("error", () => undefined);
    keepAlive(socket);
    route.accept(socket, request);
  });
  return door;
}

/** Everything that a request must pass before it reaches a route. */
function requestListener(
  options: LocalHttpOptions,
  address: Address,
): (request: IncomingMessage, response: ServerResponse) => void {
  const {
    policy,
    onBug,
    pagesNameBase = false,
    largestBodyBytes = () => LARGEST_PLAIN_BODY_BYTES,
  } = options;
  const app: LocalHttpApp = new Hono();
  app.use(securityHeaders(address, pagesNameBase), crossOriginAnswers(address));
  app.use(async (context, next) => {
    const { headers } = context.env.incoming;
    const ticket = context.req.query("ticket");
    if (ticket !== undefined && context.req.method === "GET") {
      // A page that is opened again by its first address comes in by its cookie.
      const session = hasSession(headers, policy, address)
        ? undefined
        : policy.door?.exchange(ticket);
      if (session !== undefined) {
        context.header("Set-Cookie", sessionCookie(address.port, session));
      } else if (!hasSession(headers, policy, address)) {
        throw new LaminaError({ code: "ticket-used" });
      }
      return context.redirect(withoutTicket(context.req.url), 303);
    }
    if (!mayRequest(headers, policy, address)) {
      throw new LaminaError({ code: "not-authorised" });
    }
    return next();
  });
  app.use((context, next) => {
    const limitBytes = largestBodyBytes(context.req.path);
    return bodyLimit({
      maxSize: limitBytes,
      onError: () => {
        throw new LaminaError({ code: "request-too-large", limitBytes });
      },
    })(context, next);
  });
  options.routes(app);
  app.notFound((context) => {
    const { status, body } = failureAnswer({
      code: "not-found",
      what: context.req.path,
    });
    return context.json(body, status);
  });
  app.onError((error, context) => {
    // Who leaves in the middle of a body breaks off whatever reads it; nobody is left to hear of it.
    const isCutOff = context.env.incoming.readableAborted;
    if (!(error instanceof LaminaError) && !isCutOff) onBug(error);
    const { status, body } = errorAnswer(error);
    return context.json(body, status);
  });

  const listener = getRequestListener(app.fetch, {
    // Only addresses that are no addresses end here; routes fail in `onError`.
    errorHandler: () => {
      const { status, body } = failureAnswer({
        code: "request-invalid",
        detail: "its address cannot be read",
      });
      return Response.json(body, { status });
    },
  });
  return (request, response) => {
    const refusal = checkAddress(request.headers, address);
    if (refusal === undefined) {
      void listener(request, response);
      return;
    }
    const { status, body } = failureAnswer(refusal);
    response.writeHead(status, { ...plainHeaders, Connection: "close" });
    response.end(JSON.stringify(body));
  };
}

/** The address to go on to, which no longer tells how one came in. A path that begins with two slashes would name another server. */
function withoutTicket(address: string): string {
  const url = new URL(address);
  url.searchParams.delete("ticket");
  return `/${url.pathname.replace(/^\/+/, "")}${url.search}`;
}

const plainHeaders = {
  "Content-Type": "application/json",
  "Cache-Control": "no-store",
  "X-Content-Type-Options": "nosniff",
};

/** A refusal as bytes, for a connection that has not become a WebSocket. */
function rawRefusal(failure: Failure): string {
  const answer = failureAnswer(failure);
  const body = JSON.stringify(answer.body);
  const headers = {
    ...plainHeaders,
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
  };
  const { status } = answer;
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    "",
    body,
  ].join("\r\n");
}
