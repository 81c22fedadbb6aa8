/** One stream as ffmpeg describes it before it begins. */
export interface BannerStream {
  /** ffmpeg's index within the file. */
  readonly index: number;
  /** `Video`, `Audio`, `Subtitle`, `Data`, `Attachment`. */
  readonly kind: string;
  readonly codec: string;
  /** What follows the codec, such as `yuv420p(tv, bt709), 192x108, 24 fps`. */
  readonly description: string;
  readonly isDefault: boolean;
  /** A cover picture, not a movie. */
  readonly isPicture: boolean;
  readonly metadata: Readonly<Record<string, string>>;
  /** What ffmpeg says of its side data, line by line. */
  readonly sideData: readonly string[];
}

/** A file as ffmpeg describes it before it begins. */
export interface Banner {
  /** Such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly format: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly streams: readonly BannerStream[];
}

/** Reads what ffmpeg says of its first input at the level `info`; undefined when it says nothing. */
export function readBanner(messages: string): Banner | undefined {
  const lines = messages.split("\n");
  const start = lines.findIndex((line) => line.startsWith("Input #0, "));
  if (start < 0) return undefined;
  const format = /^Input #0, (.*?), from /.exec(lines[start]!)?.[1] ?? "";
  const metadata: Record<string, string> = {};
  const streams: {
    -readonly [Key in keyof BannerStream]: BannerStream[Key];
  }[] = [];
  // The file's name ends the line, or one of the next when it is broken itself.
  const named = lines.findIndex((line, i) => i >= start && line.endsWith("':"));
  for (const line of lines.slice(Math.max(start, named) + 1)) {
    if (!line.startsWith("  ")) break;
    const stream = readStream(line);
    if (stream !== undefined) {
      streams.push(stream);
      continue;
    }
    const current = streams.at(-1);
    const pair = /^ {4,}(\S[^:]*?)\s*: (.*)$/.exec(line);
    if (pair === null) continue;
    const [, key, value] = pair;
    if (current === undefined) metadata[key!] = value!;
    else if (line.startsWith("      ") && /^(displaymatrix|cpb)$/.test(key!))
      current.sideData = [...current.sideData, `${key}: ${value}`];
    else current.metadata = { ...current.metadata, [key!]: value! };
  }
  return { format, metadata, streams };
}

function readStream(line: string): BannerStream | undefined {
  const parts =
    /^ +Stream #0:(\d+)(?:\[[^\]]*\])?(?:\([^)]*\))?: (\w+): (\w+)(.*)$/.exec(
      line,
    );
  if (parts === null) return undefined;
  const [, index, kind, codec, description] = parts;
  return {
    index: Number(index),
    kind: kind!,
    codec: codec!,
    description: description!,
    isDefault: line.includes("(default)"),
    isPicture: line.includes("(attached pic)"),
    metadata: {},
    sideData: [],
  };
}

/** The streams that hold a movie's picture. */
export const pictureStreams = (banner: Banner): BannerStream[] =>
  banner.streams.filter(
    ({ kind, isPicture }) => kind === "Video" && !isPicture,
  );

/**
 * The stream that players show: the first that is marked as the default, or the first where none is.
 *
 * @returns undefined when there is none
 */
export function shownStream(banner: Banner): BannerStream | undefined {
  const pictures = pictureStreams(banner);
  return pictures.find(({ isDefault }) => isDefault) ?? pictures[0];
}
