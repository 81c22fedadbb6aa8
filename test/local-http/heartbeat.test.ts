import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import WebSocket, { WebSocketServer } from "ws";
import { keepAlive } from "../../src/local-http/heartbeat.ts";

const wait = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe("keepAlive", () => {
  /** Longer than this machine ever stands still. */
  const beatMs = 250;
  let server: WebSocketServer;
  /** Opens a socket from a peer that answers pings, or does not, and hands over the server's end. */
  const open = async (answers: boolean): Promise<WebSocket> => {
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, "connection");
    new WebSocket(`ws://127.0.0.1:${port}`, { autoPong: answers });
    const [socket] = (await accepted) as [WebSocket];
    keepAlive(socket, beatMs);
    return socket;
  };

  beforeEach(async () => {
    server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
  });
  afterEach(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });

  it("lets a peer be that answers", async () => {
    const socket = await open(true);
    await wait(6 * beatMs);
    assert.equal(socket.readyState, WebSocket.OPEN);
  });

  it("ends the connection of one that does not", async () => {
    const socket = await open(false);
    const [code] = (await once(socket, "close")) as [number];
    assert.equal(code, 1006);
  });

  it("gives a peer another beat after the machine has slept", async () => {
    const socket = await open(true);
    await wait(1.5 * beatMs);
    // Asleep, for all that timers can tell: nothing runs, neither here nor at the peer.
    const wakes = Date.now() + 5 * beatMs;
    while (Date.now() < wakes);
    await wait(4 * beatMs);
    assert.equal(socket.readyState, WebSocket.OPEN);
  });
});
