import type { Command } from "commander";
import type { CommandOutput } from "./report-error.ts";

/** What `lamina cache` does; loaded only when it is run. */
export interface CacheCommands {
  /** Says what is kept. */
  readonly show: (folder: string) => Promise<readonly string[]>;
  /** Removes what nobody uses, and says what. */
  readonly clear: (folder: string) => Promise<readonly string[]>;
}

/**
 * Declares `lamina cache` with its parts.
 *
 * @param cacheFolder the cache when none is named
 */
export function addCacheCommand(
  program: Command,
  commands: CacheCommands,
  cacheFolder: string,
  output: CommandOutput,
): void {
  const cache = program
    .command("cache")
    .description("show and clear what is kept of jobs between runs");
  const part = (name: "show" | "clear", description: string): void => {
    cache
      .command(name, { isDefault: name === "show" })
      .description(description)
      .option(
        "--cache <folder>",
        "where jobs keep intermediate results",
        cacheFolder,
      )
      .action(async ({ cache: folder }: { cache: string }) => {
        (await commands[name](folder)).forEach(output.line);
      });
  };
  part("show", "say what is kept: kind, size, age, and who uses it");
  part("clear", "remove all of it that no running process uses");
}
