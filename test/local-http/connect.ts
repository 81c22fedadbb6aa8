import WebSocket, { type ClientOptions } from "ws";

/** What became of an attempt to open a WebSocket. */
export type Attempt =
  | { readonly opened: true; readonly socket: WebSocket }
  | { readonly opened: false; readonly status: number };

/** Tries to open a WebSocket to a port of this machine. */
export function connect(
  port: number,
  path: string,
  protocols: readonly string[],
  options: ClientOptions = {},
): Promise<Attempt> {
  const socket = new WebSocket(
    `ws://127.0.0.1:${port}${path}`,
    [...protocols],
    options,
  );
  return new Promise((resolve, reject) => {
    socket.on("open", () => {
      resolve({ opened: true, socket });
    });
    socket.on("unexpected-response", (request, response) => {
      resolve({ opened: false, status: response.statusCode ?? 0 });
      request.destroy();
    });
    socket.on("error", reject);
  });
}
