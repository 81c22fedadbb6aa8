import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import type { PackageFile } from "./package-file.ts";
import { PackagingError } from "./packaging-error.ts";
import type { Platform } from "./platform.ts";
import { writeFolder } from "./write-files.ts";
import { makeSigner, signaturePath, signExtension } from "./zxp-signature.ts";

const run = promisify(execFile);

/** Adobe's tool, which exists for Windows and macOS. */
const TOOL = "ZXPSignCmd";

/** An extension's signature. */
export interface ExtensionSignature {
  /** What is to be added to the files. */
  readonly files: readonly PackageFile[];
  /** Who wrote it, for the user to read. */
  readonly by: string;
}

/**
 * Signs a CEP extension, since Premiere on Windows shows no unsigned ones any more. On the system that the package is for, Adobe's tool
 * does it where it is on the PATH, with the certificate that `LAMINA_CERTIFICATE` and `LAMINA_CERTIFICATE_PASSWORD` name if they do; it
 * never signs for another system, where its signatures are known to fail. Else it is written here, in the form that is right for that
 * system, with a certificate made for the occasion.
 *
 * @throws PackagingError when a certificate is named and there is no tool to sign with it, or it refuses
 */
export async function signForCep(
  files: readonly PackageFile[],
  platform: Platform,
): Promise<ExtensionSignature> {
  const certificate = process.env["LAMINA_CERTIFICATE"];
  if (platform.os === process.platform) {
    const signed = await signWithTool(files, certificate);
    if (signed !== undefined) return { files: signed, by: `Adobe's ${TOOL}` };
  }
  if (certificate !== undefined) {
    throw new PackagingError(
      `Signing with LAMINA_CERTIFICATE needs Adobe's ${TOOL} on the PATH of the system that the package is for; without LAMINA_CERTIFICATE the package is self-signed anywhere.`,
    );
  }
  return {
    files: signExtension(files, platform, await makeSigner()),
    by: "a certificate made for this package",
  };
}

async function signWithTool(
  files: readonly PackageFile[],
  named: string | undefined,
): Promise<readonly PackageFile[] | undefined> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), "lamina-sign-"));
  try {
    const own = path.join(temporary, "own.p12");
    const password =
      process.env["LAMINA_CERTIFICATE_PASSWORD"] ??
      randomBytes(12).toString("hex");
    if (named === undefined) {
      const subject = ["US", "NA", "Lamina", "Lamina"];
      await run(TOOL, ["-selfSignedCert", ...subject, password, own]);
    }
    const folder = path.join(temporary, "extension");
    const zxp = path.join(temporary, "extension.zxp");
    await writeFolder(folder, files);
    await run(TOOL, ["-sign", folder, zxp, named ?? own, password]);
    const added = unzipSync(await readFile(zxp), {
      filter: ({ name }) => name === "mimetype" || name === signaturePath,
    });
    return Object.entries(added).map(([target, bytes]) => ({
      target,
      content: { text: Buffer.from(bytes).toString("utf8") },
      part: "signature",
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // Its message would repeat the command with the password.
    throw new PackagingError(`${TOOL} could not sign the extension.`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
