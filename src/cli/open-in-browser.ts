import { spawn } from "node:child_process";

/**
 * Opens a file with the program that the desktop has for it, where there is a desktop and someone sits at it.
 *
 * @returns whether it was opened
 */
export function openInBrowser(file: string): Promise<boolean> {
  const command = opener();
  if (command === undefined || !process.stdout.isTTY) {
    return Promise.resolve(false);
  }
  const [program, ...args] = command;
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
