import { LaminaError } from "../errors/failure.ts";
import { fromBytes } from "../vision/image/colour.ts";
import { resizeLinear, shrink } from "../kernels/resize.ts";
import { raster, type Raster } from "../kernels/raster.ts";
import {
  colourCounts,
  normalised,
} from "../vision/segmentation/colour-profile.ts";
import type { Detection } from "../vision/segmentation/detect-changes.ts";
import type { Flow } from "../vision/segmentation/frame-view.ts";
import {
  linkTracks,
  type DetectionTrack,
} from "../vision/segmentation/link-detections.ts";
import { readFrame } from "../media/clip.ts";
import type { Instance, InstanceModel } from "../models/instance.ts";
import type { MatteModel } from "../models/matte-model.ts";
import type { Picture } from "../models/picture-input.ts";
import type { Size } from "../units/size.ts";
import type { OpenSubjects } from "./open-session.ts";
import { worthProposing } from "./worth-proposing.ts";
import type {
  FrameMask,
  SubjectProposal,
  SubjectWatch,
} from "./subject-session.ts";

/** Code value from which a pixel is inside. */
const INSIDE_CODE = 128;
/** A thing has at least this many pixels at half size. */
const SMALLEST_PIXELS = 16;
/** What is seen in this share of the clip is as good as what is always seen. */
const LONG_SHARE = 0.6;
/** What is seen in fewer frames was a mistake of the model. */
const FEWEST_SEEN_FRAMES = 4;

/**
 * Proposes what a model sees: a model that finds things is asked for every frame and what it finds is linked through the clip
 * by the clip's own motion; a matting net gives one subject. Groups and depth are proposed as for what moves.
 *
 * @param watch progress by frames
 * @returns     the surest first
 * @throws LaminaError `model-found-nothing`, `model-unusable`, and what reading the clip throws; AbortError
 */
export async function proposeWithModel(
  session: OpenSubjects,
  model: InstanceModel | MatteModel,
  watch: SubjectWatch,
): Promise<readonly SubjectProposal[]> {
  const proposals =
    model.gives === "matte"
      ? await proposeMatte(session, model, watch)
      : await proposeInstances(session, model, watch);
  if (proposals.length === 0)
    throw new LaminaError({ code: "model-found-nothing", model: model.name });
  return session.arrange(proposals, watch.signal);
}

/** A frame of a session's clip at its own size, for a model to look at. */
export async function framePicture(
  { clip }: OpenSubjects,
  frame: number,
): Promise<Picture> {
  const { width, height } = clip;
  return { width, height, data: await readFrame(clip, frame) };
}

async function proposeInstances(
  session: OpenSubjects,
  model: InstanceModel,
  { signal, onProgress }: SubjectWatch,
): Promise<SubjectProposal[]> {
  const { frameCount } = session;
  const { width, height } = await session.flowBack(1);
  const detections: Detection[][] = [];
  const flows: (Flow | undefined)[] = [];
  for (let t = 0; t < frameCount; t++) {
    signal.throwIfAborted();
    const picture = await framePicture(session, t);
    const found = await model.segment(picture, { width, height }, signal);
    const rgb = shrink(
      fromBytes(picture.data, picture.height, picture.width),
      height,
      width,
    );
    detections.push(
      found
        .map((instance) => asDetection(instance, rgb))
        .filter(({ area }) => area >= SMALLEST_PIXELS),
    );
    flows.push(t === 0 ? undefined : await session.flowBack(t));
    onProgress(t + 1, frameCount);
  }
  const proposals = linkTracks(detections, flows).flatMap((track) =>
    asProposal(track, session.size),
  );
  return worthProposing(proposals, ({ confidence }) => confidence);
}

/** What linking goes by; the contrast of what a model sees is its score. */
function asDetection({ mask, score }: Instance, rgb: Raster): Detection {
  const { height, width } = rgb;
  const inside = raster(
    1,
    height,
    width,
    Float32Array.from(mask, (value) => (value >= INSIDE_CODE ? 1 : 0)),
  );
  const area = inside.data.reduce((sum, value) => sum + value, 0);
  const profile = normalised(colourCounts(rgb, (i) => inside.data[i] === 1));
  return { mask: inside, area, contrast: score, profile };
}

/** None for what is hardly ever seen. */
function asProposal(
  { detections }: DetectionTrack,
  { width, height }: Size,
): SubjectProposal[] {
  const seen = detections.filter((detection) => detection !== undefined);
  if (seen.length < Math.min(FEWEST_SEEN_FRAMES, detections.length)) return [];
  const lasts = Math.min(1, seen.length / (LONG_SHARE * detections.length));
  const score = seen.reduce((sum, { contrast }) => sum + contrast, 0);
  const frames = detections.map((detection, frame): FrameMask => {
    if (detection === undefined)
      return { frame, mask: new Uint8Array(width * height), confidence: 0 };
    const { data } = resizeLinear(detection.mask, height, width);
    return {
      frame,
      mask: Uint8Array.from(data, (p) => (p > 0.5 ? 255 : 0)),
      confidence: detection.contrast,
    };
  });
  return [spanning(frames, (lasts * score) / seen.length)];
}

async function proposeMatte(
  session: OpenSubjects,
  model: MatteModel,
  { signal, onProgress }: SubjectWatch,
): Promise<SubjectProposal[]> {
  const { frameCount, size } = session;
  const frames: FrameMask[] = [];
  for (let frame = 0; frame < frameCount; frame++) {
    signal.throwIfAborted();
    const picture = await framePicture(session, frame);
    const mask = await model.alpha(picture, size, signal);
    frames.push({ frame, mask, confidence: maskSureness(mask) });
    onProgress(frame + 1, frameCount);
  }
  const seen = frames.filter(({ confidence }) => confidence > 0);
  if (seen.length === 0) return [];
  const sum = seen.reduce((total, { confidence }) => total + confidence, 0);
  const lasts = Math.min(1, seen.length / (LONG_SHARE * frameCount));
  return [spanning(frames, (lasts * sum) / seen.length)];
}

/** How decidedly an alpha says inside where it does: its mean there; 0 where it nowhere does. */
function maskSureness(alpha: Uint8Array): number {
  let sum = 0;
  let count = 0;
  for (const value of alpha) {
    if (value < INSIDE_CODE) continue;
    sum += value / 255;
    count++;
  }
  return count === 0 ? 0 : sum / count;
}

/**
 * A proposal that lasts from the first to the last frame in which the subject is seen.
 *
 * @param frames one per frame of the clip, some with something inside
 */
export function spanning(
  frames: readonly FrameMask[],
  confidence: number,
): SubjectProposal {
  return {
    confidence,
    startInclusive: frames.findIndex(showsSubject),
    endExclusive: frames.findLastIndex(showsSubject) + 1,
    frames,
  };
}

/** Whether anything is inside. */
export const showsSubject = ({ mask }: Pick<FrameMask, "mask">): boolean =>
  mask.some((value) => value >= INSIDE_CODE);
