import type { EdgePrior } from "../../vision/matting/edge-prior.ts";
import {
  fadeSums,
  type ReflectionFade,
  type ReflectionLook,
} from "../../vision/reflection/reflection-fade.ts";
import {
  reflectingGround,
  type ReflectingGround,
} from "../../vision/reflection/reflection-ground.ts";
import { occupiedBy } from "../../vision/reflection/reflection-images.ts";
import {
  reflectionImage,
  type FramePose,
  type ReflectionShape,
} from "../../vision/reflection/reflection-layer.ts";
import type { ReflectionScene } from "../../vision/reflection/reflection-likelihood.ts";
import {
  sampleLikelihoods,
  type ReflectionSample,
} from "../../vision/reflection/reflection-prior.ts";
import {
  alignRows,
  shiftSearch,
  smoothShifts,
} from "../../vision/reflection/reflection-rows.ts";
import {
  hasRoomBelow,
  reflectionEvidence,
  type ReflectionEvidence,
} from "../../vision/reflection/reflection-test.ts";
import {
  lineOf,
  type CandidateCosts,
  type ReflectionCandidate,
} from "../../vision/reflection/reflection-track.ts";
import {
  cutSubject,
  tintCut,
  type SubjectCut,
} from "../../vision/reflection/subject-cut.ts";
import { matteSubjects } from "../../vision/layers/subject-mattes.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import { plane, type Raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";
import { loadScene } from "../train/load-evidence.ts";

/** Which frame, and where its subjects' mattes come from. */
export interface ReflectionFrame {
  readonly frame: number;
  /** Per subject, what was learnt of its own edge. */
  readonly priors: readonly EdgePrior[];
}

/** Candidates for one subject's mirror line. */
export interface ReflectionSearch {
  readonly subject: number;
  readonly candidates: readonly ReflectionCandidate[];
  readonly fade: ReflectionFade;
}

/** A subject's mirror line in one frame, to be placed row by row. */
export interface ReflectionPlacing {
  readonly subject: number;
  readonly candidate: ReflectionCandidate;
  readonly grain: "coarse" | "fine";
  readonly look: ReflectionLook;
}

/** A subject's mirror image in one frame. */
export interface ReflectionInput {
  readonly subject: number;
  readonly shape: ReflectionShape;
  readonly pose: FramePose;
}

/** A mirror image placed row by row in one frame. */
export interface PlacedReflection {
  readonly row: number;
  readonly centre: number;
  readonly top: number;
  /** Smooth, in pixels. */
  readonly shifts: Float32Array;
  /** What the frame says of the mirror's look, `[5, 100, 3]`. */
  readonly sums: Float64Array;
}

/** What one frame says for and against each subject being mirrored; null where its foot is not seen or stands too low. */
export async function testReflections(
  context: TaskContext,
  input: ReflectionFrame,
): Promise<(ReflectionEvidence | null)[]> {
  const view = await openView(context, input);
  return input.priors.map((_, subject) => {
    const cut = view.cut(subject);
    return cut !== undefined && hasRoomBelow(cut, view.ground.height)
      ? reflectionEvidence(cut, view.ground)
      : null;
  });
}

/** What each candidate costs in one frame; null where the subject's foot is not seen. */
export async function searchReflections(
  context: TaskContext,
  input: ReflectionFrame & { readonly searches: readonly ReflectionSearch[] },
): Promise<(CandidateCosts | null)[]> {
  const { ground, unit, cut } = await openView(context, input);
  const search = shiftSearch("coarse", unit);
  return input.searches.map(({ subject, candidates, fade }) => {
    const own = cut(subject);
    if (own === undefined) return null;
    return {
      frame: input.frame,
      foot: own.foot,
      centre: own.centre,
      costs: candidates.map(
        (candidate) =>
          alignRows(
            own,
            lineOf(candidate, own.foot),
            ground,
            fade,
            search,
            unit,
          ).cost,
      ),
    };
  });
}

/** Places mirror images in one frame row by row; null where the subject's foot is not seen. */
export async function placeReflections(
  context: TaskContext,
  input: ReflectionFrame & { readonly placings: readonly ReflectionPlacing[] },
): Promise<(PlacedReflection | null)[]> {
  const { ground, unit, cut } = await openView(context, input);
  return input.placings.map(({ subject, candidate, grain, look }) => {
    const own = cut(subject);
    if (own === undefined) return null;
    const { pose } = alignRows(
      tintCut(own, look.tint),
      lineOf(candidate, own.foot),
      ground,
      look.fade,
      shiftSearch(grain, unit),
      unit,
    );
    const shifts = smoothShifts(pose.shifts, unit);
    return {
      row: pose.row,
      centre: own.centre,
      top: pose.top,
      shifts,
      sums: fadeSums(own, { ...pose, shifts }, ground, unit),
    };
  });
}

/** What one frame teaches of the edges of mirror images; null where there is no image. */
export async function sampleReflections(
  context: TaskContext,
  input: ReflectionFrame & {
    readonly images: readonly ReflectionInput[];
  },
): Promise<(ReflectionSample | null)[]> {
  const { scene, alphas } = await openView(context, input);
  return input.images.map(({ subject, shape, pose }) => {
    const image = reflectionImage(shape, pose, {
      ...scene,
      objectAlpha: plane(alphas, subject),
    });
    return image === undefined ? null : sampleLikelihoods(image.likelihoods);
  });
}

/** A frame as the mirror's search sees it. */
interface ReflectionView {
  readonly unit: number;
  readonly scene: ReflectionScene;
  readonly ground: ReflectingGround;
  /** `[N, h, w]` of the subjects themselves. */
  readonly alphas: Raster;
  /** A subject lifted off its background. */
  readonly cut: (subject: number) => SubjectCut | undefined;
}

async function openView(
  context: TaskContext,
  { frame, priors }: ReflectionFrame,
): Promise<ReflectionView> {
  const picture = await context.frame(frame);
  const masks = await context.masks(frame);
  const { artifacts } = context;
  const { colour: background, spread } = await artifacts.read(
    "background",
    frame,
  );
  const unit = pixelUnit(picture.height, picture.width);
  let alphas: Raster;
  if (await artifacts.has("object-matte", frame)) {
    ({ alphas } = await artifacts.read("object-matte", frame));
  } else {
    const scene = await loadScene(context, frame);
    ({ alphas } = matteSubjects(scene, priors));
    await artifacts.write("object-matte", frame, { alphas });
  }
  const occupied = occupiedBy(masks, alphas);
  return {
    unit,
    scene: { frame: picture, background, spread, occupied },
    ground: reflectingGround(picture, background, occupied),
    alphas,
    cut: (subject) => cutSubject(picture, background, plane(alphas, subject)),
  };
}
