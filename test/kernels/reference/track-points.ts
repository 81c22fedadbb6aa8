import { loadOpenCV, type OpenCV } from "@opencvjs/web";
import type { Raster } from "../../../src/kernels/raster.ts";
import type { TrackEffort } from "../../../src/kernels/track-points.ts";

const cv = await loadOpenCV();

/** What `trackThereAndBack` returns, by OpenCV's `calcOpticalFlowPyrLK`. */
export function trackThereAndBack(
  from: Raster,
  to: Raster,
  points: Float32Array,
  expected: Float32Array,
  tolerance: number,
  effort: TrackEffort,
): { readonly points: Float32Array; readonly found: Uint8Array } {
  const count = points.length / 2;
  const grey = (picture: Raster): OpenCV.Mat => {
    const mat = new cv.Mat(picture.height, picture.width, cv.CV_8UC1 as number);
    mat.data.set(Uint8ClampedArray.from(picture.data, (v) => 255 * v));
    return mat;
  };
  const places = (values: Float32Array): OpenCV.Mat => {
    const mat = new cv.Mat(count, 1, cv.CV_32FC2 as number);
    mat.data32F.set(values);
    return mat;
  };
  const a = grey(from);
  const b = grey(to);
  const start = places(points);
  const there = places(expected);
  const back = places(points);
  const thereStatus = new cv.Mat();
  const backStatus = new cv.Mat();
  const error = new cv.Mat();
  const follow = (
    first: OpenCV.Mat,
    second: OpenCV.Mat,
    begin: OpenCV.Mat,
    end: OpenCV.Mat,
    status: OpenCV.Mat,
  ): void => {
    cv.calcOpticalFlowPyrLK(
      first,
      second,
      begin,
      end,
      status,
      error,
      new cv.Size(effort.window, effort.window),
      effort.levels,
      new cv.TermCriteria(
        (cv.TermCriteria_COUNT as number) + (cv.TermCriteria_EPS as number),
        effort.iterations,
        0.01,
      ),
      cv.OPTFLOW_USE_INITIAL_FLOW as number,
      1e-4,
    );
  };
  follow(a, b, start, there, thereStatus);
  follow(b, a, there, back, backStatus);
  const found = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    const off = Math.hypot(
      back.data32F[2 * i]! - points[2 * i]!,
      back.data32F[2 * i + 1]! - points[2 * i + 1]!,
    );
    const followed = thereStatus.data[i] === 1 && backStatus.data[i] === 1;
    found[i] = followed && off < tolerance ? 1 : 0;
  }
  const out = new Float32Array(there.data32F);
  const mats = [a, b, start, there, back, thereStatus, backStatus, error];
  for (const mat of mats) mat.delete();
  return { points: out, found };
}
