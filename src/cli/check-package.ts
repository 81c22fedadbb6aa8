import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { access, constants, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { LaminaError } from "../errors/failure.ts";
import {
  contentsName,
  type PackageContents,
  parseContents,
} from "../protocol/package-contents.ts";

/** What is wrong with an installed package, by path below its folder. */
export interface PackageCondition {
  readonly contents: PackageContents;
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  /** Files that were not in the package; a signed extension with such a file is not shown. */
  readonly added: readonly string[];
  readonly notExecutable: readonly string[];
  /** Whether macOS holds files of it back because they were downloaded. */
  readonly quarantined: boolean;
  /** Whether it bears a signature, as a CEP extension has to. */
  readonly signed: boolean;
  /** Files that the signature does not have, or has otherwise. */
  readonly unsigned: readonly string[];
}

const MIMETYPE = "mimetype";
const SIGNATURE_FILE = "META-INF/signatures.xml";
const SIGNATURE = [MIMETYPE, SIGNATURE_FILE];

/**
 * Compares an installed package with the list of what it was made of.
 *
 * @param folder with the manifest
 * @throws LaminaError `package-unlisted` when there is no list
 */
export async function checkPackage(folder: string): Promise<PackageCondition> {
  const listed = path.join(folder, contentsName);
  const text = await readFile(listed, "utf8").catch(() => "");
  const contents = parseContents(text);
  if (contents === undefined) {
    throw new LaminaError({ code: "package-unlisted", folder });
  }
  const there = new Set(await filesOf(folder));
  const names = Object.keys(contents.files);
  const missing = names.filter((name) => !there.has(name));
  const changed: string[] = [];
  const notExecutable: string[] = [];
  for (const name of names.filter((each) => there.has(each))) {
    const file = path.join(folder, name);
    const { sha256, executable } = contents.files[name]!;
    if ((await digestOf(file)) !== sha256) changed.push(name);
    if (executable === true && !(await isExecutable(file))) {
      notExecutable.push(name);
    }
  }
  const known = new Set([...names, contentsName, ...SIGNATURE]);
  const signed = SIGNATURE.every((name) => there.has(name));
  const isExtension = there.has("CSXS/manifest.xml");
  return {
    contents,
    missing: isExtension
      ? [...missing, ...SIGNATURE.filter((name) => !there.has(name))]
      : missing,
    changed,
    added: [...there].filter((name) => !known.has(name)).sort(),
    notExecutable,
    quarantined: await isQuarantined(folder),
    signed,
    unsigned: signed ? await unsignedFiles(folder, names) : [],
  };
}

/** Compares the files with the digests that the signature is over. */
async function unsignedFiles(
  folder: string,
  listed: readonly string[],
): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, SIGNATURE_FILE), "utf8");
  const digests = new Map<string, string>();
  for (const [, address, digest] of text.matchAll(
    /<Reference URI="([^"#]+)">[^]*?<DigestValue>\s*([^<\s]+)/g,
  )) {
    digests.set(decodeURIComponent(address!), digest!);
  }
  const unsigned: string[] = [];
  for (const name of [...listed, contentsName, MIMETYPE]) {
    const file = path.join(folder, name);
    const digest = await digestOf(file).catch(() => "");
    const signed = Buffer.from(digests.get(name) ?? "", "base64");
    if (signed.toString("hex") !== digest) unsigned.push(name);
  }
  return unsigned;
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) =>
      path.relative(folder, path.join(parentPath, name)).replaceAll("\\", "/"),
    );
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}

const isExecutable = (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

async function isQuarantined(folder: string): Promise<boolean> {
  if (process.platform !== "darwin") return false;
  const { stdout } = await promisify(execFile)("xattr", ["-r", folder], {
    maxBuffer: 1 << 26,
  });
  return stdout.includes("com.apple.quarantine");
}
