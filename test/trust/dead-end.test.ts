import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { saveScene } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { namedPlaces } from "./named-places.ts";
import { freshUser } from "./traced-run.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** Runs a program in a network of its own that leads nowhere; it counts what was to be sent, on this machine too. */
function runInDeadEnd(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
): { status: number | null; complaint: string; packets: number } {
  const counters = "/proc/self/net/snmp";
  const { status, stdout, stderr } = spawnSync(
    "unshare",
    [
      ...["--user", "--map-root-user", "--net", "sh", "-c"],
      ...[`"$@" >/dev/null; status=$?; cat ${counters}; exit $status`, "sh"],
      ...command,
    ],
    { env, encoding: "utf8" },
  );
  const [names, values] = stdout
    .split("\n")
    .filter((line) => line.startsWith("Ip: "))
    .map((line) => line.split(" "));
  const count = (name: string): number =>
    Number(values?.[names?.indexOf(name) ?? -1]);
  return {
    status,
    complaint: stderr,
    packets: count("OutRequests") + count("OutNoRoutes"),
  };
}

const sendSomething = `
const socket = require("node:dgram").createSocket("udp4");
socket.send("x", 53, "192.0.2.1", () => socket.close());
`;

describe("a run of lamina in a network that leads nowhere", function () {
  this.timeout(120_000);
  const at = useTemporaryFolder();

  it("has nothing to send, and leaves no file but where we say", async function () {
    const user = await freshUser(at());
    const { env, home, temporary } = user;
    const tried = [process.execPath, "-e", sendSomething];
    if (!(runInDeadEnd(tried, env).packets > 0)) {
      console.log("      no network of one's own is allowed here: skipped");
      this.skip();
    }
    await saveScene(at(), { width: 96, height: 64, frameCount: 6 });
    const { status, complaint, packets } = runInDeadEnd(
      [
        ...[process.execPath, program, "decompose", at("rgb")],
        ...["--mask", at("mask"), "--out", at("out")],
        ...["--quality", "draft", "--backend", "cpu"],
      ],
      env,
    );
    assert.equal(status, 0, complaint);
    assert.equal(packets, 0);
    const isNamed = await namedPlaces(user, at("out"));
    const left = [...(await below(home)), ...(await below(temporary))];
    assert.deepEqual(
      left.filter((file) => !isNamed(file)),
      [],
    );
  });
});

/** Everything in a folder. */
async function below(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true });
  return names.map((name) => path.join(folder, name));
}
