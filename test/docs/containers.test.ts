import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { parseDocument } from "yaml";
import { RedisServer, describeWithRedis } from "../farm/redis-server.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { assertCommand } from "./parses-as-command.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.join(root, "docs", "farm");

/** A stretch of time as the Compose Specification writes it. */
const duration = v.pipe(v.string(), v.regex(/^(\d+(us|ms|s|m|h))+$/));
const name = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9._-]+$/));
const texts = v.array(v.string());

/** What of the Compose Specification is used here; any other key is taken for a slip. */
const composeSchema = v.strictObject({
  services: v.record(
    name,
    v.strictObject({
      image: v.exactOptional(
        v.pipe(v.string(), v.regex(/^[a-z0-9./_-]+:[\w.-]+$/)),
      ),
      build: v.exactOptional(
        v.strictObject({ context: v.string(), dockerfile: v.string() }),
      ),
      command: v.exactOptional(texts),
      environment: v.exactOptional(v.record(name, v.string())),
      healthcheck: v.exactOptional(
        v.strictObject({
          test: v.pipe(
            texts,
            v.check(([kind]) => kind === "CMD" || kind === "CMD-SHELL"),
          ),
          interval: duration,
          timeout: duration,
          retries: v.pipe(v.number(), v.integer(), v.minValue(1)),
        }),
      ),
      volumes: v.exactOptional(texts),
      depends_on: v.exactOptional(
        v.record(
          name,
          v.strictObject({
            condition: v.picklist([
              "service_started",
              "service_healthy",
              "service_completed_successfully",
            ]),
          }),
        ),
      ),
      stop_grace_period: v.exactOptional(duration),
    }),
  ),
  volumes: v.record(name, v.nullable(v.strictObject({}))),
});

async function readCompose() {
  const text = await readFile(path.join(folder, "compose.yaml"), "utf8");
  const document = parseDocument(text);
  assert.deepEqual([...document.errors, ...document.warnings], []);
  return { text, compose: v.parse(composeSchema, document.toJS()) };
}

/** One instruction of a Dockerfile. */
interface Instruction {
  readonly what: string;
  readonly rest: string;
}

async function readDockerfile(): Promise<Instruction[]> {
  const text = await readFile(path.join(folder, "Dockerfile"), "utf8");
  return text
    .replace(/^\s*#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const [, what = "", rest = ""] = /^([A-Z]+)\s+(.+)$/.exec(line) ?? [];
      return { what, rest };
    });
}

describe("containers of a farm", () => {
  it("are composed of what the Compose Specification knows, and of what is there", async () => {
    const { text, compose } = await readCompose();
    const { services, volumes } = compose;
    for (const [
      service,
      { image, build, depends_on, ...rest },
    ] of Object.entries(services)) {
      assert.notEqual(image === undefined, build === undefined, service);
      if (build !== undefined) {
        const context = path.resolve(folder, build.context);
        assert.equal(context, path.resolve(root));
        assert.ok(existsSync(path.join(context, build.dockerfile)));
      }
      for (const [other, { condition }] of Object.entries(depends_on ?? {})) {
        const healthcheck = services[other]?.healthcheck;
        assert.ok(services[other] !== undefined, other);
        if (condition === "service_healthy") assert.ok(healthcheck, other);
      }
      for (const volume of rest.volumes ?? []) {
        const [source = "", target = ""] = volume
          .replace(/\$\{\w+:\?\}/, "/variable")
          .split(":");
        assert.ok(source.startsWith("/") || source in volumes, volume);
        assert.match(target, /^\//);
      }
    }
    // What has to be given is given by the command in the first line.
    const [head = ""] = text.split("\n");
    const needed = new Set(
      [...text.matchAll(/\$\{(\w+)/g)].map(([, of]) => of!),
    );
    for (const variable of needed)
      assert.match(head, new RegExp(`${variable}=`));
    assert.match(head, /docker compose -f docs\/farm\/compose\.yaml up/);
  });

  it("are built of what is in the checkout, and begin with a command that there is", async () => {
    const file = await readDockerfile();
    const all = (wanted: string): string[] =>
      file.filter(({ what }) => what === wanted).map(({ rest }) => rest);
    const known = "FROM RUN COPY WORKDIR USER ENV STOPSIGNAL ENTRYPOINT CMD";
    for (const { what } of file)
      assert.ok(known.split(" ").includes(what), what);
    assert.equal(file[0]?.what, "FROM");

    const { engines } = JSON.parse(
      await readFile(path.join(root, "package.json"), "utf8"),
    ) as { readonly engines: { readonly node: string } };
    const least = Number(/^>=(\d+)/.exec(engines.node)?.[1]);
    const stages: string[] = [];
    for (const from of all("FROM")) {
      const [, major, stage] =
        /^node:(\d+)-[\w-]+(?: AS (\w+))?$/.exec(from) ?? [];
      assert.ok(Number(major) > least, from);
      if (stage !== undefined) stages.push(stage);
    }
    const copied = all("COPY").filter((rest) => rest.startsWith("--from="));
    assert.ok(copied.length > 0);
    for (const copy of copied) {
      const [, stage = "", source = ""] =
        /^--from=(\w+) \/lamina\/(\S+) \S+$/.exec(copy) ?? [];
      assert.ok(stages.includes(stage), copy);
      assert.ok(existsSync(path.join(root, source)), copy);
    }
    // Only what git does not know either is kept from the build.
    const hidden = await readFile(
      path.join(folder, "Dockerfile.dockerignore"),
      "utf8",
    );
    const ignored = await readFile(path.join(root, ".gitignore"), "utf8");
    for (const line of hidden.split("\n"))
      if (line !== "" && !line.startsWith("#") && line !== ".git")
        assert.ok(ignored.split("\n").includes(line), line);

    const [entry, command] = [...all("ENTRYPOINT"), ...all("CMD")].map(
      (rest) => JSON.parse(rest) as string[],
    );
    const [program, script, ...args] = [...entry!, ...command!];
    assert.equal(program, "node");
    assert.ok(existsSync(path.join(root, script!)));
    await assertCommand(args);

    const { compose } = await readCompose();
    const storage = /^LAMINA_STORAGE=(.+)$/.exec(all("ENV").join("\n"))?.[1];
    assert.ok(
      compose.services["worker"]?.volumes?.some((volume) =>
        volume.endsWith(`:${storage}`),
      ),
    );
  });

  describeWithRedis("with the Redis that they name", () => {
    const at = useTemporaryFolder();
    let server: RedisServer;
    afterEach(() => server.kill());

    it("start it, and see that it is well", async () => {
      const { compose } = await readCompose();
      const { command, environment, healthcheck } = compose.services["redis"]!;
      const given = (text: string): string =>
        text.replace(/\$\{LAMINA_PASSWORD:\?\}/, "a password");
      const [program, ...options] = command!.map(given);
      assert.equal(program, "redis-server");
      server = await RedisServer.start(at(), options);
      const [kind, client, ...question] = healthcheck!.test;
      assert.equal(kind, "CMD");
      const ask = (env: NodeJS.ProcessEnv): string =>
        spawnSync(client!, ["-s", server.url, ...question], {
          encoding: "utf8",
          env: { ...process.env, ...env },
        }).stdout;
      const own = Object.entries(environment!).map(
        ([key, value]) => [key, given(value)] as const,
      );
      assert.match(ask(Object.fromEntries(own)), /PONG/);
      assert.doesNotMatch(ask({ REDISCLI_AUTH: "another" }), /PONG/);
    });
  });
});
