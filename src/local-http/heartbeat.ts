import type { WebSocket } from "ws";

/** How often a peer must show that it lives. */
const BEAT_MS = 15_000;

/**
 * Pings a socket and ends it when the peer is gone: when it missed the last ping by a whole beat.
 *
 * While the machine sleeps nobody can answer, and afterwards the timer fires late. A late beat therefore proves nothing
 * about the peer: it only pings again.
 *
 * @param beatMs time between pings
 */
export function keepAlive(socket: WebSocket, beatMs = BEAT_MS): void {
  let answered = true;
  let last = Date.now();
  const timer = setInterval(() => {
    const slept = Date.now() - last > 2 * beatMs;
    last = Date.now();
    if (!answered && !slept) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, beatMs);
  timer.unref();
  socket.on("pong", () => {
    answered = true;
  });
  socket.on("close", () => {
    clearInterval(timer);
  });
}
