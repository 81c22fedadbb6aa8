import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { unzipSync } from "fflate";
import packageJson from "../../package.json" with { type: "json" };
import { fetchRuntime } from "../../scripts/packaging/node-runtime.ts";
import { filesBelow } from "../../scripts/packaging/package-file.ts";
import type { NodeRuntime } from "../../scripts/packaging/package-files.ts";
import { PackagingError } from "../../scripts/packaging/packaging-error.ts";
import { platforms } from "../../scripts/packaging/platform.ts";
import { writePackage } from "../../scripts/packaging/write-package.ts";
import { nodeSurroundings } from "../../src/service/find-service.ts";
import { isProcessAlive } from "../../src/media/process-alive.ts";
import {
  type ServiceAddress,
  ServiceClient,
} from "../../src/protocol/service-client.ts";
import { parseDiscovery } from "../../src/protocol/discovery.ts";
import { isOver, jobWhen } from "../service/running-service.ts";
import { recompositionError } from "../cli/recomposition.ts";
import { saveScene, sceneFrame } from "../cli/small-clip.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const root = path.resolve(import.meta.dirname, "../..");
const platform = platforms["linux-x64"];
/** What the package's own program says of the package, where it was installed. */
function examine(folder: string): { said: string; status: number | null } {
  const { stdout, stderr, status } = spawnSync(
    path.join(folder, "runtime/node"),
    [path.join(folder, "dist/lamina.mjs"), "doctor", "--package"],
    { encoding: "utf8", env: { PATH: "" } },
  );
  return { said: `${stdout}${stderr}`, status };
}

/** The names in an archive, and what it holds of the bundle. */
function contents(archive: string): { names: string[]; bundle: Buffer } {
  const names: string[] = [];
  const files = unzipSync(readFileSync(archive), {
    filter: ({ name }) => {
      if (!name.endsWith("/")) names.push(name);
      return name.endsWith("dist/lamina.mjs");
    },
  });
  const [bundle] = Object.values(files);
  return { names: names.sort(), bundle: Buffer.from(bundle!) };
}

const scene = { width: 112, height: 64, frameCount: 8 };

describe("the package", function () {
  const at = useTemporaryFolder();
  const downloads = path.join(root, "out/package/downloads");

  before(function () {
    if (process.platform !== "linux" || process.arch !== "x64") this.skip();
  });

  /** Node as an editor gets it; without a registry, the one that runs the tests. */
  const anyRuntime = async (): Promise<NodeRuntime> => {
    try {
      return await fetchRuntime(platform, downloads);
    } catch (error) {
      assert.ok(error instanceof PackagingError, String(error));
      console.log(`      ${error.message} The package gets this Node instead.`);
      return { program: process.execPath };
    }
  };

  const { version } = packageJson;
  let place = "";
  let folder = "";
  let archives: readonly string[] = [];
  before(async () => {
    place = await mkdtemp(path.join(tmpdir(), "lamina-package-"));
    const runtime = await anyRuntime();
    const source = { root, platform, runtime, version, downloads };
    ({ folder, archives } = await writePackage(source, place));
  });
  after(() => rm(place, { recursive: true, force: true }));

  /** Unpacks an archive as installers do that know no executable files. */
  const unpackPlainly = async (archive: string, to: string): Promise<void> => {
    const entries = unzipSync(await readFile(archive));
    for (const [name, bytes] of Object.entries(entries)) {
      if (name.endsWith("/")) continue;
      await mkdir(path.dirname(path.join(to, name)), { recursive: true });
      await writeFile(path.join(to, name), bytes, { mode: 0o644 });
    }
  };

  it("runs a job where there is no checkout, no npm, no Node and an empty PATH", async () => {
    assert.match(examine(folder).said, /all as they were packed; signed/);

    const installed = await filesBelow(folder);
    const [zip, zxp, ccx] = archives.map(contents);
    assert.deepEqual(
      zip!.names,
      [
        ...installed.map((file) => `com.lamina/${file}`),
        "install-lamina.command",
      ].sort(),
    );
    assert.deepEqual(zxp!.names, installed);
    const plugin = spawnSync("unzip", ["-Z", archives[2]!], {
      encoding: "utf8",
    });
    if (plugin.error === undefined) {
      assert.match(plugin.stdout, /^drwxr-xr-x .* dist\/$/m);
      const modes = plugin.stdout.match(/^[-dl][-rwx]{9} /gm);
      assert.deepEqual(
        [...new Set(modes)].sort(),
        ["-rw-r--r-- ", "-rwxr-xr-x ", "drwxr-xr-x "].sort(),
      );
    }
    // UCF: stored as the first file, so that it stands at the 38th byte.
    const begin = readFileSync(archives[1]!).toString("latin1", 0, 100);
    assert.match(begin, /^PK.{28}mimetypeapplication\/vnd\.adobe/s);
    assert.deepEqual(
      zip!.bundle,
      readFileSync(path.join(root, "dist/lamina.mjs")),
    );
    for (const named of [
      "contents.json",
      "mimetype",
      "META-INF/signatures.xml",
      "CSXS/manifest.xml",
      "dist/panel/index.html",
      "dist/host-scripts/premiere/extendscript/lamina.jsx",
      "dist/cep/service.cjs",
      "icons/dark.png",
    ]) {
      assert.ok(installed.includes(named), named);
    }
    for (const named of [
      "contents.json",
      "manifest.json",
      "uxp.html",
      "dist/panel/index.html",
      "dist/host-scripts/premiere/uxp/lamina-host.js",
      "dist/uxp/start.js",
      "start-lamina.command",
      "icons/plugin.png",
    ]) {
      assert.ok(ccx!.names.includes(named), named);
    }

    // As CEP does it, but with the package's own Node standing in for CEP's.
    await mkdir(at("home"));
    const program = path.join(folder, "runtime/node");
    const script = path.join(folder, "dist/cep/service.cjs");
    const { stdout, stderr } = spawnSync(
      program,
      [
        "--eval",
        `require(${JSON.stringify(script)})
          .startService(${JSON.stringify(folder)}, globalThis)
          .then((answer) => console.log(JSON.stringify(answer)))`,
      ],
      {
        encoding: "utf8",
        cwd: at("home"),
        env: { HOME: at("home"), PATH: "" },
      },
    );
    const answer = JSON.parse(stdout || `"${stderr}"`) as {
      value: ServiceAddress;
    };
    const client = new ServiceClient(answer.value, nodeSurroundings);
    const status = await client.status();
    try {
      assert.equal(status.version, version);
      assert.equal(readlinkSync(`/proc/${status.pid}/exe`), program);

      await saveScene(at(), scene);
      const job = await client.submitJob({
        clipPath: at("rgb"),
        subjects: [{ name: "box", maskPath: at("mask") }],
        outputPath: at("out"),
        quality: "draft",
        backend: "cpu",
      });
      const done = await jobWhen(client, job.id, isOver);
      assert.equal(done.state, "done", JSON.stringify(done.error));
      const error = await recompositionError(at("out"), (index) =>
        sceneFrame(scene, index),
      );
      assert.equal(error, 0);

      // Whatever it loaded and opened came from the package.
      const maps = readFileSync(`/proc/${status.pid}/maps`, "utf8");
      const open = readdirSync(`/proc/${status.pid}/fd`).map((fd) => {
        try {
          return readlinkSync(`/proc/${status.pid}/fd/${fd}`);
        } catch {
          return "";
        }
      });
      assert.match(maps, /com\.lamina\/node_modules\/onnxruntime-node/);
      assert.ok(!`${maps}\n${open.join("\n")}`.includes(`${root}/`));
    } finally {
      await client.shutDown();
      while (isProcessAlive(status.pid)) await wait(20);
    }
    // Whatever ran wrote nothing into the signed folder.
    assert.equal(examine(folder).status, 0);
  });

  it("is put in place by its installer, and says what is not as it was packed", async () => {
    await unpackPlainly(archives[0]!, at("download"));
    const installer = at("download/install-lamina.command");
    const { stdout, stderr, status } = spawnSync("/bin/sh", [installer], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin", LAMINA_EXTENSIONS: at("my extensions") },
    });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /all as they were packed; signed/);
    assert.match(stdout, /Window > Extensions > Lamina/);

    const installed = at("my extensions/com.lamina");
    const signature = path.join(installed, "META-INF/signatures.xml");
    const signed = await readFile(signature, "utf8");
    const other = signed.replace(
      /(URI="icons\/dark\.png">[^]*?<DigestValue>)[^<]+/,
      "$1c29tZXRoaW5nIGVsc2U=",
    );
    await writeFile(signature, other);
    assert.match(
      examine(installed).said,
      /: icons\/dark\.png: not as they were signed/,
    );
    await writeFile(signature, signed);
    assert.match(examine(installed).said, /runtime\/node; executable/);

    await rm(path.join(installed, "icons/dark.png"));
    await rm(path.join(installed, "mimetype"));
    await writeFile(path.join(installed, "dist/panel/panel.js"), "");
    await writeFile(path.join(installed, "new.txt"), "");
    await writeFile(path.join(installed, "contents.json.bak"), "");
    const { said, status: bad } = examine(installed);
    assert.equal(bad, 1);
    assert.match(said, /icons\/dark\.png, mimetype: missing/);
    assert.match(said, /dist\/panel\/panel\.js: changed/);
    assert.match(said, /contents\.json\.bak, new\.txt: added/);
    await rm(path.join(installed, "contents.json"));
    assert.match(examine(installed).said, /its list of files is missing/);
  });

  it("as a plug-in starts its service though no file was marked as executable", async () => {
    const plugin = at("the plug-in");
    await unpackPlainly(archives[2]!, plugin);
    const launcher = path.join(plugin, "start-lamina.command");
    const environment = { PATH: "/usr/bin:/bin", HOME: at("home") };
    await mkdir(at("home"));
    const started = spawnSync("/bin/sh", [launcher], { env: environment });
    assert.equal(started.status, 0);
    const found = at("home/.local/share/lamina/broker/broker.json");
    while (!existsSync(found)) await wait(20);
    const discovery = parseDiscovery(await readFile(found, "utf8"))!;
    const client = new ServiceClient(discovery, nodeSurroundings);
    assert.equal((await client.status()).version, version);
    await client.shutDown();
    while (isProcessAlive(discovery.pid)) await wait(20);
    assert.match(examine(plugin).said, /a UXP plug-in, which needs no sig/);
  });
});
