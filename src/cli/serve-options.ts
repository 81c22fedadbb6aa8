import { type Command, InvalidArgumentError } from "commander";

/** The options of `lamina serve`, as the command line gives them. */
export interface ServeOptions {
  readonly port?: number;
  readonly idleMinutes: number;
  readonly stop?: true;
  readonly openPanel?: true;
  readonly json?: true;
  readonly cache: string;
}

/**
 * Declares the options of `lamina serve`.
 *
 * @param cacheFolder the cache when none is named
 */
export function addServeOptions(
  command: Command,
  cacheFolder: string,
): Command {
  return command
    .option("--port <number>", "listen on this port of 127.0.0.1", readPort)
    .option(
      "--idle-minutes <number>",
      "end after so long without jobs and panels; 0 for never",
      readMinutes,
      0,
    )
    .option("--stop", "end the service that runs; its jobs go on next time")
    .option("--open-panel", "open the panel in a browser, or say where it is")
    .option("--json", "say where the service is as one JSON object")
    .option(
      "--cache <folder>",
      "where jobs keep intermediate results",
      cacheFolder,
    );
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    throw new InvalidArgumentError("Give a number from 1 to 65535.");
  }
  return port;
}

function readMinutes(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) {
    throw new InvalidArgumentError("Give a number of minutes, such as 30.");
  }
  return Number(text);
}
