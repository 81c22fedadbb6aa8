import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { nodeSurroundings } from "../../../src/service/find-service.ts";
import { isProcessAlive } from "../../../src/media/process-alive.ts";
import type { ServiceStatus } from "../../../src/protocol/service-api.ts";
import { ServiceClient } from "../../../src/protocol/service-client.ts";
import {
  type CepGlobals,
  openCepPage,
} from "../../../src/start/page/cep-page.ts";
import { runLamina } from "../../cli/run-lamina.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";
import { installPanel } from "../installed-panel.ts";

describe("the panel in CEP", function () {
  // Before the folder goes, and with it the way to the service.
  afterEach(async () => {
    const end = await runLamina(["serve", "--stop"], undefined, {
      LAMINA_DATA: at("data"),
    });
    assert.equal(end.status, 0, end.stderr);
    if (dataBefore === undefined) delete process.env["LAMINA_DATA"];
    else process.env["LAMINA_DATA"] = dataBefore;
  });
  const at = useTemporaryFolder();
  const dataBefore = process.env["LAMINA_DATA"];
  before(function () {
    // The panel's simulated folder has a shell script for its runtime.
    if (process.platform === "win32") this.skip();
  });
  beforeEach(async () => {
    process.env["LAMINA_DATA"] = at("data");
    await installPanel(at("the panel"));
  });

  /** A page of the panel, newly loaded: CEP's own object around the script as it is built. */
  const openPage = () => {
    const page = openCepPage({
      ...nodeSurroundings,
      navigator: { platform: process.platform },
      require: createRequire(import.meta.url) as CepGlobals["require"] & object,
      __adobe_cep__: {
        getSystemPath: () => encodeURI(`file://${at("the panel")}`),
        invokeSync: () => undefined,
        registerKeyEventsInterest: () => undefined,
        evalScript: () => undefined,
        addEventListener: () => undefined,
        removeEventListener: () => undefined,
      },
    });
    assert.ok(page !== undefined);
    return page;
  };
  const statusOf = async (
    page: ReturnType<typeof openPage>,
  ): Promise<ServiceStatus> => {
    const address = await page.startService();
    return new ServiceClient(address, nodeSurroundings).status();
  };

  it("is told from a page in a browser", () => {
    const navigator = { platform: process.platform };
    assert.equal(openCepPage({ ...nodeSurroundings, navigator }), undefined);
  });

  it("starts the service, and finds it again when the page is loaded anew", async () => {
    const { pid } = await statusOf(openPage());
    assert.ok(isProcessAlive(pid));
    assert.equal((await statusOf(openPage())).pid, pid);
  });

  it("starts one service when two pages ask at once", async () => {
    const [one, other] = await Promise.all([
      statusOf(openPage()),
      statusOf(openPage()),
    ]);
    assert.equal(one.pid, other.pid);
  });

  it("starts another one when the service was killed", async () => {
    const page = openPage();
    const { pid } = await statusOf(page);
    process.kill(pid, "SIGKILL");
    while (isProcessAlive(pid)) await wait(20);
    const { pid: next } = await statusOf(page);
    assert.notEqual(next, pid);
  });

  it("leaves the service running when Premiere ends", async () => {
    const script = path.resolve("dist/cep/service.cjs");
    const text = execFileSync(
      process.execPath,
      [
        "--eval",
        `require(${JSON.stringify(script)})
          .startService(${JSON.stringify(at("the panel"))}, globalThis)
          .then((answer) => console.log(JSON.stringify(answer)))`,
      ],
      { encoding: "utf8" },
    );
    const { value } = JSON.parse(text) as {
      value: { port: number; token: string };
    };
    await wait(300);
    const status = await new ServiceClient(value, nodeSurroundings).status();
    assert.equal((await statusOf(openPage())).pid, status.pid);
  });

  it("makes the runtime executable where the installer did not", async () => {
    await rm(at("the panel"), { recursive: true });
    await installPanel(at("the panel"), 0o644);
    await statusOf(openPage());
    assert.ok((await stat(at("the panel/runtime/node"))).mode & 0o100);
  });

  it("says in a sentence what is wrong when the runtime is missing or ends at once", async () => {
    const refusal = { code: "service-not-started" };
    const runtime = at("the panel/runtime/node");
    await writeFile(runtime, "#!/bin/sh\nexit 7\n");
    await assert.rejects(openPage().startService(), {
      ...refusal,
      message: "The local service could not be started: it ended with code 7.",
    });
    await rm(runtime);
    await assert.rejects(openPage().startService(), refusal);
  });
});
