import assert from "node:assert/strict";
import { mkdirSync, readdirSync } from "node:fs";
import path from "node:path";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { runExtendScript } from "../../src/dev/run-extendscript.ts";
import { openCepHost } from "../../src/host/cep-host.ts";
import type { Disk } from "../../src/host/simulator/disk.ts";
import { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { selected } from "./host-setting.ts";
import { builtScript } from "./hosts.ts";
import { SampleProject, sourcePicture } from "./simulated-project.ts";

/** A disk of Windows in a folder: `C:\a` is `<folder>/C/a`, `\\server\share\a` is `<folder>/server/share/a`. */
function windowsDisk(folder: string): Disk {
  const here = (given: string): string => {
    const plain = given.replaceAll("\\", "/");
    const drive = /^([A-Za-z]):(?:\/|$)(.*)$/.exec(plain);
    if (drive !== null) return path.join(folder, drive[1]!, drive[2]!);
    if (plain.startsWith("//")) return path.join(folder, plain.slice(2));
    // What was there before belongs to the system that the test runs on.
    return path.isAbsolute(given) ? given : path.join(folder, "nowhere", plain);
  };
  return {
    isWindows: true,
    kind: (one) => nodeDisk.kind(here(one)),
    list: (one) => nodeDisk.list(here(one)),
    makeFolder: (one) => nodeDisk.makeFolder(here(one)),
    remove: (one) => nodeDisk.remove(here(one)),
    rename: (from, to) => nodeDisk.rename(here(from), here(to)),
    read: (one) => nodeDisk.read(here(one)),
    write: (one, data) => {
      nodeDisk.write(here(one), data);
    },
    readPicture: (one) => nodeDisk.readPicture(here(one)),
    readMovie: (one) => nodeDisk.readMovie(here(one)),
    writePicture: (one, picture) => {
      nodeDisk.writePicture(here(one), picture);
    },
  };
}

const folders: readonly (readonly [string, string])[] = [
  ["a plain path", "C:\\clips\\frames"],
  ["spaces and signs of URIs", "D:\\50%20 off #1 & more; a+b=c\\fra mes"],
  ["quotes, umlauts and emoji", "C:\\it's Zoë’s “cut” 😀\\frames"],
  ["a share", "\\\\server\\share 1\\clips\\frames"],
  ["slashes", "C:/clips/frames"],
];

describe("paths of Windows in ExtendScript", () => {
  const at = useTemporaryFolder();

  const open = () => {
    for (const drive of ["C", "D", "server/share 1"]) {
      mkdirSync(at(drive), { recursive: true });
    }
    const project = new SampleProject(at());
    const premiere = new SimulatedPremiere(windowsDisk(at()));
    Object.assign(project.premiere, { disk: premiere.disk });
    const script = builtScript("extendscript/lamina.jsx");
    return openCepHost(runExtendScript(project.premiere, script));
  };

  for (const [what, folder] of folders) {
    it(`reach the files: ${what}`, async () => {
      const host = open();
      const clip = await selected(host);
      const exported = await host.exportClip(clip, folder);
      assert.equal(exported.folder, folder);
      const here = folder
        .replaceAll("\\", "/")
        .replace(/^([A-Z]):/, "$1")
        .replace(/^\/\//, "");
      assert.deepEqual(
        readdirSync(at(here)).sort(),
        [1, 2, 3, 4].map((n) => `0000${n}.png`),
      );
      assert.deepEqual(
        nodeDisk.readPicture(at(here, "00002.png")),
        sourcePicture(16, 12, 1, false),
      );
      host.close();
    });

    it(`leave nothing when the work fails: ${what}`, async () => {
      const host = open();
      const clip = await selected(host);
      const controller = new AbortController();
      const work = host.exportClip(clip, folder, controller);
      setTimeout(() => {
        controller.abort();
      }, 1);
      await work.catch(() => undefined);
      const left = readdirSync(at(), { recursive: true }).map(String);
      assert.deepEqual(
        left.filter((name) => /\.epr$|lamina/.test(name)),
        [],
      );
      host.close();
    });
  }

  it("are refused before the work begins when programs cannot open them", async () => {
    const host = open();
    const clip = await selected(host);
    const folder = `C:\\${"long\\".repeat(50)}frames`;
    await failsWith("path-too-long", host.exportClip(clip, folder), /259/);
    assert.deepEqual(readdirSync(at("C")), []);
    host.close();
  });
});
