import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));
const bundle = fileURLToPath(new URL("../../dist/lamina.mjs", import.meta.url));

const dataFolder = path.join(tmpdir(), "lamina-test-data");

/** How a run of the built command ended. */
export interface LaminaRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the built command, as a user would.
 *
 * @param onOutput sees standard output grow and may send the process a signal
 */
export function runLamina(
  args: readonly string[],
  onOutput?: (stdout: string, kill: (signal: NodeJS.Signals) => void) => void,
  env: NodeJS.ProcessEnv = {},
): Promise<LaminaRun> {
  assert(existsSync(bundle), "dist is missing: run npm run build first");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      // What is known of this machine's GPU is no business of a test's.
      env: { ...process.env, LAMINA_DATA: dataFolder, ...env },
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      onOutput?.(stdout, (signal) => void child.kill(signal));
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => {
      resolve({ status, stdout, stderr });
    });
  });
}
