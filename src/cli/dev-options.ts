import { type Command, Option } from "commander";

/** The options of `lamina dev`, as the command line gives them. */
export interface DevOptions {
  readonly folder: string;
  readonly clip?: string;
  readonly mask: readonly string[];
  readonly also: readonly string[];
  readonly technology: "extendscript" | "uxp";
  readonly json?: true;
}

/** Declares the options of `lamina dev`. */
export const addDevOptions = (command: Command): Command =>
  command
    .option("--folder <folder>", "where it keeps its clips and jobs", "out/dev")
    .option(
      "--clip <path>",
      "a folder of frames or a movie instead of the samples",
    )
    .option(
      "--mask [name=]<path>",
      "a mask that goes with it, to choose from; repeat for more",
      (mask: string, others: readonly string[]) => [...others, mask],
      [],
    )
    .option(
      "--also <movie>",
      "a movie that is in the project too, for backdrops; repeat for more",
      (movie: string, others: readonly string[]) => [...others, movie],
      [],
    )
    .addOption(
      new Option("--technology <name>", "how the simulator is spoken to")
        .choices(["extendscript", "uxp"])
        .default("extendscript"),
    )
    .option("--json", "say where the page is as one JSON object");
