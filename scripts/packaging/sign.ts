import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { PackagingError } from "./packaging-error.ts";

const run = promisify(execFile);

/** Adobe's tool, which exists for Windows and macOS. */
const TOOL = "ZXPSignCmd";

/** How to make a ZXP by hand, where the tool is missing. */
export const signingAdvice = (folder: string, zxp: string): string =>
  `No ZXP: Adobe's ${TOOL} is not on the PATH. Where it is: ${TOOL} -sign "${folder}" "${zxp}" <certificate.p12> <password> -tsa http://timestamp.digicert.com`;

/**
 * Signs the extension's folder into a ZXP: with the certificate that `LAMINA_CERTIFICATE` and `LAMINA_CERTIFICATE_PASSWORD` name, or
 * with one made for the occasion, which Premiere accepts as well.
 *
 * @returns false when the tool is not there
 * @throws PackagingError when it refuses
 */
export async function signZxp(folder: string, zxp: string): Promise<boolean> {
  const temporary = await mkdtemp(path.join(os.tmpdir(), "lamina-sign-"));
  try {
    const own = path.join(temporary, "own.p12");
    const certificate = process.env["LAMINA_CERTIFICATE"] ?? own;
    const password =
      process.env["LAMINA_CERTIFICATE_PASSWORD"] ??
      randomBytes(12).toString("hex");
    if (certificate === own) {
      const subject = ["US", "NA", "Lamina", "Lamina"];
      await run(TOOL, ["-selfSignedCert", ...subject, password, own]);
    }
    await rm(zxp, { force: true });
    await run(TOOL, ["-sign", folder, zxp, certificate, password]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    // Its message would repeat the command with the password.
    throw new PackagingError(`${TOOL} could not sign ${folder}.`);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}
