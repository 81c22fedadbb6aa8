import { once } from "node:events";
import { Farm } from "../farm/farm.ts";
import { FarmBoard } from "../farm-board/farm-board.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import { describeProgress } from "./farm.ts";
import { openInBrowser } from "./open-in-browser.ts";
import { type CommandOutput, reportTrouble } from "./report-error.ts";

/**
 * Serves the page of a farm until the signal aborts, and opens it in the browser where there is a desktop.
 *
 * @throws what `Farm.open` and `FarmBoard.start` throw
 */
export async function runFarmBoard(
  address: FarmAddress,
  port: number | undefined,
  output: CommandOutput,
  signal: AbortSignal,
): Promise<void> {
  await using farm = await Farm.open(address);
  await using board = await FarmBoard.start(farm, {
    ...(port !== undefined && { port }),
    describe: describeProgress,
    onBug: (error) => {
      reportTrouble(error, output);
    },
  });
  const url = board.address();
  const isOpen = await openInBrowser(
    url,
    once(signal, "abort").catch(() => undefined),
  );
  output.line(
    isOpen
      ? `The farm's page is open in the browser, at ${board.origin}; Ctrl-C ends it.`
      : `The farm's page, to open once and within two minutes: ${url}`,
  );
  if (!signal.aborted) await once(signal, "abort");
}
