import {
  compose,
  invert,
  type Homography,
} from "../../matte/image/homography.ts";
import { raster, type Raster } from "../../matte/raster.ts";
import type {
  Flow,
  FrameAnalysis,
  FrameView,
} from "../../matte/subjects/frame-analysis.ts";
import { ownMotion } from "../../matte/subjects/motion-features.ts";
import type { JobFolder } from "../job-folder.ts";

const numbered = (kind: string, frame: number): string =>
  `${kind}-${String(frame).padStart(5, "0")}.bin`;

/** Filed spreads and counts are fractions of these. */
const LARGEST_SPREAD = 0.25;
const MOST_SAMPLES = 64;

/** Files a frame beside its background. */
export async function fileAnalysis(
  folder: JobFolder,
  frame: number,
  { rgb, background, spread, count }: FrameAnalysis,
): Promise<void> {
  const { height, width } = rgb;
  const area = height * width;
  const planes = raster(8, height, width);
  planes.data.set(rgb.data, 0);
  planes.data.set(background.data, 3 * area);
  for (let i = 0; i < area; i++) {
    planes.data[6 * area + i] = spread.data[i]! / LARGEST_SPREAD;
    planes.data[7 * area + i] = count.data[i]! / MOST_SAMPLES;
  }
  await folder.writeRaster(numbered("analysis", frame), planes, "unit8");
}

/** Reads what `fileAnalysis` wrote. */
async function readAnalysis(
  folder: JobFolder,
  frame: number,
): Promise<FrameAnalysis> {
  const planes = await folder.readRaster(numbered("analysis", frame));
  const { height, width, data } = planes;
  const area = height * width;
  const part = (from: number, channels: number): Raster =>
    raster(
      channels,
      height,
      width,
      data.slice(from * area, (from + channels) * area),
    );
  const spread = part(6, 1);
  const count = part(7, 1);
  for (let i = 0; i < area; i++) {
    spread.data[i]! *= LARGEST_SPREAD;
    count.data[i]! *= MOST_SAMPLES;
  }
  return { rgb: part(0, 3), background: part(3, 3), spread, count };
}

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

/** A frame with all that is known of it before any mask. */
export async function readView(
  folder: JobFolder,
  frame: number,
  maps: readonly Homography[],
): Promise<FrameView> {
  const analysis = await readAnalysis(folder, frame);
  const { height, width } = analysis.rgb;
  const step: Step = frame > 0 ? -1 : 1;
  const flow = await readFlow(folder, frame, step);
  const camera = between(maps, frame, frame + step);
  return { ...analysis, motion: ownMotion(flow, camera, height, width) };
}

/** File of a frame's change evidence, at half size. */
export const evidenceFile = (frame: number): string =>
  numbered("change", frame);
/** File of a frame's detections, at half size: 0 or the number of the detection, of 255. */
export const detectionsFile = (frame: number): string =>
  numbered("detections", frame);
