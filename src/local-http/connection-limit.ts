import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Bounds the connections to a server, in a way that who says nothing cannot keep others out: when there are too many, the one that
 * has been waited for the longest makes room, whether it has yet to send its first request or its next.
 */
export function limitConnections(server: Server, most: number): void {
  const all = new Set<Socket>();
  /** Those that owe us a request, the longest first. */
  const silent = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    all.add(socket);
    silent.add(socket);
    socket.once("close", () => {
      all.delete(socket);
      silent.delete(socket);
    });
    if (all.size <= most) return;
    const [longest] = silent;
    all.delete(longest!);
    silent.delete(longest!);
    longest!.destroy();
  });
  server.on("request", ({ socket }, response: ServerResponse) => {
    silent.delete(socket);
    response.once("close", () => {
      if (all.has(socket)) silent.add(socket);
    });
  });
  server.on("upgrade", ({ socket }) => {
    silent.delete(socket);
  });
}
