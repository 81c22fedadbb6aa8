import assert from "node:assert/strict";
import { LaminaError } from "../../src/errors/failure.ts";
import { LocalHttpServer } from "../../src/local-http/local-http-server.ts";
import { makeSecret } from "../../src/local-http/secret.ts";
import { ServiceClient } from "../../src/protocol/service-client.ts";
import { turnPath } from "../../src/protocol/turn.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { Turns } from "../../src/service/turns.ts";

/** Longer than any test lasts. */
const patient = { patienceMilliseconds: 3600e3 };

describe("turns to change the project", () => {
  const token = makeSecret();
  let server: LocalHttpServer;
  let turns: Turns;
  beforeEach(async () => {
    turns = new Turns();
    server = await LocalHttpServer.start({
      policy: { token },
      routes: () => undefined,
      sockets: { [turnPath]: turns.route },
      onBug: (error) => {
        throw error;
      },
    });
  });
  afterEach(() => server.close());
  const panel = () =>
    new ServiceClient({ port: server.port, token }, nodeSurroundings);
  const failure = async (call: Promise<unknown>): Promise<string> => {
    const error: unknown = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return error instanceof LaminaError ? error.failure.code : String(error);
  };
  /** Resolves when so many have a turn or wait. */
  const open = async (count: number): Promise<void> => {
    while (turns.open !== count) await new Promise(setImmediate);
  };

  it("come one after the other, in the order in which they were asked for", async () => {
    const seen: string[] = [];
    const end = await panel().takeTurn(patient);
    const take = async (name: string): Promise<void> => {
      const over = await panel().takeTurn(patient);
      seen.push(name);
      over();
    };
    const second = take("second");
    await open(2);
    const third = take("third");
    await open(3);
    assert.deepEqual(seen, []);
    end();
    await Promise.all([second, third]);
    assert.deepEqual(seen, ["second", "third"]);
    await open(0);
  });

  it("end with their panel, and are not given to one that no longer waits", async () => {
    const gone = new AbortController();
    const end = await panel().takeTurn(patient);
    const cancelled = panel().takeTurn({ ...patient, signal: gone.signal });
    await open(2);
    const third = panel().takeTurn(patient);
    await open(3);
    gone.abort();
    await assert.rejects(cancelled, { name: "AbortError" });
    await open(2);
    end();
    (await third)();
    await open(0);
  });

  it("are not waited for longer than somebody else may take", async () => {
    const end = await panel().takeTurn(patient);
    const hasty = panel().takeTurn({ patienceMilliseconds: 1 });
    assert.equal(await failure(hasty), "project-busy");
    end();
    (await panel().takeTurn(patient))();
  });

  it("are over when the service ends, and not to be had where there is none", async () => {
    await panel().takeTurn(patient);
    const waiting = failure(panel().takeTurn(patient));
    await open(2);
    await server.close();
    assert.equal(await waiting, "service-unreachable");
    assert.equal(
      await failure(panel().takeTurn(patient)),
      "service-unreachable",
    );
    server = await LocalHttpServer.start({
      policy: { token },
      routes: () => undefined,
      onBug: () => undefined,
    });
    // An older service has no turns to give.
    assert.equal(
      await failure(panel().takeTurn(patient)),
      "service-unreachable",
    );
  });
});
