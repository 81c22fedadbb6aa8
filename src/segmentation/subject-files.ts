import { compose, invert, type Homography } from "../kernels/homography.ts";
import { plane, raster } from "../kernels/raster.ts";
import type { Evidence } from "../vision/segmentation/change-evidence.ts";
import type {
  Flow,
  FrameView,
  FrameChanges,
} from "../vision/segmentation/frame-view.ts";
import { ownMotion } from "../vision/segmentation/motion-features.ts";
import type { Size } from "../units/size.ts";
import type { JobFolder } from "../pipeline/execution/job-folder.ts";
import type { Artifacts } from "../pipeline/execution/artifacts.ts";

const numbered = (kind: string, frame: number): string =>
  `${kind}-${String(frame).padStart(5, "0")}.bin`;

/** A frame before or after another. */
export type Step = -1 | 1;

const flowFile = (frame: number, step: Step): string =>
  numbered(step < 0 ? "flow-back" : "flow-on", frame);

/** Files how a frame moves to a neighbour, at half size. */
export const fileFlow = (
  folder: JobFolder,
  frame: number,
  step: Step,
  flow: Flow,
): Promise<void> => folder.writeRaster(flowFile(frame, step), flow, "float32");

/** Reads what `fileFlow` wrote. */
export const readFlow = (
  folder: JobFolder,
  frame: number,
  step: Step,
): Promise<Flow> => folder.readRaster(flowFile(frame, step));

/** Camera motion from a frame to another. */
export const between = (
  maps: readonly Homography[],
  from: number,
  to: number,
): Homography => compose(maps[to]!, invert(maps[from]!));

/** Folder of what a session files beside the artifacts of the stages that it has in common with a decomposition. */
export const subjectFolder = (artifacts: Artifacts): JobFolder =>
  artifacts.folder("background");

/** Reads a frame at half size, with how it differs from its background. */
export async function readFrameChanges(
  folder: JobFolder,
  frame: number,
): Promise<FrameChanges> {
  return {
    rgb: await folder.readRaster(halfFile(frame)),
    change: await folder.readRaster(changeFile(frame)),
    sure: await folder.readRaster(sureFile(frame)),
  };
}

/** How a frame moves to a neighbour beyond the camera's motion, at half size, in pixels of the full grid. */
async function readOwnMotion(
  folder: JobFolder,
  frame: number,
  step: Step,
  maps: readonly Homography[],
  { height, width }: Size,
): Promise<Flow> {
  const flow = await readFlow(folder, frame, step);
  return ownMotion(flow, between(maps, frame, frame + step), height, width);
}

/** A frame with all that is known of it before any mask. */
export async function readView(
  artifacts: Artifacts,
  frame: number,
  maps: readonly Homography[],
): Promise<FrameView> {
  const folder = subjectFolder(artifacts);
  const { colour: rgb } = await artifacts.read("frame", frame);
  const step: Step = frame > 0 ? -1 : 1;
  return {
    rgb,
    change: await folder.readRaster(changeFile(frame)),
    motion: await readOwnMotion(folder, frame, step, maps, rgb),
  };
}

/** File of a frame at half size. */
export const halfFile = (frame: number): string => numbered("half", frame);
/** File of where a frame may move by itself, a few pixels wide of what does, at half size. */
export const movingFile = (frame: number): string => numbered("moving", frame);
/** File of where a frame moves by itself for certain, at half size. */
export const ownMotionFile = (frame: number): string =>
  numbered("own-motion", frame);
/** File of how strongly a frame differs from its background beyond shadow, at half size. */
export const unshadedFile = (frame: number): string =>
  numbered("unshaded", frame);
/** File of how surely a frame's background is known, at half size. */
export const sureFile = (frame: number): string => numbered("sure", frame);
/** File of how a frame differs from its background, at half size. */
export const changeFile = (frame: number): string => numbered("change", frame);
/** File of a frame's detections, at half size: 0 or the number of the detection, of 255. */
export const detectionsFile = (frame: number): string =>
  numbered("detections", frame);
/** Files what speaks for a subject in a frame. */
export async function fileEvidence(
  folder: JobFolder,
  frame: number,
  { change, moving, shade, sure }: Evidence,
): Promise<void> {
  const planes = raster(4, change.height, change.width);
  planes.data.set(change.data, 0);
  planes.data.set(moving.data, change.data.length);
  planes.data.set(shade.data, 2 * change.data.length);
  planes.data.set(sure.data, 3 * change.data.length);
  await folder.writeRaster(
    numbered("subject-evidence", frame),
    planes,
    "float32",
  );
}

/** Reads what `fileEvidence` wrote. */
export async function readEvidence(
  folder: JobFolder,
  frame: number,
): Promise<Evidence> {
  const planes = await folder.readRaster(numbered("subject-evidence", frame));
  return {
    change: plane(planes, 0),
    moving: plane(planes, 1),
    shade: plane(planes, 2),
    sure: plane(planes, 3),
  };
}

/** File of a proposed subject's mask. */
export const refinedFile = (subject: number, frame: number): string =>
  numbered(`subject-${subject}-refined`, frame);
