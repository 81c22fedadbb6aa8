import type { Command } from "commander";

/** What `lamina correct` is told. */
export interface CorrectOptions {
  /** Folder of the result. */
  readonly layers: string;
  /** File with the strokes; those beside the result are taken when none is named. */
  readonly from: string | undefined;
  readonly cache: string;
}

/**
 * Declares `lamina correct`.
 *
 * @param cacheFolder the cache when none is named
 */
export function addCorrectCommand(
  program: Command,
  cacheFolder: string,
  run: (options: CorrectOptions) => Promise<void>,
): void {
  program
    .command("correct <layers>")
    .description("have the layers of a kept run show what strokes say of them")
    .option(
      "--from <file>",
      "the strokes; without it, those that lie beside the layers",
    )
    .option(
      "--cache <folder>",
      "where the run has kept its intermediate results",
      cacheFolder,
    )
    .action(
      async (
        layers: string,
        { from, cache }: { from?: string; cache: string },
      ) => {
        await run({ layers, from, cache });
      },
    );
}
