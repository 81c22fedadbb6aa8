import type { CameraDocument } from "../document/camera-document.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { apply } from "../kernels/homography.ts";
import { type Point, throughCamera } from "./placement.ts";

/** Four corners on the camera's plane: upper left, upper right, lower right, lower left, as the frame `at`, counted from 1, shows them. */
export interface PinnedCorners {
  readonly at: number;
  readonly corners: readonly [Point, Point, Point, Point];
}

/** The whole picture of the frame of reference. */
export const wholePicture = ({
  reference,
  width,
  height,
}: CameraDocument): PinnedCorners => ({
  at: reference,
  corners: [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ],
});

/** Where pinned corners lie in every frame. */
export const cornersByFrame = (
  camera: CameraDocument,
  { at, corners }: PinnedCorners,
): Point[][] =>
  camera.frameToReference.map((_, i) => {
    const map = throughCamera(camera, at, i + 1);
    return corners.map(([x, y]) => apply(map, x, y));
  });

/** Ten thousandths of a pixel. */
const written = (value: number): string => String(Number(value.toFixed(4)));

/** After Effects' parameters of its effect Corner Pin, in its order, and which of the corners each is. */
export const afterEffectsPins = [
  ["ADBE Corner Pin-0001", 0],
  ["ADBE Corner Pin-0002", 1],
  ["ADBE Corner Pin-0003", 3],
  ["ADBE Corner Pin-0004", 2],
] as const;

/**
 * Keyframes as After Effects takes them from the clipboard: the effect Corner Pin with a key on each frame, for a layer of the
 * clip's size. Effects are named as After Effects names them in every language. Frames count from 0.
 */
export function afterEffectsKeyframes(
  camera: CameraDocument,
  { numerator, denominator }: FrameRate,
  pinned: PinnedCorners,
): string {
  const frames = cornersByFrame(camera, pinned);
  const head = [
    "Adobe After Effects 8.0 Keyframe Data",
    "",
    `\tUnits Per Second\t${Number((numerator / denominator).toFixed(3))}`,
    `\tSource Width\t${camera.width}`,
    `\tSource Height\t${camera.height}`,
    "\tSource Pixel Aspect Ratio\t1",
    "\tComp Pixel Aspect Ratio\t1",
    "",
  ];
  const pins = afterEffectsPins.flatMap(([name, corner]) => [
    `Effects\tADBE Corner Pin #1\t${name}`,
    "\tFrame\tX pixels\tY pixels\t",
    ...frames.map((corners, i) => {
      const [x, y] = corners[corner]!;
      return `\t${i}\t${written(x)}\t${written(y)}\t`;
    }),
    "",
  ]);
  return [...head, ...pins, "", "End of Keyframe Data", ""].join("\r\n");
}

/** Nuke's corners, from the lower left against the clock, and which of ours each is. */
const nukePins = [3, 2, 1, 0] as const;

/**
 * A node CornerPin2D with a key on each frame, which Nuke takes from a file or the clipboard. Nuke counts pixels from the lower left
 * corner, and frames here from 1.
 */
export function nukeCornerPin(
  camera: CameraDocument,
  pinned: PinnedCorners,
): string {
  const { width, height } = camera;
  const frames = cornersByFrame(camera, pinned);
  const curve = (corner: number, axis: 0 | 1): string => {
    const keys = frames.map((corners, i) => {
      const value = corners[corner]![axis];
      return `x${i + 1} ${written(axis === 0 ? value : height - value)}`;
    });
    return `{curve ${keys.join(" ")}}`;
  };
  const from: readonly Point[] = [
    [0, 0],
    [width, 0],
    [width, height],
    [0, height],
  ];
  return [
    "set cut_paste_input [stack 0]",
    "push $cut_paste_input",
    "CornerPin2D {",
    ...nukePins.map(
      (corner, k) => ` to${k + 1} {${curve(corner, 0)} ${curve(corner, 1)}}`,
    ),
    " invert false",
    ...from.map(([x, y], k) => ` from${k + 1} {${x} ${y}}`),
    " name LaminaCamera",
    " selected true",
    "}",
    "",
  ].join("\n");
}
