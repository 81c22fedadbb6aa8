import { type ClipDescriptor, describeClip } from "../../media/clip.ts";
import { checkMasks } from "../../media/mask-check.ts";
import { alphaSentence, probeSource } from "../../media/probe-source.ts";
import type { MaskDescriptor } from "../../media/mask.ts";
import type { FrameRate } from "../../units/frame-rate.ts";
import type { FolderHold, Waiting } from "../cache/folder-hold.ts";
import { maskPaths } from "../preflight/check-before-start.ts";
import { bitsOf, type DecomposeRequest } from "../request.ts";
import { orderByDepth, takeMask } from "./arrange-masks.ts";
import {
  checkClip,
  checkSubjects,
  labelSubjects,
  mergeSubjects,
} from "./check-request.ts";
import { damageNotices } from "./damage-notices.ts";
import { SourceSeal } from "./source-seal.ts";

/** What a job is about, once clip and masks have been looked at. */
export interface Sources {
  readonly clip: ClipDescriptor;
  /** Bottom to top. */
  readonly masks: readonly MaskDescriptor[];
  /** Absent for images for which nobody named one. */
  readonly frameRate: FrameRate | undefined;
  /** Tells whether any of it changes. */
  readonly seal: SourceSeal;
}

/**
 * Looks at clip and masks and decodes what is a movie.
 *
 * @param decoded where movies are decoded to; other runs of the same clip wait meanwhile
 * @param notice  tells the user something in one sentence
 * @throws LaminaError for everything that can be wrong with clip, masks and labels; AbortError
 */
export async function describeSources(
  asked: DecomposeRequest,
  decoded: FolderHold,
  waiting: Waiting,
  notice: (sentence: string) => void,
): Promise<Sources> {
  const { range } = asked;
  const { signal } = waiting;
  const decoding = await decoded.turn("decoded", waiting);
  const seal = await SourceSeal.begin([asked.clipPath, ...maskPaths(asked)]);
  const reading = {
    range,
    workFolder: decoded.path,
    damaged: asked.allowDamaged === true ? "hold" : "refuse",
    allowGaps: asked.allowGaps === true,
    signal,
  } as const;
  const said = await checkSource(asked, signal, notice);
  const clip = await describeClip(asked.clipPath, {
    ...reading,
    frameRate: asked.frameRate,
    matrix: asked.matrix,
    fields: asked.fields,
    alpha: asked.alpha,
    bits: bitsOf(asked),
  });
  checkClip(clip);
  // Probing looks at some frames.
  const alpha = clip.alpha && alphaSentence(clip.alpha.colours);
  if (alpha !== undefined && !said.includes(alpha)) notice(alpha);
  const found = [...asked.subjects];
  for (const path of asked.labelPaths ?? [])
    found.push(...(await labelSubjects(path, clip, asked, signal)));
  const subjects = mergeSubjects(found, asked);
  checkSubjects(subjects);
  const frameRate = rateOf(clip, asked);
  let masks: MaskDescriptor[] = [];
  for (const subject of subjects) {
    const timed = { ...clip, frameRate };
    const described = await takeMask(subject, timed, reading);
    described.notices.forEach(notice);
    masks.push(described.mask);
  }
  await decoding.end();
  damageNotices(clip, masks).forEach(notice);
  await checkMasks(masks, signal);
  if (asked.order === "auto" && masks.length > 1) {
    masks = await orderByDepth(clip, masks, signal);
    const names = masks.map(({ name }) => name).join(", ");
    notice(`The layers are ordered from back to front: ${names}.`);
  }
  await seal.close(signal).catch(async (error: unknown) => {
    // What was decoded while the source changed must not be taken for either.
    await decoded.remove();
    throw error;
  });
  return { clip, masks, frameRate, seal };
}

/**
 * Refuses a clip that cannot be carried as it was asked for, and says what becomes of it.
 *
 * @returns what was said
 */
async function checkSource(
  asked: DecomposeRequest,
  signal: AbortSignal,
  notice: (sentence: string) => void,
): Promise<readonly string[]> {
  const { frameRate, matrix, fields, allowGaps, alpha } = asked;
  const bits = bitsOf(asked);
  const choices = {
    ...{ frameRate, matrix, fields, allowGaps, alpha, bits, signal },
  };
  const { description, refusal } = await probeSource(asked.clipPath, choices);
  if (refusal !== undefined) throw refusal;
  const { verdict } = description;
  const sentences = "sentences" in verdict ? verdict.sentences : [];
  sentences.forEach(notice);
  return sentences;
}

/** The rate that was asked for, or a movie's own; images have none. */
export const rateOf = (
  clip: ClipDescriptor,
  request: DecomposeRequest,
): FrameRate | undefined =>
  request.frameRate ?? (clip.kind === "raw" ? clip.frameRate : undefined);
