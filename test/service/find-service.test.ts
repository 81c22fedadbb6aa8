import assert from "node:assert/strict";
import {
  makeServiceFolder,
  writeDiscovery,
} from "../../src/service/discovery-file.ts";
import { findService } from "../../src/service/find-service.ts";
import { LocalHttpServer } from "../../src/local-http/local-http-server.ts";
import { makeSecret } from "../../src/local-http/secret.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { startService } from "./running-service.ts";

describe("findService", () => {
  const at = useTemporaryFolder();
  const find = (): ReturnType<typeof findService> =>
    findService(at("data"), new AbortController().signal);
  /** Leaves a file as a service of this process would. */
  const claim = async (port: number, token: string): Promise<void> => {
    await makeServiceFolder(at("data"));
    await writeDiscovery(at("data"), {
      port,
      token,
      pid: process.pid,
      version: "1.2.3",
      startedAt: new Date().toISOString(),
    });
  };

  it("finds nothing where no file says so, or nobody listens", async () => {
    assert.equal(await find(), undefined);
    await claim(9, makeSecret());
    assert.equal(await find(), undefined);
  });

  it("does not take whoever has the port now for the service", async () => {
    for (const [sameToken, answer] of [
      [false, { ok: true, value: {} }],
      [true, { ok: true, value: { version: "1.2.3" } }],
      [true, "hello"],
    ] as const) {
      const token = makeSecret();
      await using stranger = await LocalHttpServer.start({
        policy: { token: sameToken ? token : makeSecret() },
        routes: (app) => {
          app.get("*", (context) => context.json(answer));
        },
        onBug: (error) => {
          throw error;
        },
      });
      await claim(stranger.port, token);
      assert.equal(await find(), undefined, JSON.stringify(answer));
    }
  });

  it("says so when the service lives and does not answer, and finds it when it does", async function () {
    if (process.platform === "win32") this.skip();
    const service = await startService(at("data"));
    try {
      service.child.kill("SIGSTOP");
      await failsWith("service-silent", find(), /does not answer/);
      service.child.kill("SIGCONT");
      const found = await find();
      assert.equal(found?.status.pid, service.child.pid);
      assert.equal(found?.discovery.port, service.port);
    } finally {
      service.child.kill("SIGCONT");
      await service.end("SIGKILL");
    }
  });
});
