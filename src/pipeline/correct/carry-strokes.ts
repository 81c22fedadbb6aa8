import type { Correction } from "../../document/corrections-document.ts";
import {
  compose,
  identity,
  invert,
  rescale,
  type Homography,
} from "../../kernels/homography.ts";
import type { Size } from "../../units/size.ts";
import {
  carryPoints,
  type FrameStroke,
} from "../../vision/corrections/stroke.ts";
import {
  isOnBody,
  nearestPath,
  subjectMove,
  type SubjectPaths,
} from "./subject-path.ts";

/** By what strokes are carried through a clip. */
export interface CarryingClip {
  readonly clip: Size & { readonly frameCount: number };
  readonly working: Size;
  /** Per frame, the map from frame 0, at working size. */
  readonly maps: readonly Homography[];
  readonly paths: SubjectPaths;
  /** Ids of the layers of subjects, bottom to top. */
  readonly subjects: readonly string[];
}

/** Frames, counted from the one that is corrected, in which the background is looked for that a stroke hides. */
const OTHER_FRAMES = [6, -6, 12, -12, 18, -18, 26, -26] as const;

/**
 * The strokes as they lie in one frame.
 *
 * @param frame 0-based
 */
export function strokesIn(
  strokes: readonly Correction[],
  frame: number,
  through: CarryingClip,
): FrameStroke[] {
  return strokes.flatMap((stroke) => {
    const { on, from, to, kind, layer, radius, carried } = stroke;
    if (!on || frame + 1 < from || frame + 1 > to) return [];
    const here = carriage(stroke, frame, through);
    if (here === undefined) return [];
    const subject = layer === undefined ? -1 : through.subjects.indexOf(layer);
    const elsewhere =
      kind === "clean" && carried === "subject"
        ? OTHER_FRAMES.flatMap((apart) => {
            const there = carriage(stroke, frame + apart, through);
            return there === undefined
              ? []
              : [
                  {
                    frame: frame + apart,
                    points: carryPoints(stroke.points, there),
                  },
                ];
          })
        : [];
    return [
      {
        kind,
        subject: subject < 0 ? undefined : subject,
        isPainted: frame + 1 === stroke.frame,
        radius,
        points: carryPoints(stroke.points, here),
        elsewhere,
      },
    ];
  });
}

/** How a stroke comes to a frame, in the clip's pixels; undefined where what carries it is not in view. */
function carriage(
  stroke: Correction,
  frame: number,
  { clip, working, maps, paths, subjects }: CarryingClip,
): Homography | undefined {
  const origin = stroke.frame - 1;
  if (frame < 0 || frame >= clip.frameCount) return undefined;
  if (frame === origin || stroke.carried === "none") return identity;
  const across = clip.width / working.width;
  const down = clip.height / working.height;
  if (stroke.carried === "camera") {
    const map = compose(maps[frame]!, invert(maps[origin]!));
    return rescale(map, across, down);
  }
  const [x, y] = middleOf(stroke);
  const place = [x / across, y / down] as const;
  const named = stroke.along ?? stroke.layer;
  const subject =
    named === undefined
      ? nearestPath(paths, origin, place)
      : subjects.indexOf(named);
  // What is left over in the background never lay on a body.
  const isBody =
    stroke.kind !== "clean" && isOnBody(paths, subject, origin, place);
  const on = isBody ? "body" : "ground";
  const map = subjectMove(paths, maps, subject, [origin, frame], on);
  return map && rescale(map, across, down);
}

function middleOf({ points }: Correction): readonly [number, number] {
  const mean = (at: 0 | 1): number =>
    points.reduce((sum, point) => sum + point[at], 0) / points.length;
  return [mean(0), mean(1)];
}
