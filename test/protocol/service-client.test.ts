import assert from "node:assert/strict";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { LocalHttpServer } from "../../src/local-http/local-http-server.ts";
import { makeSecret } from "../../src/local-http/secret.ts";
import { apiRoot } from "../../src/protocol/service-api.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";

describe("ServiceClient", () => {
  const token = makeSecret();
  let server: LocalHttpServer;
  let asked: () => void = () => undefined;

  /** A service that never answers for its status, and says of every job that its disk is full. */
  const start = (port?: number): Promise<LocalHttpServer> =>
    LocalHttpServer.start({
      policy: { token },
      port,
      routes: (app) => {
        app.get(`${apiRoot}/status`, () => {
          asked();
          return new Promise<Response>(() => undefined);
        });
        app.get(`${apiRoot}/jobs/*`, () => {
          throw new LaminaError({ code: "disk-full", path: "/out" });
        });
      },
      sockets: {
        [`${apiRoot}/events`]: {
          longestMessageBytes: 10,
          accept: (socket) => {
            socket.send('{"kind": "snapshot", "jobs": [], "newer": true}');
          },
        },
      },
      onBug: (error) => {
        throw error;
      },
    });
  const clientOf = ({ port }: { port: number }): ServiceClient =>
    new ServiceClient({ port, token }, nodeSurroundings);
  const unreachable = (call: Promise<unknown>): Promise<void> =>
    assert.rejects(
      call,
      (error) =>
        error instanceof LaminaError &&
        error.failure.code === "service-unreachable",
    );

  beforeEach(async () => {
    server = await start();
  });
  afterEach(() => server.close());

  it("throws a failure with its code, its facts and its sentence", async () => {
    const client = clientOf(server);
    for (const call of [client.job("7"), client.resultFile("7", "a b.png")]) {
      await assert.rejects(call, {
        name: "RemoteError",
        code: "disk-full",
        message: "The disk that holds /out is full.",
        failure: { code: "disk-full", path: "/out" },
      });
    }
    const stranger = new ServiceClient({ port: server.port }, nodeSurroundings);
    await assert.rejects(stranger.status(), { code: "not-authorised" });
  });

  it("leaves no call pending when the service ends", async () => {
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const call = unreachable(clientOf(server).status());
    await arrived;
    await server.close();
    await call;
    await unreachable(clientOf(server).status());
  });

  it("leaves no call pending when it is closed", async () => {
    const arrived = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const client = clientOf(server);
    const call = unreachable(client.status());
    await arrived;
    client.close();
    await call;
    await unreachable(client.jobs());
  });

  it("connects again to a service that was gone for a moment", async () => {
    const told: string[] = [];
    /** How often it fails to connect meanwhile depends on the machine. */
    const once = (): string[] =>
      told.filter((what, i) => what !== "gone" || told[i - 1] !== "gone");
    const until = async (...expected: string[]): Promise<void> => {
      const end = Date.now() + 60_000;
      while (once().length < expected.length) {
        assert.ok(Date.now() < end, told.join(" "));
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      assert.deepEqual(once(), expected);
    };
    const client = clientOf(server);
    client.watch({
      onEvent: ({ kind }) => told.push(kind),
      onConnection: (connected) => told.push(connected ? "here" : "gone"),
    });
    await until("here", "snapshot");
    const { port } = server;
    await server.close();
    await until("here", "snapshot", "gone");
    server = await start(port);
    await until("here", "snapshot", "gone", "here", "snapshot");
    client.close();
    await server.close();
    const count = told.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(told.length, count, "it was told after it was closed");
  });
});
