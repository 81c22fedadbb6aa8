import assert from "node:assert/strict";
import { type Commands, runCommandLine } from "../../src/cli/command-line.ts";

/** What commands of a farm come to when they do nothing. */
const farm: Commands["farm"] = {
  work: () => Promise.resolve(),
  submit: () => Promise.resolve(),
  board: () => Promise.resolve(),
  show: () => Promise.resolve([]),
  cancel: () => Promise.resolve(""),
  retry: () => Promise.resolve(""),
  prioritise: () => Promise.resolve(""),
};
const decompose: Commands["decompose"] = () =>
  Promise.resolve({
    documentPath: "",
    frameCount: 1,
    stages: [],
    peakMemoryBytes: 0,
    recompositionError: 0,
    trainingSteps: 0,
    millisecondsPerStep: 0,
  });

/**
 * Whether the command understands a line as somebody would write it, without doing it.
 *
 * @param args what stands after `lamina`
 */
export async function assertCommand(args: readonly string[]): Promise<void> {
  const said: string[] = [];
  const before = { ...process.env };
  // Where the farm is stands in the environment, as the pages say.
  process.env["LAMINA_REDIS"] = "redis://farm.studio:6379";
  process.env["LAMINA_STORAGE"] = "/mnt/studio";
  try {
    const code = await runCommandLine(args, {
      version: "1.2.3",
      cacheFolder: "cache",
      signal: new AbortController().signal,
      output: {
        line: (text) => said.push(text),
        errorLine: (text) => said.push(text),
        isTerminal: false,
      },
      commands: { farm, decompose } as Partial<Commands> as Commands,
    });
    assert.equal(code, 0, `lamina ${args.join(" ")}: ${said.join("\n")}`);
  } finally {
    for (const name of ["LAMINA_REDIS", "LAMINA_STORAGE"])
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
  }
}
