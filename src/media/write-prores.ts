import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { squarePixels } from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import type { SourceTags } from "./clip.ts";
import { ffmpegComplaint, ffmpegRanOutOfDisk, runFfmpeg } from "./ffmpeg.ts";
import { ffmpegFileName } from "./movie-input.ts";
import { replaceFile } from "./replace-file.ts";
import { writePng } from "./write-png.ts";

// prores_aw is several times faster than prores_ks at the same quality; a build of ffmpeg may have only one of them, and only
// prores_ks takes widths that are odd.
const encodersOf = {
  "4444": ["prores_aw", "prores_ks"],
  "4444xq": ["prores_ks"],
} as const;

/** Which ProRes a movie is: 4444, or 4444 XQ with some 1.5 times the bits. */
export type ProresKind = keyof typeof encodersOf;

/** ffmpeg's numbers of these profiles. */
const profiles: Readonly<Record<ProresKind, string>> = {
  "4444": "4",
  "4444xq": "5",
};

/** What a movie says of its frames: as the clip that they were made of, BT.709 where that says nothing. */
export type MovieTags = Partial<SourceTags>;

/** Matrices that both swscale and ProRes know, by the name of the tag. */
const proresMatrices: Readonly<Record<string, string>> = {
  bt709: "bt709",
  smpte170m: "smpte170m",
  bt470bg: "smpte170m",
  bt2020nc: "bt2020",
};
/** Primaries that ProRes knows (Apple, RDD 36, table 4). */
const proresPrimaries = [
  "bt709",
  "bt470bg",
  "smpte170m",
  "bt2020",
  "smpte431",
  "smpte432",
];
/** Transfer characteristics that ProRes knows (RDD 36, table 5). */
const proresTransfers = ["bt709", "smpte2084", "arib-std-b67"];

/** Primaries that `setparams` takes, with its names for those that have others. */
const primariesNames: Readonly<Record<string, string>> = {
  ...sameNames(
    "bt709,bt470m,bt470bg,smpte170m,smpte240m,film,bt2020,smpte428,smpte431,smpte432",
  ),
  ebu3213: "jedec-p22",
};
/** Transfer characteristics that `setparams` takes. */
const transferNames: Readonly<Record<string, string>> = {
  ...sameNames(
    "bt709,smpte170m,smpte240m,linear,log100,log316,iec61966-2-4,bt1361e,iec61966-2-1,bt2020-10,bt2020-12,smpte2084,smpte428,arib-std-b67",
  ),
  gamma22: "bt470m",
  gamma28: "bt470bg",
};

function sameNames(names: string): Record<string, string> {
  return Object.fromEntries(names.split(",").map((name) => [name, name]));
}

/** How a movie is tagged: as its clip, and as BT.709 where that says nothing. */
function proresTags({ colour }: MovieTags): {
  readonly primaries: string;
  readonly transfer: string;
  /** Swscale's name of the matrix. */
  readonly space: string;
} {
  const named = (tag: string | undefined, names: typeof transferNames) =>
    tag !== undefined && tag in names ? tag : "bt709";
  const matrix = named(colour?.matrix, proresMatrices);
  return {
    primaries: named(colour?.primaries, primariesNames),
    transfer: named(colour?.transfer, transferNames),
    space: proresMatrices[matrix]!,
  };
}

/**
 * What ffmpeg makes of RGB for a movie: converted with the clip's matrix, and tagged like it, with its pixels' shape. The tags go onto the
 * frames: an encoder writes those that it knows into each picture, and all go into the container.
 *
 * @param pixels ffmpeg's name of the movie's pixel format
 */
export function movieFilter(tags: MovieTags, pixels: string): string {
  const { pixelAspect = squarePixels } = tags;
  const { space, primaries, transfer } = proresTags(tags);
  const tagged = space === "bt2020" ? "bt2020nc" : space;
  return [
    `scale=out_color_matrix=${space}:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp`,
    `format=${pixels}`,
    `setsar=${pixelAspect.numerator}/${pixelAspect.denominator}`,
    `setparams=range=tv:color_primaries=${primariesNames[primaries]}:color_trc=${transferNames[transfer]}:colorspace=${tagged}`,
  ].join(",");
}

/** What prores_aw writes into pictures of tags that ProRes does not know is worse than nothing. */
function encodersFor(kind: ProresKind, tags: MovieTags): readonly string[] {
  const { primaries, transfer } = proresTags(tags);
  const isKnown =
    proresPrimaries.includes(primaries) && proresTransfers.includes(transfer);
  return isKnown ? encodersOf[kind] : encodersOf[kind].toReversed();
}

/**
 * Writes a sequence of PNG frames as a ProRes 4444 movie with straight alpha (10-bit 4:4:4, 16-bit alpha where the encoder
 * has it), converted with the clip's matrix and tagged like it, with its pixels' shape and its timecode.
 *
 * @param framePatternSchema path of the frames with one printf number, such as `walker/%05d.png`; the first is number 1
 * @param out          path of the movie; appears in one step
 * @throws LaminaError `ffmpeg-missing`, `media-unreadable`, `disk-full`, `output-unwritable`; AbortError
 */
export async function writeProres4444(
  framePattern: string,
  rate: FrameRate,
  out: string,
  signal?: AbortSignal,
  tags: MovieTags = {},
  kind: ProresKind = "4444",
): Promise<void> {
  await replaceFile(out, async (temporary) => {
    let messages = "";
    for (const encoder of encodersFor(kind, tags)) {
      const run = await runFfmpeg(
        // prettier-ignore
        ["-v", "error", "-f", "image2", "-pattern_type", "sequence",
         "-framerate", `${rate.numerator}/${rate.denominator}`, "-start_number", "1", "-i", ffmpegFileName(escapePattern(framePattern)),
         "-vf", movieFilter(tags, "yuva444p10le"),
         ...(tags.timecode === undefined ? [] : ["-timecode", tags.timecode.text]),
         "-c:v", encoder, "-profile:v", profiles[kind], ...(encoder === "prores_ks" ? ["-alpha_bits", "16"] : []),
         "-f", "mov", "-y", ffmpegFileName(temporary)],
        "to write ProRes movies",
        signal,
      );
      if (run.exitCode === 0) return;
      if (ffmpegRanOutOfDisk(run.messages)) {
        throw new LaminaError({ code: "disk-full", path: out });
      }
      // What the first one says is the reason, unless it is that there is no such encoder.
      if (messages === "" || messages.includes("Unknown encoder"))
        messages = run.messages;
    }
    throw new LaminaError({
      code: "output-unwritable",
      path: out,
      detail: ffmpegComplaint(messages),
    });
  });
}

/** The pattern as ffmpeg reads it: every `%` but that of the number stands for itself. */
const escapePattern = (framePattern: string): string =>
  framePattern.replace(/%(?!0\dd[^%/\\]*$)/g, "%%");

/**
 * Makes sure that ffmpeg can write such a movie, by writing one frame, so that nobody learns it after the work.
 *
 * @param workFolder for the frame and the movie, which are removed again
 * @throws LaminaError `prores-impossible`, `ffmpeg-missing`, `disk-full`; AbortError
 */
export async function checkProres(
  { width, height }: Size,
  rate: FrameRate,
  workFolder: string,
  signal?: AbortSignal,
  kind?: ProresKind,
): Promise<void> {
  const folder = await mkdtemp(path.join(workFolder, "prores-"));
  try {
    const frame = path.join(folder, "00001.png");
    const clear = new Uint8Array(width * height * 4);
    await writePng(frame, clear, width, height, 4);
    const pattern = path.join(folder, "%05d.png");
    const movie = path.join(folder, "trial.mov");
    await writeProres4444(pattern, rate, movie, signal, {}, kind);
  } catch (error) {
    if (
      error instanceof LaminaError &&
      error.failure.code === "output-unwritable"
    ) {
      const { detail } = error.failure;
      throw new LaminaError({ code: "prores-impossible", detail });
    }
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
