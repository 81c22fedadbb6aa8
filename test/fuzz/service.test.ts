import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import fc from "fast-check";
import { apiRoot } from "../../src/protocol/service-api.ts";
import { encodeMessage } from "../../src/protocol/rpc/message-codec.ts";
import { subjectsPath } from "../../src/protocol/subject-api.ts";
import {
  type RunningService,
  startService,
} from "../service/running-service.ts";
import { ask } from "../local-http/ask.ts";
import { connect } from "../local-http/connect.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  awkwardTexts,
  mutatedBytes,
  mutatedJson,
  mutatedValues,
} from "./mutations.ts";
import { contents, tryAll } from "./trials.ts";

/** A place below an address, as somebody hostile writes it. */
const hostilePaths = fc.oneof(
  fc.constantFrom(
    ...["..%2f..%2foutside", "%2e%2e/%2e%2e/outside", "..\\outside", "a//b"],
    ...["%00", "%", "%ff%fe", "%c0%ae%c0%ae/x", "C:%5coutside", "a%2500.png"],
  ),
  awkwardTexts.map((text) =>
    encodeURIComponent(text.replace(/\p{Cs}/gu, "")).slice(0, 3000),
  ),
);

describe("whatever is sent to the service", () => {
  const at = useTemporaryFolder();
  let service: RunningService;
  let troubles: string;

  beforeEach(async () => {
    await mkdir(at("outside"));
    await writeFile(at("outside/kept"), "kept");
    service = await startService(at("data"));
    troubles = "";
    service.child.stderr?.on("data", (text: Buffer) => {
      troubles += text.toString();
    });
  });
  afterEach(async () => {
    // It lives, has met no bug, and left the neighbour alone.
    await service.client.status();
    assert.equal(await service.end("SIGTERM"), 0);
    assert.equal(troubles, "");
    assert.deepEqual(await contents(at("outside")), ["kept"]);
    assert.deepEqual(
      (await contents(at())).filter((name) => !/^data|^outside/.test(name)),
      [],
    );
  });

  const send = async (
    method: string,
    path: string,
    body?: Uint8Array | string,
  ): Promise<void> => {
    const headers = { Authorization: `Bearer ${service.token}` };
    const answer = await ask(service.port, path, {
      method,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    const told = `${method} ${path.slice(0, 100)}: ${answer.status} ${answer.text.slice(0, 300)}`;
    assert.ok(answer.status < 500 && answer.code !== "bug", told);
    assert.doesNotMatch(answer.text, /\n\s+at |node_modules|\.mjs:/, told);
  };

  it("bodies are taken or refused in words", async () => {
    // Nothing of this exists, so that no job gets further than its first look.
    const nothing = at("nothing");
    const { id } = await service.client.createWorkspace();
    const routes: Readonly<Record<string, unknown>> = {
      [`${apiRoot}/jobs`]: {
        clipPath: nothing,
        subjects: [{ name: "a", maskPath: nothing }],
        outputPath: at("outside/result"),
        range: { startInclusive: 0, endExclusive: 9 },
        frameRate: { numerator: 24, denominator: 1 },
        quality: "draft",
        seed: 1,
      },
      [`${apiRoot}/workspaces`]: { name: "shot" },
      [`${apiRoot}/workspaces/${id}/labels`]: { path: nothing, frameCount: 3 },
      [`${apiRoot}/workspaces/${id}/masks`]: {
        name: "a",
        sources: [nothing],
        width: 8,
        height: 8,
        frameCount: 3,
        frameRate: { numerator: 24, denominator: 1 },
        label: { colour: "#ff0000", among: ["#ff0000"] },
      },
      [`${apiRoot}/pictures`]: { path: nothing, seconds: 0, longestSide: 64 },
    };
    for (const [path, right] of Object.entries(routes)) {
      await tryAll(mutatedJson(right), 60, (body) => send("POST", path, body));
    }
  });

  it("addresses lead nowhere else", async () => {
    const { id } = await service.client.createWorkspace();
    const cases = fc.tuple(
      fc.constantFrom("GET", "PUT", "POST", "DELETE", "PATCH"),
      fc.constantFrom(
        ...[`jobs/`, `workspaces/`, `workspaces/${id}/files/`, "models/"],
        ...["jobs/x/files/", "jobs/x/source/", "jobs/x/preview/"],
        ...["../panel/", "../../panel/", ""],
      ),
      hostilePaths,
    );
    await tryAll(cases, 300, ([method, where, place]) => {
      const body = method === "PUT" ? "bytes" : undefined;
      return send(method, `${apiRoot}/${where}${place}`, body);
    });
  });

  it("messages on a session's socket are answered or end it", async () => {
    const right = (path: string, values: readonly unknown[]): unknown => ({
      channel: "calls",
      message: {
        id: "1",
        type: "APPLY",
        path: [path],
        argumentList: values.map((value) => ({ type: "RAW", value })),
      },
    });
    const calls = [
      right("open", []),
      right("correct", [0, 0, Uint8Array.of(1, 2, 3)]),
      right("click", ["model", 0, [{ x: 0.5, y: 0.5, inside: true }]]),
      right("accept", [0, "name"]),
    ];
    const encoded = (value: unknown): Uint8Array => {
      try {
        return encodeMessage(value);
      } catch {
        // What cannot be said is not sent.
        return Uint8Array.of(0xc1);
      }
    };
    const message = fc.oneof(
      ...calls.map((call) => mutatedValues(call).map(encoded)),
      ...calls.map((call) => mutatedBytes(encodeMessage(call))),
      fc.uint8Array({ maxLength: 40 }),
    );
    const { id } = await service.client.createWorkspace();
    await tryAll(
      fc.array(message, { minLength: 5, maxLength: 30 }),
      6,
      async (list) => {
        const attempt = await connect(
          service.port,
          `${subjectsPath}?workspace=${id}`,
          ["lamina", `token.${service.token}`],
        );
        assert.ok(attempt.opened);
        const { socket } = attempt;
        socket.on("error", () => undefined);
        const closed = new Promise<void>((resolve) => {
          socket.once("close", () => {
            resolve();
          });
        });
        for (const bytes of list)
          if (socket.readyState === socket.OPEN) socket.send(bytes);
        socket.close();
        await closed;
        await service.client.status();
      },
    );
  });
});
