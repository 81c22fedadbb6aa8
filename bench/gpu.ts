import { writeFileSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { LaminaError } from "../src/errors/failure.ts";
import type { PartOptions } from "./gpu/part.ts";
import { parts } from "./gpu/parts.ts";
import { runPart, servePart, type PartOutcome } from "./gpu/run-part.ts";
import { softwareDriver } from "./gpu/vulkan-environment.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/gpu.ts [options]
  --only <parts>   some of: ${parts.map(({ name }) => name).join(", ")}
  --steps <n>      training steps to time (20); a software adapter takes 1
  --software       take Chromium's software adapter; it says nothing of a GPU's speed
  --all            on a software adapter also what takes minutes there
  --seconds <n>    ends after that long, whatever runs then (360)
  --json <file>    also writes what was found as JSON; - instead of the table`;

const options = {
  only: { type: "string" },
  steps: { type: "string", default: "20" },
  all: { type: "boolean", default: false },
  seconds: { type: "string", default: "360" },
  software: { type: "boolean", default: false },
  json: { type: "string" },
  part: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const steps = count(values.steps, "--steps");
  const own: PartOptions = { steps, all: values.all };
  if (values.part !== undefined) {
    await servePart(partNamed(values.part), own);
    return;
  }
  if (values.software) {
    const driver = softwareDriver();
    if (driver === undefined)
      throw new Error(
        "No Chromium, Chrome or Edge here brings a software adapter.",
      );
    process.env["VK_DRIVER_FILES"] = driver;
    // Older loaders know only this name.
    process.env["VK_ICD_FILENAMES"] = driver;
  }
  const deadline =
    performance.now() + 1000 * count(values.seconds, "--seconds");
  const chosen = values.only?.split(",").map(partNamed) ?? parts;
  const quiet = values.json === "-";
  const say = (line: string): void => {
    if (!quiet) console.log(line);
  };
  say(
    `${os.availableParallelism()} processors, ${os.cpus()[0]?.model ?? "of unknown make"}; load ${fixed(os.loadavg()[0], 1)}; Node ${process.version}\n`,
  );
  const outcomes: PartOutcome[] = [];
  for (const part of chosen) {
    if (!quiet) console.error(`… ${part.title}`);
    outcomes.push(await runPart(part, process.argv.slice(2), deadline));
  }
  say(tableOf(outcomes));
  if (values.json !== undefined) writeJson(values.json, outcomes);
  // A child that the system cannot end must not keep this process.
  process.exit();
}

function partNamed(name: string): (typeof parts)[number] {
  const found = parts.find((part) => part.name === name);
  if (found === undefined)
    throw new LaminaError({
      code: "usage",
      problem: `there is no part ${name}`,
    });
  return found;
}

function count(text: string, flag: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new LaminaError({
      code: "usage",
      problem: `${flag} takes a whole number from 1`,
    });
  return value;
}

const tableOf = (outcomes: readonly PartOutcome[]): string =>
  table([
    ["measurement", "value", "unit"],
    ...outcomes.flatMap(({ title, seconds, findings, refusal }) => [
      [`${title} (${fixed(seconds, 0)} s)`, "", ""],
      ...findings.map(({ what, value, unit }) =>
        typeof value === "number"
          ? [`  ${what}`, fixed(value, digitsFor(value)), unit]
          : [`  ${what}: ${value}`, "", ""],
      ),
      ...(refusal === undefined ? [] : [[`  not done: ${refusal}`, "", ""]]),
    ]),
  ]);

/** Four digits that mean something. */
const digitsFor = (value: number): number =>
  Number.isInteger(value)
    ? 0
    : Math.max(0, 3 - Math.floor(Math.log10(Math.abs(value) || 1)));

function writeJson(place: string, outcomes: readonly PartOutcome[]): void {
  const machine = {
    processors: os.availableParallelism(),
    model: os.cpus()[0]?.model ?? null,
    memoryGigabytes: Math.round(os.totalmem() / 1e9),
    load: os.loadavg()[0],
    node: process.version,
  };
  const text = `${JSON.stringify({ machine, parts: outcomes }, null, 2)}\n`;
  if (place === "-") process.stdout.write(text);
  else writeFileSync(place, text);
}

await reportFailure(main);
