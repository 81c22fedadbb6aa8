import { LaminaError } from "../errors/failure.ts";
import { checkPackage } from "./check-package.ts";

/** How many files of a kind are named. */
const NAMED = 3;

/**
 * Says whether an installed panel is whole: every file as it was packed, none added, programs executable, nothing held back.
 *
 * @param folder with the manifest
 * @throws LaminaError `package-unlisted`, `package-damaged`
 */
export async function runPackageDoctor(
  folder: string,
  line: (text: string) => void,
): Promise<void> {
  const condition = await checkPackage(folder);
  const { contents, missing, changed, added, notExecutable, signed } =
    condition;
  const { version, platform, files } = contents;
  // A file that is gone or altered is not as it was signed either, which goes without saying.
  const damaged = new Set([...missing, ...changed]);
  const unsigned = condition.unsigned.filter((name) => !damaged.has(name));
  const trouble = [
    counted(missing, "missing"),
    counted(changed, "changed"),
    counted(added, "added, which breaks the signature"),
    counted(unsigned, "not as they were signed"),
    counted(notExecutable, "not executable"),
    condition.quarantined ? "held back by macOS as downloaded" : undefined,
  ].filter((text) => text !== undefined);
  if (trouble.length > 0) {
    const detail = trouble.join("; ");
    throw new LaminaError({ code: "package-damaged", folder, detail });
  }
  line(`package:    lamina ${version} for ${platform} at ${folder}`);
  line(
    `files:      ${Object.keys(files).length}, all as they were packed; ${signed ? "signed" : "a UXP plug-in, which needs no signature"}`,
  );
  const programs = Object.entries(files).filter(([, file]) => file.executable);
  line(
    `programs:   ${programs.map(([name]) => name).join(", ")}; executable${process.platform === "darwin" ? ", not quarantined" : ""}`,
  );
}

function counted(names: readonly string[], what: string): string | undefined {
  if (names.length === 0) return undefined;
  const named = names.slice(0, NAMED).join(", ");
  const more = names.length > NAMED ? ` and ${names.length - NAMED} more` : "";
  return `${named}${more}: ${what}`;
}
