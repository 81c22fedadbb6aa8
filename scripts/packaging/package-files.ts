import path from "node:path";
import { contentsFile } from "./contents-file.ts";
import { launcherFor } from "./launcher.ts";
import { neededPackages, type NeededPackage } from "./needed-packages.ts";
import { filesBelow, type PackageFile } from "./package-file.ts";
import type { Platform } from "./platform.ts";

/** The Node that goes into a package. */
export interface NodeRuntime {
  readonly program: string;
  readonly licence?: string;
}

/** The technologies that a package may be for. */
export type Technology = "cep" | "uxp";

/** What a package is made of. */
export interface PackageSource {
  /** Of the checkout. */
  readonly root: string;
  readonly platform: Platform;
  readonly runtime: NodeRuntime;
  readonly version: string;
  /** Keeps what was fetched. */
  readonly downloads: string;
}

/**
 * Lists what goes into the packages of a platform: the built bundles, the packages that they need, and Node, so that an editor
 * needs nothing else.
 *
 * @throws PackagingError
 */
export async function packageFiles(
  source: PackageSource,
): Promise<Readonly<Record<Technology, readonly PackageFile[]>>> {
  const { root, platform, version, downloads } = source;
  const common = [
    ...runtimeFiles(source),
    ...(await distFiles(root)),
    ...(await moduleFiles(
      await neededPackages(root, platform, downloads),
      platform,
    )),
    ...(await filesIn(root, "icons", isPicture)),
    own(root, "LICENSE"),
    {
      target: "package.json",
      content: {
        text: `${JSON.stringify({ name: "lamina", version, type: "module", private: true })}\n`,
      },
      part: "Lamina",
    },
  ];
  const launcher = launcherFor(platform.os);
  const without = (other: RegExp): readonly PackageFile[] =>
    common.filter(({ target }) => !other.test(target));
  const cep = [
    ...without(/^dist\/(uxp|host-scripts\/premiere\/uxp)\//),
    own(root, "CSXS/manifest.xml"),
  ];
  const uxp: readonly PackageFile[] = [
    ...without(/^dist\/(cep|host-scripts\/premiere\/extendscript)\//),
    own(root, "manifest.json"),
    own(root, "uxp.html"),
    {
      target: launcher.name,
      content: { text: launcher.text },
      executable: true,
      part: "Lamina",
    },
  ];
  const { name } = platform;
  return {
    cep: [...cep, contentsFile({ version, platform: name }, cep)],
    uxp: [...uxp, contentsFile({ version, platform: name }, uxp)],
  };
}

function runtimeFiles({ platform, runtime }: PackageSource): PackageFile[] {
  const part = "Node";
  const target = platform.os === "win32" ? "runtime/node.exe" : "runtime/node";
  const { program, licence } = runtime;
  return [
    { target, content: { file: program }, executable: true, part },
    ...(licence === undefined
      ? []
      : [{ target: "runtime/LICENSE", content: { file: licence }, part }]),
  ];
}

/** Everything that was built, but what is for development. */
const distFiles = (root: string): Promise<readonly PackageFile[]> =>
  filesIn(root, "dist", (file) => !/\.map$|^panel\/dev\./.test(file));

const isPicture = (file: string): boolean => file.endsWith(".png");

async function filesIn(
  root: string,
  folder: string,
  wanted: (file: string) => boolean,
): Promise<readonly PackageFile[]> {
  const files = await filesBelow(path.join(root, folder));
  return files.filter(wanted).map((file) => own(root, `${folder}/${file}`));
}

const own = (root: string, target: string): PackageFile => ({
  target,
  content: { file: path.join(root, target) },
  part: "Lamina",
});

/** Parts of the size table; every other package is counted together. */
const largePackages = /^(onnxruntime-node|sharp|@img\/.*)$/;

async function moduleFiles(
  packages: readonly NeededPackage[],
  platform: Platform,
): Promise<readonly PackageFile[]> {
  const files: PackageFile[] = [];
  for (const { name, folder, target } of packages) {
    const all = await filesBelow(folder);
    for (const file of all) {
      // Packages inside this one are listed by themselves.
      if (file.startsWith("node_modules/")) continue;
      if (!runs(file) || !isFor(platform, name, file, all)) continue;
      files.push({
        target: `${target}/${file}`,
        content: { file: path.join(folder, file) },
        part: largePackages.test(name)
          ? name.replace(/^@img\/.*/, "sharp")
          : "other packages",
      });
    }
  }
  return files;
}

/** Whether a file of a package matters when it runs: no declarations, no source maps, no manuals, nothing hidden; but licences. */
const runs = (file: string): boolean =>
  /(^|\/)(licen[cs]e|notice|copying)[^/]*$/i.test(file) ||
  !/(^|\/)\.|\.([cm]?ts|map|md|markdown|flow|tsbuildinfo)$/i.test(file);

/** Leaves out what onnxruntime-node holds for other platforms, and the second copy of its library for macOS, which nothing refers to. */
function isFor(
  { os, cpu }: Platform,
  name: string,
  file: string,
  all: readonly string[],
): boolean {
  if (name !== "onnxruntime-node") return true;
  const place = /^bin\/[^/]+\/([^/]+)\/([^/]+)\//.exec(file);
  if (place === null) return !file.startsWith("script/");
  const first = file.replace(/(\.\d+)\.\d+\.\d+(\.dylib)$/, "$1$2");
  const isSecond = first !== file && all.includes(first);
  return place[1] === os && place[2] === cpu && !isSecond;
}
