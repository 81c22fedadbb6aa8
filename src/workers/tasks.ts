import type { Homography } from "../vision/image/homography.ts";
import type { CameraMotion, KeyframeMotion, PairOutcome } from "../vision/motion/camera-motion.ts";
import type { CanvasPlan } from "../vision/background/canvas.ts";
import type { Point, SubjectPath } from "../vision/smoke/subject-path.ts";
import type { TrailColours } from "../vision/smoke/smoke-colours.ts";
import type { TrailSums } from "../vision/smoke/smoke-map.ts";
import type { Trail } from "../vision/smoke/smoke-trail.ts";
import type { EdgeHistogram } from "../vision/matting/edge-prior.ts";
import type { OutlineProfile } from "../vision/masks/outline-offset.ts";
import type { EffectEvidence } from "../vision/effects/effect-evidence.ts";
import type { MirrorSample } from "../vision/reflection/reflection-prior.ts";
import type { MirrorEvidence } from "../vision/reflection/reflection-test.ts";
import type { CandidateCosts } from "../vision/reflection/reflection-track.ts";
import type { Samples, Tree } from "../vision/segmentation/forest.ts";
import { learnAppearance } from "../vision/segmentation/segment-track.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";
import { buildCanvasTask } from "../pipeline/background/build-canvas.ts";
import {
  composeFrame,
  type ComposeInput,
  type ComposeOutcome,
} from "../pipeline/compose/compose-frame.ts";
import {
  edgeHistograms,
  type EdgeHistogramsInput,
} from "../pipeline/refine/edge-histograms.ts";
import {
  effectEvidence,
  type EffectEvidenceInput,
} from "../pipeline/refine/effect-evidence.ts";
import { fillMasks, type MaskFill } from "../pipeline/read/fill-masks.ts";
import {
  placeMirrors,
  sampleMirrors,
  searchMirrors,
  testMirrors,
  type MirrorFrame,
  type MirrorImageInput,
  type MirrorPlacing,
  type MirrorSearch,
  type PlacedMirror,
} from "../pipeline/refine/reflections.ts";
import { keyframeMotion, neighbourFlow, pairMotion } from "../pipeline/register/camera-motion.ts";
import { outlineProfiles } from "../pipeline/background/outline-profiles.ts";
import {
  previewFrame,
  type PreviewInput,
} from "../pipeline/train/preview-frame.ts";
import { readFrameTask, type FrameFacts } from "../pipeline/read/read-frame.ts";
import { renderFrame } from "../pipeline/background/render-background.ts";
import { subjectCanvas } from "../segmentation/subject-canvas.ts";
import {
  subjectDetections,
  type DetectionFacts,
} from "../segmentation/subject-detections.ts";
import { subjectFlow } from "../segmentation/subject-flow.ts";
import {
  subjectLessons,
  subjectRefine,
  subjectPortraits,
  type ExpectedFrame,
  type Learnt,
  type Portrayed,
  type Sketch,
} from "../segmentation/subject-refine.ts";
import { subjectView } from "../segmentation/subject-view.ts";
import {
  subjectCentre,
  trailEvidence,
  trailShape,
  type TrailSides,
} from "../pipeline/background/smoke-trail.ts";

/** Every piece of work that a worker can be given, with what it answers. Large results go to files, not over the wire. */
interface TaskKinds {
  "read-frame": { input: { readonly frame: number }; output: FrameFacts };
  "fill-masks": {
    input: { readonly frame: number; readonly fills: readonly MaskFill[] };
    output: undefined;
  };
  "pair-motion": {
    input: { readonly frame: number; readonly corners: number };
    output: PairOutcome;
  };
  "keyframe-motion": {
    input: {
      readonly frame: number;
      readonly keyframe: number;
      readonly expected: Homography;
      readonly corners: number;
    };
    output: KeyframeMotion;
  };
  "neighbour-flow": {
    input: {
      readonly frame: number;
      readonly camera: CameraMotion | undefined;
    };
    output: undefined;
  };
  "subject-centre": {
    input: { readonly frame: number };
    output: Point | undefined;
  };
  "trail-evidence": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
      readonly path: SubjectPath;
    };
    output: TrailSides;
  };
  "trail-shape": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
      readonly path: SubjectPath;
      readonly colours: TrailColours;
    };
    output: TrailSums;
  };
  "build-canvas": {
    input: {
      readonly index: number;
      readonly canvas: CanvasPlan;
      readonly maps: readonly Homography[];
      readonly trail: Trail | null;
    };
    output: undefined;
  };
  "render-frame": {
    input: {
      readonly frame: number;
      readonly map: Homography;
      readonly canvases: readonly {
        readonly index: number;
        readonly canvas: CanvasPlan;
      }[];
    };
    output: { readonly farResidual: number | undefined };
  };
  "outline-profiles": {
    input: { readonly frame: number };
    output: readonly OutlineProfile[];
  };
  "edge-histograms": {
    input: EdgeHistogramsInput;
    output: readonly EdgeHistogram[];
  };
  "effect-evidence": {
    input: EffectEvidenceInput;
    output: readonly EffectEvidence[];
  };
  "test-mirrors": {
    input: MirrorFrame;
    output: readonly (MirrorEvidence | null)[];
  };
  "search-mirrors": {
    input: MirrorFrame & { readonly searches: readonly MirrorSearch[] };
    output: readonly (CandidateCosts | null)[];
  };
  "place-mirrors": {
    input: MirrorFrame & { readonly placings: readonly MirrorPlacing[] };
    output: readonly (PlacedMirror | null)[];
  };
  "sample-mirrors": {
    input: MirrorFrame & { readonly images: readonly MirrorImageInput[] };
    output: readonly (MirrorSample | null)[];
  };
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
  "preview-frame": { input: PreviewInput; output: undefined };
  "subject-portraits": {
    input: { readonly frames: readonly ExpectedFrame[] };
    output: readonly (Sketch | undefined)[];
  };
  "subject-lessons": {
    input: {
      readonly at: ExpectedFrame;
      readonly pupils: readonly Portrayed[];
    };
    output: readonly (Samples | null)[];
  };
  "subject-appearance": {
    input: { readonly lessons: readonly Samples[] };
    output: readonly Tree[];
  };
  "subject-refine": {
    input: {
      readonly at: ExpectedFrame;
      readonly learnt: readonly Learnt[];
    };
    output: readonly number[];
  };
  "compose-frame": { input: ComposeInput; output: ComposeOutcome };
}

/** One piece of work. */
export type Task = {
  [K in keyof TaskKinds]: { readonly kind: K } & TaskKinds[K]["input"];
}[keyof TaskKinds];

/** What a piece of work answers. */
export type TaskResult<T extends Task = Task> = TaskKinds[T["kind"]]["output"];

/**
 * Does one piece of work.
 *
 * @throws LaminaError whatever expected failure it meets
 */
export async function runTask(
  context: TaskContext,
  task: Task,
): Promise<TaskResult> {
  switch (task.kind) {
    case "read-frame":
      return readFrameTask(context, task.frame);
    case "fill-masks":
      await fillMasks(context, task.frame, task.fills);
      return undefined;
    case "pair-motion":
      return pairMotion(context, task.frame, task.corners);
    case "keyframe-motion":
      return keyframeMotion(
        context,
        task.frame,
        task.keyframe,
        task.expected,
        task.corners,
      );
    case "neighbour-flow":
      await neighbourFlow(context, task.frame, task.camera);
      return undefined;
    case "subject-centre":
      return subjectCentre(context, task.frame);
    case "trail-evidence":
      return trailEvidence(
        context,
        task.index,
        task.canvas,
        task.maps,
        task.path,
      );
    case "trail-shape":
      return trailShape(
        context,
        task.index,
        task.canvas,
        task.maps,
        task.path,
        task.colours,
      );
    case "build-canvas":
      await buildCanvasTask(
        context,
        task.index,
        task.canvas,
        task.maps,
        task.trail,
      );
      return undefined;
    case "render-frame":
      return renderFrame(context, task.frame, task.map, task.canvases);
    case "outline-profiles":
      return outlineProfiles(context, task.frame);
    case "edge-histograms":
      return edgeHistograms(context, task);
    case "effect-evidence":
      return effectEvidence(context, task);
    case "test-mirrors":
      return testMirrors(context, task);
    case "search-mirrors":
      return searchMirrors(context, task);
    case "place-mirrors":
      return placeMirrors(context, task);
    case "sample-mirrors":
      return sampleMirrors(context, task);
    case "subject-flow":
      await subjectFlow(context, task.frame, task.maps);
      return undefined;
    case "subject-canvas":
      await subjectCanvas(context, task.index, task.canvas, task.maps);
      return undefined;
    case "subject-view":
      await subjectView(context, task.frame, task.map, task.canvases);
      return undefined;
    case "subject-detections":
      return subjectDetections(context, task.frame, task.others, task.maps);
    case "preview-frame":
      await previewFrame(context, task);
      return undefined;
    case "subject-portraits":
      return subjectPortraits(context, task.frames);
    case "subject-lessons":
      return subjectLessons(context, task.at, task.pupils);
    case "subject-appearance":
      return learnAppearance(task.lessons);
    case "subject-refine":
      return subjectRefine(context, task.at, task.learnt);
    case "compose-frame":
      return composeFrame(context, task);
  }
}
