import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { fetchPackage } from "./fetch-package.ts";
import { PackagingError } from "./packaging-error.ts";
import type { Platform } from "./platform.ts";

const names = v.optional(v.record(v.string(), v.string()), {});
const words = v.optional(v.array(v.string()));
const lockSchema = v.object({
  packages: v.record(
    v.string(),
    v.object({
      version: v.optional(v.string(), ""),
      integrity: v.optional(v.string(), ""),
      os: words,
      cpu: words,
      libc: words,
      dependencies: names,
      optionalDependencies: names,
      peerDependencies: names,
    }),
  ),
});

type Locked = v.InferOutput<typeof lockSchema>["packages"][string];

/** A package that the bundles need at run time. */
export interface NeededPackage {
  readonly name: string;
  /** Where it is on this machine. */
  readonly folder: string;
  /** Where it goes: `node_modules/sharp`. */
  readonly target: string;
}

/** Packages whose dependencies serve their install step alone. */
const installOnly: Readonly<Record<string, readonly string[]>> = {
  "onnxruntime-node": ["adm-zip", "global-agent"],
};

/**
 * Finds the packages that the built bundles import, and those that these need, for a platform. What is installed here is taken from
 * here, other platforms' binaries from the registry, each in the version of package-lock.json unless the platform has its own.
 *
 * @param root      of the checkout
 * @param downloads keeps what was fetched
 * @throws PackagingError
 */
export async function neededPackages(
  root: string,
  platform: Platform,
  downloads: string,
): Promise<readonly NeededPackage[]> {
  const text = await readFile(path.join(root, "package-lock.json"), "utf8");
  const { packages } = v.parse(lockSchema, JSON.parse(text));
  const own = packages[""]!;
  const needed = new Map<string, NeededPackage>();
  const visit = async (name: string, from: string): Promise<void> => {
    const target = locate(name, from, packages);
    if (needed.has(target)) return;
    const locked = packages[target]!;
    const { version, integrity } = locked;
    const here = path.join(root, target);
    const instead = platform.instead?.find((other) => other.name === name);
    const folder =
      instead === undefined && existsSync(here)
        ? here
        : await fetchPackage(
            instead ?? { name, version, integrity },
            downloads,
          );
    needed.set(target, { name, folder, target });
    for (const other of Object.keys(locked.dependencies)) {
      const isForTypes = other.startsWith("@types/");
      if (isForTypes || installOnly[name]?.includes(other)) continue;
      await visit(other, target);
    }
    // A package that is to be beside another: Bull Board's pages beside what serves them.
    for (const peer of Object.keys(locked.peerDependencies))
      if (peer in own.dependencies) await visit(peer, "");
    const optional = Object.keys(locked.optionalDependencies);
    const fitting = optional.filter((other) =>
      fits(packages[locate(other, target, packages)]!, platform),
    );
    if (optional.length > 0 && fitting.length === 0 && isBinary(optional)) {
      throw new PackagingError(`${name} has no binary for ${platform.name}.`);
    }
    for (const other of fitting) await visit(other, target);
  };
  for (const name of await importedPackages(root, own)) {
    await visit(name, "");
  }
  return [...needed.values()].sort((a, b) => (a.target < b.target ? -1 : 1));
}

/** The dependencies that the bundles for Node import; all other bundles hold what they need. */
async function importedPackages(
  root: string,
  { dependencies }: Locked,
): Promise<Iterable<string>> {
  const dist = path.join(root, "dist");
  const found = new Set<string>();
  for (const file of await readdir(dist)) {
    if (!file.endsWith(".mjs")) continue;
    const code = await readFile(path.join(dist, file), "utf8");
    for (const [, from] of code.matchAll(/\b(?:from|import)[ (]*"([^"]+)"/g)) {
      const name = /^(?:@[^/]+\/)?[^/]+/.exec(from!)![0];
      if (name in dependencies) found.add(name);
    }
  }
  return found;
}

/** Where npm has put the package that `name` means in a package. */
function locate(
  name: string,
  from: string,
  packages: Readonly<Record<string, Locked>>,
): string {
  for (let place = from; ;) {
    const target = `${place === "" ? "" : `${place}/`}node_modules/${name}`;
    if (target in packages) return target;
    if (place === "") throw new Error(`bug: ${name} is not in package-lock`);
    place = place.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "");
  }
}

const fits = ({ os, cpu, libc }: Locked, platform: Platform): boolean =>
  (os?.includes(platform.os) ?? true) &&
  (cpu?.includes(platform.cpu) ?? true) &&
  (libc === undefined || libc.includes(platform.libc ?? ""));

/** Whether these are builds of one thing for one platform each. */
const isBinary = (optional: readonly string[]): boolean =>
  optional.some((name) => /(darwin|linux|win32)/.test(name));
