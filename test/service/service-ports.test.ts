import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { servicePorts } from "../../src/protocol/service-ports.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { type RunningService, startService } from "./running-service.ts";

/** Listens on a port; undefined when somebody else does. */
async function take(port: number): Promise<Server | undefined> {
  const server = createServer();
  server.listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
    return server;
  } catch {
    return undefined;
  }
}

describe("the port of the service", () => {
  let service: RunningService | undefined;
  let taken: (Server | undefined)[] = [];
  // Before the folder goes.
  afterEach(async () => {
    await service?.end("SIGTERM");
    for (const server of taken) server?.close();
  });
  const at = useTemporaryFolder();

  it("is one that the UXP manifest lists, while one of them is free, else any", async () => {
    taken = await Promise.all(servicePorts.map(take));
    service = await startService(at("data"));
    assert.ok(!servicePorts.includes(service.port), String(service.port));
    await service.end("SIGTERM");

    const own = taken.findLastIndex((server) => server !== undefined);
    if (own === -1) return;
    const closed = once(taken[own]!, "close");
    taken[own]!.close();
    await closed;
    service = await startService(at("data"));
    // Unless another program was quicker.
    if (service.port !== servicePorts[own]) {
      assert.equal(await take(servicePorts[own]!), undefined);
    }
  });
});
