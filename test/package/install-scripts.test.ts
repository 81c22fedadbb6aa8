import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../../${name}`, import.meta.url), "utf8"));

/** Packages that are installed, and whose files say that they have a script to run then. */
async function packagesWithScripts(): Promise<string[]> {
  const { packages } = (await read("package-lock.json")) as {
    packages: Record<string, unknown>;
  };
  const found: string[] = [];
  for (const place of Object.keys(packages).filter((each) => each !== "")) {
    // What is for other systems is not there.
    const manifest = (await read(`${place}/package.json`).catch(
      () => ({}),
    )) as { name?: string; scripts?: Record<string, string> };
    const { preinstall, install, postinstall } = manifest.scripts ?? {};
    if ((preinstall ?? install ?? postinstall) !== undefined)
      found.push(manifest.name!);
  }
  return found;
}

describe("npm ci", () => {
  it("is told by name to leave out every script that packages bring, as npm 11 wants", async () => {
    const { allowScripts } = (await read("package.json")) as {
      allowScripts: Record<string, boolean>;
    };
    const denied = (await packagesWithScripts()).map((name) => [
      name,
      allowScripts[name],
    ]);
    assert.ok(denied.length > 0);
    assert.deepEqual(
      denied.filter(([, allowed]) => allowed !== false),
      [],
    );
  });

  it("finds no script to run in the lockfile, by which npm 10 goes", async () => {
    const { packages } = (await read("package-lock.json")) as {
      packages: Record<string, { hasInstallScript?: true }>;
    };
    const marked = Object.entries(packages).filter(
      ([, { hasInstallScript }]) => hasInstallScript === true,
    );
    assert.deepEqual(
      marked.map(([place]) => place),
      [],
      "take hasInstallScript out of package-lock.json",
    );
  });

  it("has no setting that npm does not know", async () => {
    const text = await readFile(
      new URL("../../.npmrc", import.meta.url),
      "utf8",
    );
    assert.doesNotMatch(text, /onnxruntime/);
  });
});
