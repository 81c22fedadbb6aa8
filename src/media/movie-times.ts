import { runReading } from "./run-reading.ts";
import { movieInput } from "./movie-input.ts";

/** A coded picture in a movie's file. */
export interface MoviePacket {
  /** When it is shown, and when it is decoded, microseconds. */
  readonly shown: number;
  readonly decoded: number;
  /** True when decoding can begin with it. */
  readonly isKey: boolean;
}

/**
 * The coded pictures that a movie's file holds, in the order in which they are decoded.
 *
 * @returns undefined when some have no time; with what ffmpeg complains about in the file
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function listPackets(
  movie: string,
  signal: AbortSignal | undefined,
): Promise<{ packets: MoviePacket[] | undefined; complaints: string }> {
  const lines = new LineReader();
  const { messages } = await runReading(
    // prettier-ignore
    ["-v", "error", "-copyts", ...movieInput(movie), "-map", "0:V:0", "-c", "copy", "-copyinkf", "-f", "framecrc", "-"],
    movie,
    signal,
    (chunk) => {
      lines.add(chunk);
    },
  );
  let tick = 0;
  const packets: MoviePacket[] = [];
  for (const line of lines.all()) {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (base !== null) tick = (1e6 * Number(base[1])) / Number(base[2]);
    if (line.startsWith("#") || line === "") continue;
    const [, decoded, shown] = line.split(",").map((part) => Number(part));
    if (!Number.isFinite(shown) || !Number.isFinite(decoded))
      return { packets: undefined, complaints: messages };
    const flags = /, *F=0x([0-9a-f]+)/i.exec(line)?.[1];
    packets.push({
      shown: Math.round(shown! * tick),
      decoded: Math.round(decoded! * tick),
      // ffmpeg writes the flags only where they are other than "key".
      isKey: flags === undefined || (parseInt(flags, 16) & 1) === 1,
    });
  }
  return { packets, complaints: messages };
}

/** Filters that write each frame's time, microseconds, to standard output, where `readShown` finds it. */
export const timeFilters = [
  "metadata=mode=add:key=lamina:value=1",
  "metadata=mode=print:file=-",
];

/** Makes frames count in microseconds. */
export const microseconds = "settb=1/1000000";

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
 * When each frame is shown that comes out of the decoder, microseconds, in the order in which they come out.
 *
 * @param strict drops what comes out while a picture is decoded that has an error, which else is patched up
 * @throws LaminaError what `runReading` throws; AbortError
 */
export async function listShown(
  movie: string,
  strict: boolean,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  const lines = new LineReader();
  await runReading(
    // prettier-ignore
    ["-v", "error", "-copyts", ...(strict ? ["-threads", "1", "-err_detect", "+explode"] : []), ...movieInput(movie),
     "-map", "0:V:0", "-vf", [microseconds, ...timeFilters].join(","), "-fps_mode", "passthrough", "-f", "null", "-"],
    movie,
    signal,
    (chunk) => {
      lines.add(chunk);
    },
  );
  return readShown(lines);
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
