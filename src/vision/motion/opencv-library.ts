import { toByte } from "../image/clamp.ts";
import type { OpenCV } from "@opencvjs/types";
import { raster, type Raster } from "../../kernels/raster.ts";
import { greyBytes } from "../../kernels/track-points.ts";
import type { Points, VisionLibrary } from "./vision-library.ts";

type Cv = typeof OpenCV;
type Mat = OpenCV.Mat;

/** Share of the best corner's strength that a corner must have (GFTT); from the study before the engine. */
const CORNER_QUALITY = 0.003;
/** Pixels between corners; from the study before the engine. */
const CORNER_DISTANCE_PIXELS = 6;

/** Hands out matrices that are freed together, however the scope is left. */
class MatScope implements Disposable {
  readonly #mats: { delete(): void }[] = [];

  keep<T extends { delete(): void }>(mat: T): T {
    this.#mats.push(mat);
    return mat;
  }

  [Symbol.dispose](): void {
    for (const mat of this.#mats) mat.delete();
  }
}

/** The vision operations on OpenCV compiled to WebAssembly, which runs in Node and in browsers alike. */
export function openCvLibrary(cv: Cv): VisionLibrary {
  const greyMat = (scope: MatScope, picture: Raster): Mat => {
    const mat = scope.keep(
      new cv.Mat(picture.height, picture.width, cv.CV_8UC1 as number),
    );
    mat.data.set(greyBytes(picture));
    return mat;
  };
  const maskMat = (
    scope: MatScope,
    mask: Raster,
    inside: number,
    outside: number,
  ): Mat => {
    const mat = scope.keep(
      new cv.Mat(mask.height, mask.width, cv.CV_8UC1 as number),
    );
    const bytes = mat.data;
    const { data } = mask;
    for (let i = 0; i < bytes.length; i++)
      bytes[i] = data[i]! > 0.5 ? inside : outside;
    return mat;
  };
  const pointMat = (scope: MatScope, points: Points): Mat => {
    const mat = scope.keep(
      new cv.Mat(points.length / 2, 1, cv.CV_32FC2 as number),
    );
    mat.data32F.set(points);
    return mat;
  };

  return {
    corners(grey, allowed, limit) {
      using scope = new MatScope();
      const out = scope.keep(new cv.Mat());
      cv.goodFeaturesToTrack(
        greyMat(scope, grey),
        out,
        limit,
        CORNER_QUALITY,
        CORNER_DISTANCE_PIXELS,
        maskMat(scope, allowed, 255, 0),
      );
      return new Float32Array(out.data32F);
    },

    homography(from, to, tolerance) {
      if (from.length < 8) return undefined;
      using scope = new MatScope();
      const inlierMask = scope.keep(new cv.Mat());
      const found = scope.keep(
        cv.findHomography(
          pointMat(scope, from),
          pointMat(scope, to),
          cv.RANSAC as number,
          tolerance,
          inlierMask,
          500,
          0.995,
        ),
      );
      if (found.rows !== 3) return undefined;
      const values = Array.from(found.data64F);
      const scale = values[8]!;
      let inliers = 0;
      for (const inlier of inlierMask.data) inliers += inlier;
      return { map: values.map((v) => v / scale), inliers };
    },

    denseFlow(from, to) {
      using scope = new MatScope();
      const flow = scope.keep(new cv.Mat());
      cv.calcOpticalFlowFarneback(
        greyMat(scope, from),
        greyMat(scope, to),
        flow,
        0.5,
        3,
        15,
        3,
        5,
        1.1,
        0,
      );
      const out = raster(2, from.height, from.width);
      const values = flow.data32F;
      const area = from.height * from.width;
      for (let i = 0; i < area; i++) {
        out.data[i] = values[2 * i]!;
        out.data[area + i] = values[2 * i + 1]!;
      }
      return out;
    },

    distance(mask) {
      using scope = new MatScope();
      const out = scope.keep(new cv.Mat());
      cv.distanceTransform(maskMat(scope, mask, 0, 255), out, cv.DIST_L2, 5);
      const distances = raster(1, mask.height, mask.width);
      distances.data.set(out.data32F);
      return distances;
    },

    inpaint(picture, hole) {
      using scope = new MatScope();
      const area = picture.height * picture.width;
      const colour = scope.keep(
        new cv.Mat(picture.height, picture.width, cv.CV_8UC3 as number),
      );
      const bytes = colour.data;
      for (let i = 0; i < area; i++) {
        for (let c = 0; c < 3; c++)
          bytes[3 * i + c] = toByte(picture.data[c * area + i]!);
      }
      const filled = scope.keep(new cv.Mat());
      cv.inpaint(
        colour,
        maskMat(scope, hole, 255, 0),
        filled,
        3,
        cv.INPAINT_TELEA as number,
      );
      const out = raster(
        3,
        picture.height,
        picture.width,
        new Float32Array(picture.data),
      );
      const result = filled.data;
      for (let i = 0; i < area; i++) {
        if (hole.data[i]! <= 0.5) continue;
        for (let c = 0; c < 3; c++)
          out.data[c * area + i] = result[3 * i + c]! / 255;
      }
      return out;
    },
  };
}
