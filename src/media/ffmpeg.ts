import { spawn } from "node:child_process";
import { LaminaError } from "../errors/failure.ts";
import { endWithParent } from "../process/end-with-parent.ts";
import { endingSignal } from "./ffmpeg-ending.ts";
import { findFfmpeg } from "./find-ffmpeg.ts";

/** How a run of ffmpeg ended. */
export interface FfmpegRun {
  readonly exitCode: number;
  /** The first bytes of its standard output, at most `keptOutputBytes`. */
  readonly output: Buffer;
  /** Its messages, the last 64 KiB of them. */
  readonly messages: string;
}

/** What is asked of ffmpeg's standard output without a reader is a line or two. */
const keptOutputBytes = 4096;
/** A complaint for each frame may come; the last ones say why it ended. */
const keptMessageCharacters = 65536;

/**
 * Runs the user's own ffmpeg, as `findFfmpeg` finds it, without a terminal and with quiet messages.
 *
 * @param purpose  what it is needed for, to complete "ffmpeg is needed ... and was not found"
 * @param onOutput receives standard output as it comes; without it, the first bytes are kept
 * @param onMessages receives all messages as they come
 * @throws LaminaError `ffmpeg-missing`, `ffmpeg-ended`; AbortError when `signal` fires, after ffmpeg has ended
 */
export function runFfmpeg(
  args: readonly string[],
  purpose: string,
  signal?: AbortSignal,
  onOutput?: (chunk: Buffer) => void,
  onMessages?: (text: string) => void,
): Promise<FfmpegRun> {
  signal?.throwIfAborted();
  const program = findFfmpeg()?.program ?? "ffmpeg";
  return new Promise((resolve, reject) => {
    // Nobody else would end it: it goes on writing its file when our pipes break.
    const child = endWithParent(() =>
      spawn(program, ["-hide_banner", "-nostdin", ...args], {
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
      }),
    );
    // SIGKILL: ffmpeg answers SIGTERM by finishing its file, which nobody wants any more.
    const kill = (): void => void child.kill("SIGKILL");
    signal?.addEventListener("abort", kill, { once: true });

    let output = Buffer.alloc(0);
    let messages = "";
    child.stdout.on("data", (chunk: Buffer) => {
      if (onOutput !== undefined) onOutput(chunk);
      else if (output.length < keptOutputBytes) {
        output = Buffer.concat([output, chunk]).subarray(0, keptOutputBytes);
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      onMessages?.(text);
      messages = (messages + text).slice(-keptMessageCharacters);
    });
    child.on("error", (cause: NodeJS.ErrnoException) => {
      signal?.removeEventListener("abort", kill);
      const missing = cause.code === "ENOENT" || cause.code === "EACCES";
      reject(
        missing
          ? new LaminaError({ code: "ffmpeg-missing", purpose }, { cause })
          : cause,
      );
    });
    child.on("close", (exitCode, killer) => {
      signal?.removeEventListener("abort", kill);
      const ending = endingSignal(exitCode, killer, messages);
      if (signal?.aborted === true) reject(signal.reason as Error);
      else if (ending !== undefined)
        reject(
          new LaminaError({ code: "ffmpeg-ended", signal: ending, purpose }),
        );
      else resolve({ exitCode: exitCode ?? 1, output, messages });
    });
  });
}

/** The first of ffmpeg's messages, without its source and full stop: what went wrong, in ffmpeg's words. */
export function ffmpegComplaint(messages: string): string {
  const line =
    messages
      .split("\n")
      .map((text) => text.trim())
      .find((text) => text !== "") ?? "ffmpeg gave no reason";
  return line.replace(/^(\[[^\]]*\]\s*)+/, "").replace(/\.+$/, "");
}

/** True when ffmpeg stopped because the disk is full. */
export const ffmpegRanOutOfDisk = (messages: string): boolean =>
  messages.includes("No space left on device");
