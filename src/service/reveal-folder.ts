import { spawn } from "node:child_process";
import { LaminaError } from "../errors/failure.ts";

/** What shows a folder on a system; it is given the folder's path alone, and no shell reads it. */
const viewers: Readonly<Record<string, string>> = {
  darwin: "open",
  win32: "explorer.exe",
};

/**
 * Shows a folder in the system's own file manager, which goes on when we end.
 *
 * @throws LaminaError `request-conflict` when there is none
 */
export async function revealFolder(folder: string): Promise<void> {
  const viewer = viewers[process.platform] ?? "xdg-open";
  await new Promise<void>((resolve, reject) => {
    const child = spawn(viewer, [folder], { detached: true, stdio: "ignore" });
    child.once("spawn", () => {
      child.unref();
      resolve();
    });
    child.once("error", (cause) => {
      const problem = `This system has nothing that shows folders; the layers are in ${folder}.`;
      reject(new LaminaError({ code: "request-conflict", problem }, { cause }));
    });
  });
}
