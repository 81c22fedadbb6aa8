import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const source = (name: string): string =>
  JSON.stringify(new URL(`../../src/runtime/${name}`, import.meta.url).href);

/** Has the library begin its work, whatever it thinks of the model. */
const makeSession = `
const { native } = await import(${source("native-library.ts")});
await native.InferenceSession.create(new Uint8Array(4)).catch(() => undefined);
`;
const refuse = `
const { refuseTelemetry } = await import(${source("no-telemetry.ts")});
refuseTelemetry();
`;
const loader = path.join(
  path.dirname(createRequire(import.meta.url).resolve("tsx/package.json")),
  "dist/esm/api/index.mjs",
);
/** Node 20 does not take the loader over into threads. */
const loadTypeScript = `
import { register } from ${JSON.stringify(loader)};
register();
`;
const inThread = `
const { Worker } = await import("node:worker_threads");
const thread = new Worker(new URL("thread.mjs", import.meta.url));
await new Promise((resolve, reject) => thread.on("exit", resolve).on("error", reject));
`;

describe("ONNX Runtime's native library", () => {
  const at = useTemporaryFolder();

  /** Runs a script as a user whose environment wants telemetry, and lists what it leaves in that user's home. */
  async function leftBy(script: string): Promise<string[]> {
    await mkdir(at("home"));
    await writeFile(at("main.mjs"), script);
    await writeFile(at("thread.mjs"), loadTypeScript + makeSession);
    await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", at("main.mjs")],
      {
        env: {
          PATH: process.env["PATH"],
          HOME: at("home"),
          ORT_DISABLE_TELEMETRY: "0",
        },
      },
    );
    return readdir(at("home"), { recursive: true });
  }

  it("keeps nothing in the user's home", async () => {
    assert.deepEqual(await leftBy(makeSession), []);
  });

  it("keeps nothing there when a thread loads it", async () => {
    assert.deepEqual(await leftBy(refuse + inThread), []);
  });

  it("is not loaded in a thread of a process that has not told it so", async () => {
    await assert.rejects(leftBy(inThread), /the main thread did not set/);
  });
});
