import { constants } from "node:os";

/**
 * The signal that ended ffmpeg, so that a program that was killed (by the system when memory runs out, say) is not taken for
 * one that could not read its file.
 *
 * @param killer   what ended the process itself
 * @param messages what it said; it catches some signals, finishes its file and says so
 * @returns such as `SIGKILL`; undefined when it ended by itself
 */
export function endingSignal(
  exitCode: number | null,
  killer: NodeJS.Signals | null,
  messages: string,
): string | undefined {
  if (killer !== null) return killer;
  const caught = /received signal (\d+)/.exec(messages)?.[1];
  // A shell that ran ffmpeg for us reports a signal as 128 and its number; ffmpeg's own codes above that are 183 to 255.
  const number =
    caught !== undefined
      ? Number(caught)
      : exitCode !== null && exitCode > 128 && exitCode < 160
        ? exitCode - 128
        : undefined;
  if (number === undefined) return undefined;
  const known = Object.entries(constants.signals);
  return known.find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
