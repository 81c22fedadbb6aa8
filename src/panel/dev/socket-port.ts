import type { JsonPort } from "../../host/request-port.ts";

/**
 * A port over a WebSocket to the page's own server, which carries text. What is posted before it is open is kept until then.
 *
 * @param path of the socket
 */
export function socketPort(path: string): JsonPort {
  const address = `ws://127.0.0.1:${window.location.port}${path}`;
  const socket = new WebSocket(address, ["lamina"]);
  const early: string[] = [];
  socket.addEventListener("open", () => {
    for (const text of early) socket.send(text);
    early.length = 0;
  });
  return {
    post: (message) => {
      const text = String(message);
      if (socket.readyState === WebSocket.CONNECTING) early.push(text);
      else if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    listen: (onMessage, onClose) => {
      const listener = ({ data }: MessageEvent): void => {
        onMessage(data);
      };
      socket.addEventListener("message", listener);
      socket.addEventListener("close", onClose);
      return () => {
        socket.removeEventListener("message", listener);
        socket.removeEventListener("close", onClose);
      };
    },
  };
}
