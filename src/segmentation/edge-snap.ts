import { loadOpenCV } from "@opencvjs/web";
import { fromBytes } from "../vision/image/colour.ts";
import { shrink } from "../kernels/resize.ts";
import { readFrame } from "../media/clip.ts";
import type { Size } from "../units/size.ts";
import type { OpenSubjects } from "./open-session.ts";

type LoadedOpenCv = Awaited<ReturnType<typeof loadOpenCV>>;

/** As much of OpenCV's intelligent scissors as is used; its declarations lack them. */
interface Scissors {
  setEdgeFeatureCannyParameters(low: number, high: number): void;
  setGradientMagnitudeMaxLimit(limit: number): void;
  applyImage(picture: unknown): void;
  buildMap(from: unknown): void;
  getContour(to: unknown, contour: unknown, backward: boolean): void;
  delete(): void;
}

/** Edges fainter than the first are none; stronger than the second are certain (Canny, in code values). */
const CANNY = [32, 100] as const;
/** Gradients are equally good from here on. */
const STRONG_GRADIENT = 200;

/** An outline that follows the edges of one frame (Mortensen and Barrett, "Intelligent scissors", 1995). */
export class EdgeSnap implements Disposable {
  readonly #cv: LoadedOpenCv;
  readonly #scissors: Scissors;
  readonly #size: Size;

  private constructor(cv: LoadedOpenCv, size: Size, rgb: Uint8Array) {
    this.#cv = cv;
    this.#size = size;
    const { segmentation_IntelligentScissorsMB: Maker } = cv as unknown as {
      readonly segmentation_IntelligentScissorsMB: new () => Scissors;
    };
    this.#scissors = new Maker();
    this.#scissors.setEdgeFeatureCannyParameters(...CANNY);
    this.#scissors.setGradientMagnitudeMaxLimit(STRONG_GRADIENT);
    const type = cv.CV_8UC3 as number;
    const mat = new cv.Mat(size.height, size.width, type);
    mat.data.set(rgb);
    this.#scissors.applyImage(mat);
    mat.delete();
  }

  /**
   * Looks for edges in a frame at the session's size.
   *
   * @param frame 0-based
   * @throws LaminaError what `readMediaFrame` throws
   */
  static async on(
    { clip, size }: OpenSubjects,
    frame: number,
  ): Promise<EdgeSnap> {
    const bytes = await readFrame(clip, frame);
    const { height, width } = size;
    const { data } = shrink(
      fromBytes(bytes, clip.height, clip.width),
      height,
      width,
    );
    const area = height * width;
    const rgb = new Uint8Array(3 * area);
    for (let i = 0; i < area; i++)
      for (let c = 0; c < 3; c++)
        rgb[3 * i + c] = Math.round(255 * data[c * area + i]!);
    return new EdgeSnap(await loadOpenCV(), size, rgb);
  }

  /** Begins here; a point outside counts as the nearest one inside. */
  from(x: number, y: number): void {
    this.#scissors.buildMap(this.#point(x, y));
  }

  /**
   * The way along edges from the beginning to here.
   *
   * @returns x, y, x, y … in whole pixels
   */
  to(x: number, y: number): Float32Array {
    const contour = new this.#cv.Mat();
    this.#scissors.getContour(this.#point(x, y), contour, false);
    const points = Float32Array.from(contour.data32S);
    contour.delete();
    return points;
  }

  [Symbol.dispose](): void {
    this.#scissors.delete();
  }

  #point(x: number, y: number): unknown {
    const { width, height } = this.#size;
    return new this.#cv.Point(
      Math.max(0, Math.min(width - 1, x)),
      Math.max(0, Math.min(height - 1, y)),
    );
  }
}
