import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import {
  findFfmpeg,
  type ProgramSurroundings,
} from "../../src/media/find-ffmpeg.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

/** A machine on which these files may be run. */
const machine = (
  platform: NodeJS.Platform,
  env: Record<string, string>,
  ...programs: string[]
): ProgramSurroundings => ({
  platform,
  env,
  home: platform === "win32" ? "C:\\Users\\me" : "/Users/me",
  isProgram: (file) => programs.includes(file),
  list: (folder) => {
    const inside = `${folder}\\`;
    const below = programs.filter((file) => file.startsWith(inside));
    return [
      ...new Set(
        below.map((file) => file.slice(inside.length).split("\\")[0]!),
      ),
    ];
  },
});

/** The PATH that programs have which were started from the Dock or the Start menu. */
const bare = {
  darwin: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin" },
  win32: { Path: "C:\\Windows\\system32;C:\\Windows" },
  linux: { PATH: "" },
} as const;

describe("finding ffmpeg", () => {
  const at = useTemporaryFolder();

  for (const [platform, programs] of Object.entries({
    darwin: [
      "/opt/homebrew/bin/ffmpeg",
      "/usr/local/bin/ffmpeg",
      "/opt/local/bin/ffmpeg",
    ],
    win32: [
      "C:\\Users\\me\\AppData\\Local\\Microsoft\\WinGet\\Links\\ffmpeg.exe",
      "C:\\Users\\me\\AppData\\Local\\Microsoft\\WinGet\\Packages\\Gyan.FFmpeg_Microsoft.Winget.Source_8wekyb3d8bbwe\\ffmpeg-8.0-full_build\\bin\\ffmpeg.exe",
      "C:\\Users\\me\\scoop\\shims\\ffmpeg.exe",
      "C:\\ProgramData\\chocolatey\\bin\\ffmpeg.exe",
      "C:\\Program Files\\ffmpeg\\bin\\ffmpeg.exe",
    ],
    linux: ["/snap/bin/ffmpeg", "/usr/local/bin/ffmpeg"],
  } as const)) {
    it(`looks where package managers of ${platform} put it, since a GUI program's PATH is bare`, () => {
      const system = platform as keyof typeof bare;
      assert.equal(findFfmpeg(machine(system, bare[system])), undefined);
      for (const program of programs) {
        assert.deepEqual(findFfmpeg(machine(system, bare[system], program)), {
          program,
          by: "a usual place",
        });
      }
    });
  }

  it("takes the one that FFMPEG_PATH names and no other, then the one on the PATH", () => {
    const there = ["/tools/ffmpeg", "/opt/homebrew/bin/ffmpeg"];
    const env = { PATH: "relative::/tools" };
    assert.deepEqual(findFfmpeg(machine("darwin", env, ...there)), {
      program: "/tools/ffmpeg",
      by: "PATH",
    });
    const named = { ...env, FFMPEG_PATH: "/no/such/ffmpeg" };
    assert.deepEqual(findFfmpeg(machine("darwin", named, ...there)), {
      program: "/no/such/ffmpeg",
      by: "FFMPEG_PATH",
    });
  });

  it("reads Windows' PATH however it is written, with folders in quotes", () => {
    const program = "D:\\my tools\\ffmpeg.exe";
    for (const name of ["Path", "PATH", "path"]) {
      const env = { [name]: 'C:\\Windows;"D:\\my tools"' };
      assert.deepEqual(findFfmpeg(machine("win32", env, program)), {
        program,
        by: "PATH",
      });
    }
  });

  it("passes by folders of that name and files that may not be run", async function () {
    if (process.platform === "win32") this.skip();
    for (const folder of ["one", "two", "three"]) await mkdir(at(folder));
    await mkdir(at("one/ffmpeg"));
    await writeFile(at("two/ffmpeg"), "");
    await chmod(at("two/ffmpeg"), 0o644);
    await writeFile(at("three/ffmpeg"), "#!/bin/sh\n");
    await chmod(at("three/ffmpeg"), 0o755);
    const { PATH, FFMPEG_PATH } = process.env;
    process.env["PATH"] = [at("one"), at("two"), at("three")].join(":");
    delete process.env["FFMPEG_PATH"];
    try {
      const found = findFfmpeg();
      assert.deepEqual(found, { program: at("three/ffmpeg"), by: "PATH" });
      assert.equal(spawnSync(found.program).status, 0);
    } finally {
      // In the real environment, which other tests have taken hold of.
      process.env["PATH"] = PATH;
      if (FFMPEG_PATH !== undefined) process.env["FFMPEG_PATH"] = FFMPEG_PATH;
    }
  });
});
