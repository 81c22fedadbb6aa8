import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "playwright-core";
import {
  type Discovery,
  discoveryParts,
  parseDiscovery,
} from "../../src/protocol/discovery.ts";
import { press } from "./browser.ts";
import {
  type InstalledPanels,
  useInstalledPanels,
} from "./installed-panels.ts";

describe("the panel whose service", function () {
  this.timeout(300_000);
  const { begin } = useInstalledPanels("service-gone");
  const start = (page: Page) => page.getByRole("button", { name: "Start it" });
  const file = ({ data }: InstalledPanels): string =>
    path.join(data, ...discoveryParts);
  const discovery = async (panels: InstalledPanels): Promise<Discovery> =>
    parseDiscovery(await readFile(file(panels), "utf8"))!;
  const kill = async (panels: InstalledPanels): Promise<void> => {
    process.kill((await discovery(panels)).pid, "SIGKILL");
  };

  it("is not running says so once, whatever is chosen, and goes on when it was started: uxp", async () => {
    const panels = await begin();
    const page = await panels.open("uxp");
    await start(page).waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    await press(page, "#begin");
    await page.getByText("The local service does not answer.").waitFor();
    await page.getByText("Choose “Start it”").waitFor();
    await panels.shoot(page, "chosen-too-early");
    await start(page).click();
    await page.getByRole("alert").waitFor({ state: "detached" });
    await page.getByText("local service").waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Look for what moves" }).click();
    await page
      .getByRole("button", { name: /^Use: / })
      .first()
      .waitFor();
  });

  it("has died, leaving its file, is started by a click: uxp", async () => {
    const panels = await begin();
    const first = await panels.openReady("uxp");
    await kill(panels);
    await start(first).waitFor();
    await panels.shoot(first, "died");
    await first.close();

    const page = await panels.open("uxp");
    await page.getByText("The local service does not answer").waitFor();
    assert.equal(await page.getByRole("alert").count(), 0);
    assert.deepEqual(await panels.faults(page), []);
    await panels.shoot(page, "left-its-file");
    await start(page).click();
    await panels.connected(page);
  });

  it("has died is started again by itself: extendscript", async () => {
    const panels = await begin();
    const page = await panels.openReady("extendscript");
    const { token } = await discovery(panels);
    await kill(panels);
    await page.getByText("The local service does not answer").waitFor();
    await page
      .getByText("The local service does not answer")
      .waitFor({ state: "detached" });
    assert.notEqual((await discovery(panels)).token, token);
    await press(page, "#begin");
    await page.getByRole("heading", { name: "Subjects" }).waitFor();
  });

  it("was started by hand is found by the same click, though the user does not let it be opened: uxp", async () => {
    const panels = await begin();
    panels.allows = false;
    const page = await panels.open("uxp");
    await start(page).click();
    const said = await page.getByRole("alert").innerText();
    const [, launcher] = /run in Terminal: sh "([^"]+)"/.exec(said)!;
    await promisify(execFile)("sh", [launcher!], { env: panels.env });
    for (;;) {
      await start(page).click();
      await page.getByText("Looking for the local service").waitFor({
        state: "detached",
      });
      if ((await page.getByRole("alert").count()) === 0) break;
    }
    await panels.connected(page);
  });

  for (const technology of ["uxp", "extendscript"] as const) {
    it(`is said to be where something else is, is started elsewhere: ${technology}`, async () => {
      const other = createServer((_, response) => {
        response.writeHead(404).end("not this");
      }).listen(0, "127.0.0.1");
      await once(other, "listening");
      try {
        const panels = await begin();
        const { port } = other.address() as AddressInfo;
        const wrong = { port, token: "0".repeat(64), pid: process.pid };
        const first = await panels.openReady(technology);
        const right = await discovery(panels);
        await panels.stopService();
        await first.close();
        await writeFile(file(panels), JSON.stringify({ ...right, ...wrong }));

        const page = await panels.open(technology);
        if (technology === "uxp") {
          await page.getByText("The local service does not answer").waitFor();
          await start(page).click();
        }
        await panels.connected(page);
        assert.notEqual((await discovery(panels)).port, port);
      } finally {
        other.close();
      }
    });
  }
});
