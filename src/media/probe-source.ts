import { LaminaError } from "../errors/failure.ts";
import { failureSentence } from "../errors/failure-sentence.ts";
import { kindOfName } from "../job-contract/image-format.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { squarePixels } from "../units/pixel-aspect.ts";
import { findSequence, type ClipOptions, keptBits } from "./clip.ts";
import type { FieldChoice } from "../job-contract/source-choices.ts";
import {
  conformedRate,
  describeRate,
  isSteady,
  paceFrames,
  pacingNotice,
} from "./frame-pacing.ts";
import { countFields, looksInterlaced, looksProgressive } from "./idet.ts";
import {
  type AlphaColours,
  judgeImageAlpha,
  judgeMovieAlpha,
} from "./clip-alpha.ts";
import { readCommonHeader } from "./image-folder.ts";
import { describeGaps, fillGaps, findGaps } from "./image-sequence.ts";
import { pictureStreams } from "./movie-banner.ts";
import { type MovieHeader, readMovieHeader } from "./movie-header.ts";
import { listPackets } from "./movie-times.ts";
import { bitsOfFormat } from "./pixel-format.ts";
import { readPngColour } from "./png-colour.ts";
import { someImageIsClipped } from "./light-range.ts";
import { darkestScene, lightestScene } from "./scene-linear.ts";
import type { SourceDescription, SourceVerdict } from "./source-description.ts";
import { inputMatrix } from "./untagged-matrix.ts";

/** What a user has chosen that decides how a source is taken. */
export type SourceChoices = Pick<
  ClipOptions,
  "frameRate" | "allowGaps" | "matrix" | "fields" | "alpha" | "bits" | "signal"
>;

/** What a clip is found to be, and why it is not taken as it is. */
export interface ProbedSource {
  readonly description: SourceDescription;
  readonly refusal?: LaminaError | undefined;
}

/** What probing gathers beside the description. */
class Findings {
  refusal: LaminaError | undefined;
  readonly conformed: string[] = [];
  readonly warned: string[] = [];

  refuse(refusal: LaminaError): void {
    this.refusal ??= refusal;
  }

  get verdict(): SourceVerdict {
    const { refusal, conformed, warned } = this;
    const sentences = [...conformed, ...warned];
    if (refusal !== undefined)
      return {
        kind: "refused",
        sentences: [failureSentence(refusal.failure), ...sentences],
      };
    if (warned.length > 0) return { kind: "warned", sentences };
    return conformed.length > 0
      ? { kind: "conformed", sentences }
      : { kind: "exact" };
  }
}

/**
 * Finds out what a clip is and what becomes of it, without decoding more than its first seconds: what cannot be carried is refused
 * or told of before the work.
 *
 * @throws LaminaError for what cannot be read at all: what `readMovieHeader`, `listPackets` and `findSequence` throw; AbortError
 */
export async function probeSource(
  path: string,
  choices: SourceChoices,
): Promise<ProbedSource> {
  const findings = new Findings();
  const found =
    (await probeImages(path, choices, findings)) ??
    (await probeMovie(path, choices, findings));
  const description = { ...found, verdict: findings.verdict };
  return { description, refusal: findings.refusal };
}

async function probeImages(
  path: string,
  choices: SourceChoices,
  findings: Findings,
): Promise<Omit<SourceDescription, "verdict"> | undefined> {
  const { allowGaps = false, signal, frameRate } = choices;
  const sequence = await findSequence(path);
  if (sequence === undefined) return undefined;
  const { files, numbers = [] } = sequence;
  const gaps = findGaps(numbers);
  let frames = files.length;
  try {
    frames = fillGaps(path, sequence, allowGaps).files.length;
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    findings.refuse(error);
  }
  if (gaps.length > 0 && findings.refusal === undefined)
    findings.conformed.push(
      `The numbers ${describeGaps(gaps)} are missing; the image before each stands in.`,
    );
  const { hasAlpha, bits, isLight, ...size } = await readCommonHeader(
    files,
    signal,
  );
  if (isLight) await judgeLight(files, signal, findings);
  if (hasAlpha)
    judgeAlpha(
      await judgeImageAlpha(files, JUDGED_FRAMES, signal),
      choices,
      findings,
    );
  judgeDepth(bits, choices, findings);
  const format = kindOfName(files[0]!);
  return {
    kind: "images",
    format,
    codec: format === "jpg" ? "mjpeg" : format,
    pixelFormat: "",
    bits,
    rotation: 0,
    pixelAspect: squarePixels,
    fields: "progressive",
    frameRate,
    times: { frames, isSteady: true, isEdited: false },
    colour: (await readPngColour(files[0]!)) ?? {
      range: "pc",
      primaries: "unknown",
      transfer: isLight ? "linear" : "unknown",
      matrix: "gbr",
    },
    matrix: "auto",
    hasAlpha,
    streams: [],
    gaps,
    ...size,
  };
}

/** Says what becomes of scene-linear light, and whether there is more than codes stand for. */
async function judgeLight(
  files: readonly string[],
  signal: AbortSignal | undefined,
  findings: Findings,
): Promise<void> {
  findings.conformed.push(
    "Its linear light is taken apart, and layers are written, as codes of the curve ACEScct.",
  );
  if (await someImageIsClipped(files, JUDGED_FRAMES, signal))
    findings.warned.push(
      `Some of its light lies outside what that curve holds, ${darkestScene.toFixed(4)} to ${lightestScene.toFixed(1)}, and is cut off there.`,
    );
}

/** Frames that are looked at; what is transparent is so from the beginning, or somewhere among so many. */
const JUDGED_FRAMES = 48;

/** Says what becomes of alpha, where a clip is transparent. */
function judgeAlpha(
  found: AlphaColours | undefined,
  { alpha }: SourceChoices,
  findings: Findings,
): void {
  if (found === undefined) return;
  if (alpha === "ignore")
    findings.conformed.push(
      "The clip has transparent parts; its alpha is left out, as it was asked for.",
    );
  else findings.conformed.push(alphaSentence(alpha ?? found));
}

/** What becomes of a clip's alpha. */
export const alphaSentence = (colours: AlphaColours): string =>
  `The clip has transparent parts (${colours} colours): layers add up to its colours, and its alpha is written beside them.`;

/** Says when layers have fewer bits than the clip; without a choice they have enough. */
function judgeDepth(
  bits: number,
  { bits: choice = "auto" }: SourceChoices,
  findings: Findings,
): void {
  const kept = keptBits(bits, choice);
  if (bits > kept)
    findings.warned.push(
      `The clip has ${bits} bits a sample; its layers have ${kept}, and add up to its frames at ${kept} bits.`,
    );
}

async function probeMovie(
  path: string,
  choices: SourceChoices,
  findings: Findings,
): Promise<Omit<SourceDescription, "verdict">> {
  const { signal } = choices;
  const header = await readMovieHeader(path, signal);
  const { banner, stream, colour, width, height } = header;
  const { packets } = await listPackets(path, stream, signal);
  const times = timesOf(packets, header, choices.frameRate, findings);
  await judgeFields(path, header, choices.fields, signal, findings);
  const bits = bitsOfFormat(header.pixelFormat);
  judgeDepth(bits, choices, findings);
  if (header.hasAlpha)
    judgeAlpha(
      await judgeMovieAlpha(path, stream, JUDGED_FRAMES, signal),
      choices,
      findings,
    );
  const isYuv = !/^(rgb|bgr|gbr|argb|abgr|pal8|gray|ya|mono|0)/.test(
    header.pixelFormat,
  );
  const matrix = isYuv ? inputMatrix(header, choices.matrix) : "auto";
  const pictures = pictureStreams(banner);
  if (pictures.length > 1)
    findings.warned.push(
      `The movie has ${pictures.length} pictures, of which stream ${stream.index} is taken.`,
    );
  return {
    kind: "movie",
    format: banner.format,
    codec: header.codec,
    pixelFormat: header.pixelFormat,
    bits,
    rotation: header.rotation,
    pixelAspect: header.pixelAspect,
    fields: header.fields,
    ...times,
    colour,
    matrix,
    hasAlpha: header.hasAlpha,
    timecode: header.timecode,
    streams: banner.streams.map(({ index, kind, codec, isDefault }) => ({
      index,
      kind,
      codec,
      isDefault,
      isTaken: index === stream.index,
    })),
    gaps: [],
    width,
    height,
  };
}

function timesOf(
  packets: Awaited<ReturnType<typeof listPackets>>["packets"],
  header: MovieHeader,
  asked: FrameRate | undefined,
  findings: Findings,
): Pick<SourceDescription, "frameRate" | "times"> {
  if (packets === undefined)
    return {
      frameRate: asked ?? header.frameRate,
      times: { isSteady: true, isEdited: false },
    };
  const shown = packets.filter(({ isHidden }) => isHidden !== true);
  const times = shown.map((packet) => packet.shown).sort((a, b) => a - b);
  const isEdited = shown.length < packets.length;
  const own = isSteady(times, header.frameRate);
  const rate = own ? header.frameRate : (asked ?? conformedRate(times));
  const steady = own || isSteady(times, rate);
  const pacing = steady ? undefined : paceFrames(times, rate);
  if (pacing !== undefined) findings.conformed.push(pacingNotice(pacing, rate));
  const frames = pacing?.frames.length ?? times.length;
  const shownAt = asked ?? rate;
  return {
    frameRate: shownAt,
    times: {
      codedFrames: packets.length,
      frames,
      seconds: (frames * shownAt.denominator) / shownAt.numerator,
      isSteady: steady,
      average: pacing?.average,
      isEdited,
    },
  };
}

async function judgeFields(
  path: string,
  { fields, stream, pixelFormat }: MovieHeader,
  choice: FieldChoice | undefined,
  signal: AbortSignal | undefined,
  findings: Findings,
): Promise<void> {
  if (choice !== undefined) {
    if (choice !== "keep")
      findings.conformed.push(
        choice === "bwdif"
          ? "Whole frames are made of the fields by bwdif."
          : `Whole frames are made of the ${choice} fields.`,
      );
    return;
  }
  // Only cameras' formats are interlaced.
  if (fields === "progressive" && !/^yuv/.test(pixelFormat)) return;
  const counts = await countFields(path, stream, signal);
  if (fields !== "progressive" && !looksProgressive(counts))
    findings.refuse(
      new LaminaError({ code: "media-interlaced", path, first: fields }),
    );
  if (fields !== "progressive" && looksProgressive(counts))
    findings.conformed.push(
      "The clip is flagged as interlaced, but each of its frames shows one moment; they are taken as they are.",
    );
  if (fields === "progressive" && looksInterlaced(counts))
    findings.warned.push(
      "The clip looks interlaced, though it is not flagged so: most of its frames show two moments.",
    );
}

/** The same in one line: `HEVC, 1920x1080, 59.94 fps, 10 bits, HLG (bt2020), alpha`. */
export function summariseSource(source: SourceDescription): string {
  const { width, height, pixelAspect, colour, times, frameRate } = source;
  const { numerator, denominator } = pixelAspect;
  const names = [colour.transfer, colour.primaries].filter(
    (tag) => !["unknown", "reserved", "unspecified"].includes(tag),
  );
  const told = [...new Set(names.map((tag) => shortNames[tag] ?? tag))];
  const parts: (string | undefined | false)[] = [
    source.codec.toUpperCase(),
    `${width}x${height}`,
    numerator !== denominator && `pixels ${numerator}:${denominator}`,
    frameRate &&
      `${Number((frameRate.numerator / frameRate.denominator).toFixed(3))} fps`,
    !times.isSteady && "varying rate",
    source.fields !== "progressive" && "interlaced",
    `${source.bits} bits`,
    told.join(", "),
    source.hasAlpha && "alpha",
  ];
  return parts.filter(Boolean).join(", ");
}

/** What people call transfer characteristics and primaries. */
const shortNames: Readonly<Record<string, string>> = {
  "arib-std-b67": "HLG",
  smpte2084: "PQ",
  bt709: "BT.709",
  bt2020: "BT.2020",
  "bt2020-10": "BT.2020",
  smpte170m: "BT.601",
  bt470bg: "BT.601",
  "iec61966-2-1": "sRGB",
};

/** A description in a few lines for a person. */
export function describeSource(source: SourceDescription): string[] {
  const { width, height, pixelAspect, times, colour, timecode } = source;
  const { numerator, denominator } = pixelAspect;
  const rate = source.frameRate && `${describeRate(source.frameRate)} fps`;
  const line = (
    name: string,
    ...parts: (string | undefined | false)[]
  ): string => `${name.padEnd(10)}${parts.filter(Boolean).join(", ")}`;
  return [
    line(
      "picture",
      `${width}x${height}`,
      numerator !== denominator && `pixels ${numerator}:${denominator}`,
      source.rotation !== 0 && `turned by ${source.rotation} degrees`,
      source.fields === "progressive"
        ? "progressive"
        : `interlaced, ${source.fields} field first`,
    ),
    line(
      "coding",
      source.codec,
      source.format !== source.codec && source.format,
      source.pixelFormat,
      `${source.bits} bits`,
      source.hasAlpha && "alpha",
    ),
    line(
      "time",
      times.frames !== undefined && `${times.frames} frames`,
      rate,
      times.seconds !== undefined && `${times.seconds.toFixed(3)} s`,
      times.average !== undefined &&
        `varying: ${times.average.toFixed(2)} fps on average`,
      times.isEdited && "cut by an edit list",
      timecode && `from ${timecode.text}`,
    ),
    line(
      "colour",
      `range ${colour.range}`,
      `matrix ${colour.matrix}${source.matrix === "auto" ? "" : ` (read as ${source.matrix})`}`,
      `primaries ${colour.primaries}`,
      `transfer ${colour.transfer}`,
    ),
    ...source.streams.map(({ index, kind, codec, isDefault, isTaken }) =>
      line(
        `stream ${index}`,
        `${kind.toLowerCase()} ${codec}`,
        isDefault && "default",
        isTaken && "taken",
      ),
    ),
    line(
      "verdict",
      [
        source.verdict.kind,
        ...("sentences" in source.verdict ? source.verdict.sentences : []),
      ]
        .join(". ")
        .replace(/\.\. /g, ". "),
    ),
  ];
}
