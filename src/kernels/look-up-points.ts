import type { Homography } from "./homography.ts";
import { KernelCall, kernelExports } from "./memory.ts";
import type { Raster } from "./raster.ts";

/** Bytes that vectors read and write behind the last pixel or value. */
const VECTOR_BYTES = 16;
/** Room for four by four pixels at the border. */
const PATCH_BYTES = 64;

/** What a frame shows at points. */
export interface PointValues {
  /** Three values a point, in 0…255 or slightly beyond; 0 where nothing is shown. */
  readonly values: Float32Array;
  /** 1 where the frame shows background at the point, else 0. */
  readonly shown: Uint8Array;
}

/** One frame's bytes, in the kernels' memory until it is disposed of, in which points are looked up. */
export class PointLookup implements Disposable {
  readonly #call = new KernelCall();
  readonly #width: number;
  readonly #height: number;
  readonly #visible: Raster;
  readonly #bytes: number;
  readonly #shows: number;

  /**
   * @param bytes   `[height, width, 3]`
   * @param visible `[1, h, w]` of any smaller size, > 0.5 where background is shown
   */
  constructor(
    bytes: Uint8Array,
    width: number,
    height: number,
    visible: Raster,
  ) {
    this.#width = width;
    this.#height = height;
    this.#visible = visible;
    this.#shows = this.#call.read(visible.data);
    this.#bytes = this.#call.read(bytes);
    this.#call.scratch(VECTOR_BYTES);
  }

  /**
   * Bicubic lookup (Keys, a = −½), borders replicated.
   *
   * @param points indices of pixels in a picture as wide as the frame
   * @param map    takes that picture's pixels to the frame
   */
  at(points: Int32Array, map: Homography): PointValues {
    const count = points.length;
    const values = new Float32Array(3 * count + 1);
    const shown = new Uint8Array(count);
    using call = new KernelCall();
    // prettier-ignore
    kernelExports().lookUpPoints(
      this.#bytes, this.#width, this.#height, this.#shows, this.#visible.width, this.#visible.height,
      call.read(Float64Array.from(map)), call.read(points), count,
      call.write(values), call.write(shown), call.scratch(PATCH_BYTES),
    );
    return { values, shown };
  }

  [Symbol.dispose](): void {
    this.#call[Symbol.dispose]();
  }
}
