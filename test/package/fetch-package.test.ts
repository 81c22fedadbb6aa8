import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fetchPackage } from "../../scripts/packaging/fetch-package.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

describe("fetching from the registry", () => {
  const at = useTemporaryFolder();
  const environment = process.env;
  let registry: Server;
  let integrity = "";

  beforeEach(async () => {
    await mkdir(at("package"));
    await writeFile(at("package/package.json"), '{"name":"thing"}');
    execFileSync("tar", ["-czf", at("thing.tgz"), "-C", at(), "package"]);
    const tarball = readFileSync(at("thing.tgz"));
    integrity = `sha512-${createHash("sha512").update(tarball).digest("base64")}`;
    registry = createServer((request, response) => {
      const { port } = registry.address() as AddressInfo;
      const dist = { tarball: `http://127.0.0.1:${port}/thing.tgz` };
      const version = { name: "thing", version: "1.0.0", dist };
      if (request.url === "/thing.tgz") response.end(tarball);
      else if (request.url === "/thing") {
        response.end(
          JSON.stringify({ name: "thing", versions: { "1.0.0": version } }),
        );
      } else response.writeHead(404).end("{}");
    });
    await new Promise<void>((resolve) => {
      registry.listen(0, "127.0.0.1", resolve);
    });
    const { port } = registry.address() as AddressInfo;
    process.env = {
      ...environment,
      npm_config_registry: `http://127.0.0.1:${port}/`,
      npm_config_cache: at("npm-cache"),
    };
  });
  afterEach(() => {
    registry.closeAllConnections();
    registry.close();
    process.env = environment;
  });
  const fetchThing = (version: string, digest: string) =>
    fetchPackage(
      { name: "thing", version, integrity: digest },
      at("downloads"),
    );

  it("unpacks what has the known digest, and asks once", async () => {
    const folder = await fetchThing("1.0.0", integrity);
    assert.deepEqual(await readdir(folder), ["package.json"]);
    registry.close();
    registry.closeAllConnections();
    assert.equal(await fetchThing("1.0.0", integrity), folder);
  });

  it("refuses what has another digest, and keeps nothing of it", async () => {
    await assert.rejects(fetchThing("1.0.0", "sha512-other"), {
      name: "PackagingError",
      message: /its digest differs\.$/,
    });
    assert.deepEqual(await readdir(at("downloads")), []);
  });

  it("says in one sentence what the registry lacks", async () => {
    await assert.rejects(fetchThing("9.9.9", integrity), {
      name: "PackagingError",
      message:
        "The registry does not give thing 9.9.9, which this platform needs.",
    });
  });
});
