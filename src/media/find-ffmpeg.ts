import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** Where a program was found, and how. */
export interface FoundProgram {
  readonly program: string;
  readonly by: "FFMPEG_PATH" | "PATH" | "a usual place";
}

/** What the search looks at; this process's own unless a test says otherwise. */
export interface ProgramSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Whether a file is there that may be run. */
  readonly isProgram: (file: string) => boolean;
  /** The names in a folder; none when it is not there. */
  readonly list: (folder: string) => readonly string[];
}

const own = (): ProgramSurroundings => ({
  platform: process.platform,
  env: process.env,
  home: homedir(),
  isProgram: (file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  },
  list: (folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  },
});

/**
 * Looks for the user's ffmpeg: where `FFMPEG_PATH` says and nowhere else when it says so; else on the `PATH`; else where package
 * managers put it. Premiere started from the Dock or the Start menu hands on a bare `PATH`, which holds none of these.
 *
 * @returns undefined when it is in none of these places
 */
export function findFfmpeg(
  surroundings: ProgramSurroundings = own(),
): FoundProgram | undefined {
  const { platform, env, isProgram } = surroundings;
  const named = env["FFMPEG_PATH"];
  if (named !== undefined && named !== "") {
    return { program: named, by: "FFMPEG_PATH" };
  }
  const windows = platform === "win32";
  const paths = windows ? path.win32 : path.posix;
  const name = windows ? "ffmpeg.exe" : "ffmpeg";
  const onPath = pathOf(surroundings)
    .split(windows ? ";" : ":")
    .map((folder) => folder.replace(/^"(.*)"$/, "$1"))
    // The current folder is nowhere to take programs from.
    .filter((folder) => paths.isAbsolute(folder))
    .map((folder) => paths.join(folder, name))
    .find(isProgram);
  if (onPath !== undefined) return { program: onPath, by: "PATH" };
  const usual = usualFolders(surroundings)
    .map((folder) => paths.join(folder, name))
    .find(isProgram);
  return usual === undefined
    ? undefined
    : { program: usual, by: "a usual place" };
}

/** Windows does not care how the variable is written. */
function pathOf({ platform, env }: ProgramSurroundings): string {
  if (platform !== "win32") return env["PATH"] ?? "";
  const name = Object.keys(env).find((each) => each.toUpperCase() === "PATH");
  return (name === undefined ? undefined : env[name]) ?? "";
}

function usualFolders(surroundings: ProgramSurroundings): readonly string[] {
  const { platform, home } = surroundings;
  if (platform === "win32") return windowsFolders(surroundings);
  return [
    ...(platform === "darwin"
      ? // Homebrew on Apple's processors, on Intel's and beside what the user has built, then MacPorts.
        ["/opt/homebrew/bin", "/usr/local/bin", "/opt/local/bin"]
      : [
          "/usr/local/bin",
          "/usr/bin",
          "/snap/bin",
          "/home/linuxbrew/.linuxbrew/bin",
        ]),
    path.posix.join(home, "bin"),
    path.posix.join(home, ".local/bin"),
    path.posix.join(home, ".nix-profile/bin"),
  ];
}

function windowsFolders({
  env,
  home,
  list,
}: ProgramSurroundings): readonly string[] {
  const join = (...parts: readonly string[]): string =>
    path.win32.join(...parts);
  const local = env["LOCALAPPDATA"] ?? join(home, "AppData", "Local");
  const system = env["SystemDrive"] ?? "C:";
  const programs = env["ProgramFiles"] ?? `${system}\\Program Files`;
  const programsX86 =
    env["ProgramFiles(x86)"] ?? `${system}\\Program Files (x86)`;
  const common = env["ProgramData"] ?? `${system}\\ProgramData`;
  const winget = join(local, "Microsoft", "WinGet");
  return [
    join(winget, "Links"),
    join(programs, "WinGet", "Links"),
    // Where winget may not make links, the program lies in a folder named after its version.
    ...list(join(winget, "Packages"))
      .filter((folder) => /ffmpeg/i.test(folder))
      .flatMap((folder) => {
        const inside = join(winget, "Packages", folder);
        return list(inside).map((one) => join(inside, one, "bin"));
      }),
    join(env["SCOOP"] ?? join(home, "scoop"), "shims"),
    join(env["SCOOP_GLOBAL"] ?? join(common, "scoop"), "shims"),
    join(env["ChocolateyInstall"] ?? join(common, "chocolatey"), "bin"),
    join(programs, "ffmpeg", "bin"),
    join(programsX86, "ffmpeg", "bin"),
    join(local, "Programs", "ffmpeg", "bin"),
    `${system}\\ffmpeg\\bin`,
    join(home, "ffmpeg", "bin"),
  ];
}
