import { subjectCanvas } from "./subject-canvas.ts";
import {
  type DetectionFacts,
  subjectDetections,
} from "./subject-detections.ts";
import { subjectFlow } from "./subject-flow.ts";
import {
  type ExpectedFrame,
  type TrackSketch,
  trackStatistics,
  type DescribedTrack,
  trainingSamplesOfTracks,
  type Learnt,
  subjectRefine,
} from "./subject-refine.ts";
import { subjectView } from "./subject-view.ts";
import type { CanvasPlan } from "../vision/background/canvas.ts";
import type { Homography } from "../kernels/homography.ts";
import type { Samples, Tree } from "../vision/segmentation/forest.ts";
import { learnAppearance } from "../vision/segmentation/segment-track.ts";
import type { TaskRunners } from "../pipeline/execution/task.ts";

/** Work that segmentation gives to workers. */
export interface SegmentationTasks {
  "subject-flow": {
    input: { readonly frame: number; readonly maps: readonly Homography[] };
    output: undefined;
  };
  "subject-canvas": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
    };
    output: undefined;
  };
  "subject-view": {
    input: {
      readonly frame: number;
      readonly map: Homography;
      readonly canvases: readonly {
        readonly index: number;
        readonly canvas: CanvasPlan;
      }[];
    };
    output: undefined;
  };
  "subject-detections": {
    input: {
      readonly frame: number;
      readonly others: readonly number[];
      readonly maps: readonly Homography[];
    };
    output: DetectionFacts;
  };
  "track-statistics": {
    input: { readonly frames: readonly ExpectedFrame[] };
    output: readonly (TrackSketch | undefined)[];
  };
  "track-samples": {
    input: {
      readonly at: ExpectedFrame;
      readonly describedTracks: readonly DescribedTrack[];
    };
    output: readonly (Samples | null)[];
  };
  "subject-appearance": {
    input: { readonly trainingSets: readonly Samples[] };
    output: readonly Tree[];
  };
  "subject-refine": {
    input: {
      readonly at: ExpectedFrame;
      readonly learnt: readonly Learnt[];
    };
    output: readonly number[];
  };
}

/** What does the work of segmentation. */
export const segmentationTasks: TaskRunners<SegmentationTasks> = {
  "subject-flow": async (context, task) => {
    await subjectFlow(context, task.frame, task.maps);
    return undefined;
  },
  "subject-canvas": async (context, task) => {
    await subjectCanvas(context, task.index, task.canvas, task.maps);
    return undefined;
  },
  "subject-view": async (context, task) => {
    await subjectView(context, task.frame, task.map, task.canvases);
    return undefined;
  },
  "subject-detections": (context, task) =>
    subjectDetections(context, task.frame, task.others, task.maps),
  "track-statistics": (context, task) => trackStatistics(context, task.frames),
  "track-samples": (context, task) =>
    trainingSamplesOfTracks(context, task.at, task.describedTracks),
  "subject-appearance": (_context, task) => learnAppearance(task.trainingSets),
  "subject-refine": (context, task) =>
    subjectRefine(context, task.at, task.learnt),
};
