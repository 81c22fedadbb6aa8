import type { Command } from "commander";
import type { CommandOutput } from "./report-error.ts";

/** What `lamina models` does; loaded only when it is run. */
export interface ModelCommands {
  /** Says which models there are. */
  readonly list: (folder: string | undefined) => Promise<readonly string[]>;
  /** Loads and runs one model, or all. */
  readonly check: (
    folder: string | undefined,
    name: string | undefined,
    line: (text: string) => void,
    signal: AbortSignal,
  ) => Promise<void>;
  /** Says how a model is added. */
  readonly explain: (folder: string | undefined) => Promise<readonly string[]>;
}

/** Declares `lamina models` with its parts. */
export function addModelsCommand(
  program: Command,
  commands: ModelCommands,
  output: CommandOutput,
  signal: AbortSignal,
): void {
  const models = program
    .command("models")
    .description("list, check and explain the models that you brought");
  const part = (name: string, description: string): Command =>
    models
      .command(name, { isDefault: name === "list" })
      .description(description)
      .option("--folder <folder>", "where the models lie");
  part("list", "say which models there are and what is wrong with any").action(
    async ({ folder }: { folder?: string }) => {
      (await commands.list(folder)).forEach(output.line);
    },
  );
  part(
    "check [name]",
    "load a model, or all, and run it on a small picture",
  ).action(
    async (name: string | undefined, { folder }: { folder?: string }) => {
      await commands.check(folder, name, output.line, signal);
    },
  );
  part("explain", "say what a model and its model.json must be like").action(
    async ({ folder }: { folder?: string }) => {
      (await commands.explain(folder)).forEach(output.line);
    },
  );
}
