import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { LaminaError } from "../src/errors/failure.ts";
import type { JobSummary } from "../src/pipeline/request.ts";

const program = fileURLToPath(new URL("../bin/lamina.mjs", import.meta.url));
const bundle = fileURLToPath(new URL("../dist/lamina.mjs", import.meta.url));

/** What to decompose with the built command. */
export interface CommandRun {
  readonly clip: string;
  /** Mask folders by the layers' names, bottom to top. */
  readonly masks: Readonly<Record<string, string>>;
  readonly out: string;
  readonly quality: string;
}

/**
 * Runs `lamina decompose` as its own process, without a cache, and waits for it.
 *
 * @param nodeArguments for the Node that runs it
 * @returns the job's own summary
 * @throws LaminaError `usage` when the command is not built
 * @throws Error with the command's last words when it fails
 */
export async function runDecompose(
  run: CommandRun,
  nodeArguments: readonly string[] = [],
): Promise<JobSummary> {
  const masks = Object.entries(run.masks).flatMap(([name, folder]) => [
    "--mask",
    `${name}=${folder}`,
  ]);
  const command = [
    "decompose",
    run.clip,
    ...masks,
    "--out",
    run.out,
    "--quality",
    run.quality,
    "--overwrite",
    "--no-cache",
    "--json",
  ];
  const output = await collect(command, nodeArguments);
  const summary = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly kind: string })
    .find((line) => line.kind === "summary");
  if (summary === undefined) throw new Error("the command said no summary");
  return summary as unknown as JobSummary;
}

/**
 * Runs `lamina subjects` as its own process and waits for it.
 *
 * @param out a folder that is not there yet
 * @returns the masks' folders
 * @throws as `runDecompose`
 */
export async function runSubjects(
  clip: string,
  out: string,
): Promise<readonly string[]> {
  await collect(["subjects", clip, "--out", out]);
  const entries = await readdir(out, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(out, entry.name));
}

async function collect(
  args: readonly string[],
  nodeArguments: readonly string[] = [],
): Promise<string> {
  if (!existsSync(bundle)) {
    throw new LaminaError({
      code: "usage",
      problem: "The command is not built: run npm run build first.",
    });
  }
  return new Promise((resolve, reject) => {
    const child = spawn(
      process.execPath,
      [...nodeArguments, program, ...args],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let said = "";
    let complained = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complained += text;
    });
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(said);
      else {
        reject(
          new Error(
            `lamina ${args[0]} ended with ${signal ?? String(code)}: ${(complained || said).trim().split("\n").slice(-3).join(" ")}`,
          ),
        );
      }
    });
  });
}
