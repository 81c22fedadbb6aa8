import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { Farm } from "../../src/farm/farm.ts";
import { FarmBoard } from "../../src/farm-board/farm-board.ts";
import { useBrowser } from "../e2e/browser.ts";
import { boxRequest } from "../farm/box-request.ts";
import { describeWithRedis, RedisServer } from "../farm/redis-server.ts";
import { ask } from "../local-http/ask.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describeWithRedis("a farm's page", () => {
  const at = useTemporaryFolder();
  const browser = useBrowser();
  let server: RedisServer;
  let farm: Farm;
  let board: FarmBoard | undefined;
  let id: string;
  const bugs: unknown[] = [];

  beforeEach(async () => {
    server = await RedisServer.start(at());
    for (const folder of ["clip", "mask"]) await mkdir(at(folder));
    farm = await Farm.open({ redis: server.url, storage: at() });
    const [submission] = await farm.submit([
      {
        request: boxRequest(at("clip"), at("shot-010")),
        priority: "normal",
      },
    ]);
    id = submission!.id;
    board = await FarmBoard.start(farm, {
      describe: ({ stage }) => stage,
      onBug: (error) => bugs.push(error),
    });
  });
  afterEach(async () => {
    await board?.[Symbol.asyncDispose]();
    board = undefined;
    await farm[Symbol.asyncDispose]();
    await server.kill();
    assert.deepEqual(bugs, []);
  });

  it("is nobody's without a ticket, and lets who has come in look and change nothing", async () => {
    const { origin } = board!;
    const port = Number(new URL(origin).port);
    const places = ["/", "/queue/clips", "/api/queues", "/static/js/main.js"];
    for (const place of places)
      assert.equal((await ask(port, place)).status, 401, place);

    const { search } = new URL(board!.address());
    const entered = await ask(port, `/${search}`);
    assert.equal(entered.status, 303);
    assert.equal((await ask(port, `/${search}`)).status, 401, "used twice");
    const [cookie] = entered.headers["set-cookie"]!;
    const headers = { cookie: cookie!.replace(/;.*/, "") };
    const page = await ask(port, "/queue/clips", { headers });
    assert.equal(page.status, 200);
    assert.doesNotMatch(page.text, /https?:|<%/);
    const listed = await ask(
      port,
      "/api/queues?activeQueue=clips&status=latest",
      {
        headers,
      },
    );
    assert.match(listed.text, new RegExp(`"id":"${id}".*"name":"shot-010"`));

    // What Bull Board could do elsewhere; the last ones for all queues at once.
    for (const [method, place] of [
      ["PUT", `/api/queues/clips/${id}/clean`],
      ["PUT", `/api/queues/clips/${id}/promote`],
      ["PUT", "/api/queues/clips/empty"],
      ["PUT", "/api/queues/clips/obliterate"],
      ["PUT", "/api/queues/clips/pause"],
      ["PUT", "/api/queues/clips/clean/failed"],
      ["POST", "/api/queues/cpu/add"],
      ["PATCH", `/api/queues/clips/${id}/update-data`],
    ] as const) {
      const answer = await ask(port, place, { method, headers });
      assert(
        answer.status === 405 || answer.status === 400,
        `${place}: ${answer.status} ${answer.text}`,
      );
    }
    await ask(port, "/api/queues/pause", { method: "PUT", headers });
    assert.equal(await farm.queues.clips.isPaused(), false);
    assert.equal(await farm.queues.clips.getJobState(id), "prioritized");
  });

  it("shows clips in a browser that reaches nothing else, and breaks no rule of what may load", async () => {
    const { origin: ours } = board!;
    const context = await browser().newContext();
    try {
      const page = await context.newPage();
      const elsewhere: string[] = [];
      const complaints: string[] = [];
      await context.route("**/*", (route) => {
        const { origin } = new URL(route.request().url());
        if (origin === ours) return route.continue();
        elsewhere.push(route.request().url());
        return route.abort();
      });
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      page.on("pageerror", (error) => complaints.push(String(error)));
      await page.goto(board!.address());
      await page.getByText("Clips").first().waitFor();
      await page.goto(`${ours}/queue/clips`);
      await page.getByText("shot-010").first().waitFor();
      if (process.env["LAMINA_SCREENSHOT"] !== undefined)
        await page.screenshot({ path: process.env["LAMINA_SCREENSHOT"] });
      assert.deepEqual(elsewhere, []);
      assert.deepEqual(complaints, []);
    } finally {
      await context.close();
    }
  });
});
