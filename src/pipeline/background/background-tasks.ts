import { buildCanvasTask, type BuiltCanvas } from "./build-canvas.ts";
import { fillCanvasTask } from "./fill-canvas.ts";
import type { NumberedCanvas } from "./numbered-canvas.ts";
import { findLensTask } from "./find-lens.ts";
import { followDepthTask, type FollowedDepth } from "./follow-depth.ts";
import { outlineProfiles } from "./outline-profiles.ts";
import { renderFrame } from "./render-background.ts";
import {
  subjectCentre,
  type SmokeSides,
  smokeEvidence,
  smokeShape,
} from "./smoke-trail.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import type { LensShading } from "../../vision/background/lens-shading.ts";
import type { Homography } from "../../kernels/homography.ts";
import type { OutlineProfile } from "../../vision/masks/outline-offset.ts";
import type { SmokeColours } from "../../vision/smoke/smoke-colours.ts";
import type { SmokeSums } from "../../vision/smoke/smoke-map.ts";
import type { SmokeTrail } from "../../vision/smoke/smoke-trail.ts";
import type {
  PathPoint,
  SubjectPath,
} from "../../vision/smoke/subject-path.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `background` gives to workers. */
export interface BackgroundTasks {
  "subject-centre": {
    input: { readonly frame: number };
    output: PathPoint | undefined;
  };
  "find-lens": {
    input: { readonly maps: readonly Homography[] };
    output: LensShading | null;
  };
  "follow-depth": {
    input: {
      readonly index: number;
      readonly canvases: readonly CanvasPlan[];
      readonly maps: readonly Homography[];
    };
    output: FollowedDepth;
  };
  "smoke-evidence": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
      readonly path: SubjectPath;
    };
    output: SmokeSides;
  };
  "smoke-shape": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
      readonly path: SubjectPath;
      readonly colours: SmokeColours;
    };
    output: SmokeSums;
  };
  "build-canvas": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      /** Of the canvas's samples only: what the others are has no part in it. */
      readonly maps: readonly Homography[];
      readonly trail: SmokeTrail | null;
    };
    output: BuiltCanvas;
  };
  "fill-canvas": {
    input: NumberedCanvas & { readonly others: readonly NumberedCanvas[] };
    output: number;
  };
  "render-frame": {
    input: {
      readonly frame: number;
      readonly map: Homography;
      readonly canvases: readonly {
        readonly index: number;
        readonly canvas: CanvasPlan;
      }[];
      /** Of a clip whose ground moves by itself; null elsewhere. */
      readonly unrest: number | null;
    };
    output: { readonly farResidual: number | undefined };
  };
  "outline-profiles": {
    input: { readonly frame: number };
    output: readonly OutlineProfile[];
  };
}

/** What does the work of the stage `background`. */
export const backgroundTasks: TaskRunners<BackgroundTasks> = {
  "subject-centre": (context, task) => subjectCentre(context, task.frame),
  "find-lens": (context, task) => findLensTask(context, task.maps),
  "follow-depth": (context, task) =>
    followDepthTask(context, task.index, task.canvases, task.maps),
  "smoke-evidence": (context, task) =>
    smokeEvidence(context, task.index, task.canvas, task.maps, task.path),
  "smoke-shape": (context, task) =>
    smokeShape(
      context,
      task.index,
      task.canvas,
      task.maps,
      task.path,
      task.colours,
    ),
  "build-canvas": (context, task) =>
    buildCanvasTask(context, task.index, task.canvas, task.maps, task.trail),
  "fill-canvas": (context, task) => fillCanvasTask(context, task, task.others),
  "render-frame": (context, task) =>
    renderFrame(context, task.frame, task.map, task.canvases, task.unrest),
  "outline-profiles": (context, task) => outlineProfiles(context, task.frame),
};
