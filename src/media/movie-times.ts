import { damageComplaints } from "./damage-complaints.ts";
import { runFfmpeg } from "./ffmpeg.ts";
import { runReading } from "./run-reading.ts";
import { movieInput, type MovieStream } from "./movie-input.ts";

/** A coded picture in a movie's file. */
export interface MoviePacket {
  /** When it is shown, and when it is decoded, microseconds. */
  readonly shown: number;
  readonly decoded: number;
  /** True when decoding can begin with it. */
  readonly isKey: boolean;
  /** True for what an edit list cuts away. */
  readonly isHidden?: boolean;
}

/** ffmpeg's flag of packets that are decoded and not shown. */
const DISCARDED = 4;

/** Formats that count frames rather than say when each is shown, so that lost ones leave no gap. */
const countedFormats =
  "avi,h264,hevc,m4v,mpegvideo,vc1,dirac,dnxhd,mjpeg,obu,yuv4mpegpipe,dv".split(
    ",",
  );

/**
 * The coded pictures that a movie's file holds, in the order in which they are decoded.
 *
 * @returns undefined packets when some have no time of their own; with what ffmpeg complains about in the file
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function listPackets(
  movie: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<{ packets: MoviePacket[] | undefined; complaints: string }> {
  const lines = new LineReader();
  const { messages } = await runReading(
    // prettier-ignore
    ["-v", "level+info", "-nostats", "-copyts", ...movieInput(movie, stream), "-c", "copy", "-copyinkf", "-f", "framecrc", "-"],
    movie,
    signal,
    (chunk) => {
      lines.add(chunk);
    },
  );
  const complaints = messages
    .split("\n")
    .filter((line) => /\[(error|fatal|panic)\] /.test(line))
    .join("\n");
  const format = /Input #0, (\w+)/.exec(messages)?.[1] ?? "";
  if (countedFormats.includes(format))
    return { packets: undefined, complaints };
  let tick = 0;
  const packets: MoviePacket[] = [];
  for (const line of lines.all()) {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (base !== null) tick = (1e6 * Number(base[1])) / Number(base[2]);
    if (line.startsWith("#") || line === "") continue;
    const [, decoded, shown] = line.split(",").map((part) => Number(part));
    if (!Number.isFinite(shown) || !Number.isFinite(decoded))
      return { packets: undefined, complaints };
    const flags = /, *F=0x([0-9a-f]+)/i.exec(line)?.[1];
    packets.push({
      shown: Math.round(shown! * tick),
      decoded: Math.round(decoded! * tick),
      // ffmpeg writes the flags only where they are other than "key".
      isKey: flags === undefined || (parseInt(flags, 16) & 1) === 1,
      isHidden: flags !== undefined && (parseInt(flags, 16) & DISCARDED) !== 0,
    });
  }
  return { packets, complaints };
}

/**
 * When a movie's pictures are shown, microseconds, ascending, as its file says; nothing is decoded.
 *
 * @returns undefined when some have no time of their own
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function shownTimes(
  movie: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<number[] | undefined> {
  const { packets } = await listPackets(movie, stream, signal);
  return packets
    ?.filter(({ isHidden }) => isHidden !== true)
    .map(({ shown }) => shown)
    .sort((a, b) => a - b);
}

/** Filters that write each frame's time, microseconds, to standard output, where `readShown` finds it. */
export const timeFilters = [
  "metadata=mode=add:key=lamina:value=1",
  "metadata=mode=print:file=-",
];

/** Makes frames count in microseconds. */
export const microseconds = "settb=1/1000000";

/** How many frames' times begin in a piece of what `timeFilters` write. */
export const countTimes = (chunk: Buffer): number =>
  chunk.toString("latin1").split("frame:").length - 1;

/** The times, microseconds, that `timeFilters` wrote. */
export function readShown(output: LineReader): number[] {
  const times: number[] = [];
  for (const line of output.all()) {
    const time = /^frame:\d+\s+pts:(-?\d+)/.exec(line)?.[1];
    if (time !== undefined) times.push(Number(time));
  }
  return times;
}

/**
 * When each frame is shown that a strict decoder gives, microseconds, in the order in which they come out. It drops what
 * comes out while a picture is decoded that has an error, which else is patched up.
 *
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function listStrict(
  movie: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const lines = new LineReader();
  await runReading(
    // prettier-ignore
    ["-v", "error", "-copyts", "-threads", "1", "-err_detect", "+explode", ...movieInput(movie, stream),
     "-vf", [microseconds, ...timeFilters].join(","), "-fps_mode", "passthrough", "-f", "null", "-"],
    movie,
    signal,
    (chunk) => {
      lines.add(chunk);
    },
  );
  return readShown(lines);
}

/**
 * When each frame is shown that comes out of the decoder, microseconds, in the order in which they come out, and which of
 * them came out when the decoder complained of a picture, or are themselves said to be corrupt.
 *
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function listShown(
  movie: string,
  stream: MovieStream,
  signal: AbortSignal | undefined,
): Promise<{ shown: number[]; patched: number[]; corrupt: number[] }> {
  const parts: string[] = [];
  await runReading(
    // prettier-ignore
    ["-v", "level+info", "-nostats", "-copyts", "-threads", "1", ...movieInput(movie, stream),
     "-vf", [microseconds, timeFilters[0], "metadata=mode=print"].join(","), "-fps_mode", "passthrough", "-f", "null", "-"],
    movie,
    signal,
    undefined,
    undefined,
    (text) => parts.push(text),
  );
  const shown: number[] = [];
  const patched: number[] = [];
  const corrupt: number[] = [];
  let complained = false;
  let isCorrupt = false;
  for (const line of parts.join("").split("\n")) {
    const time = /^\[Parsed_metadata\S* @ .*frame:\d+\s+pts:(-?\d+)/.exec(line);
    if (time === null) {
      isCorrupt ||= line.includes("corrupt decoded frame");
      complained ||= isDecoderComplaint(line);
      continue;
    }
    shown.push(Number(time[1]));
    if (complained) patched.push(Number(time[1]));
    if (isCorrupt) corrupt.push(Number(time[1]));
    complained = false;
    isCorrupt = false;
  }
  if (complained && shown.length > 0) patched.push(shown.at(-1)!);
  return { shown, patched, corrupt };
}

/** A line of `-v level+info` in which the decoder says that something is wrong. */
const isDecoderComplaint = (line: string): boolean =>
  /\[(error|fatal|panic)\] /.test(line) &&
  !/^\[(NULL|matroska|mov|avi|mpegts|mpeg|mxf|flv|asf|ogg|nut|ivf)\b/.test(
    line,
  ) &&
  damageComplaints(line).length > 0;

/**
 * True when messages stand between the frames that they belong to: from version 7 on, ffmpeg decodes and filters in threads
 * of their own.
 */
export async function tellsInOrder(): Promise<boolean> {
  const { output } = await runFfmpeg(["-version"], "to read movies");
  const major = /^ffmpeg version n?(\d+)\./.exec(
    output.toString("latin1"),
  )?.[1];
  return major !== undefined && Number(major) <= 6;
}

/** Gathers text that comes in pieces. */
export class LineReader {
  readonly #chunks: Buffer[] = [];

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  all(): string[] {
    return Buffer.concat(this.#chunks).toString("latin1").split("\n");
  }
}
