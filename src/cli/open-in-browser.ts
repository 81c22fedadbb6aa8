import { spawn } from "node:child_process";
import { writeRedirectPage } from "./redirect-page.ts";

/**
 * Opens an address in the user's browser, where there is a desktop and someone sits at it. Nothing of the address stands on a
 * command line.
 *
 * @param worthless resolves when the address leads nowhere any more
 * @returns         whether it was opened
 */
export async function openInBrowser(
  address: string,
  worthless: Promise<unknown> = new Promise(() => undefined),
  isTerminal = process.stdout.isTTY,
): Promise<boolean> {
  const command = opener();
  if (command === undefined || !isTerminal) return false;
  const { file, remove } = await writeRedirectPage(address);
  const opened = await run(command, file);
  if (!opened) await remove();
  void worthless.then(remove);
  return opened;
}

function run(
  [program, ...args]: readonly [string, ...string[]],
  file: string,
): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(program, [...args, file], {
      detached: true,
      stdio: "ignore",
    });
    child.on("error", () => {
      resolve(false);
    });
    child.on("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(): readonly [string, ...string[]] | undefined {
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["explorer.exe"];
  const hasDisplay =
    process.env["DISPLAY"] !== undefined ||
    process.env["WAYLAND_DISPLAY"] !== undefined;
  return hasDisplay ? ["xdg-open"] : undefined;
}
