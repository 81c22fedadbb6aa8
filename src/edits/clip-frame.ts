import type { DocumentLayer } from "../document/layers-document.ts";
import { assert } from "../errors/assert.ts";
import { type Codes, codesLike, largestCode } from "../kernels/codes.ts";
import type { Size } from "../units/size.ts";
import { type Box, emptyPicture, type Picture } from "./picture.ts";
import type { ShownPart } from "./stack.ts";

/** A part of a layer as files have it. */
export type PartFile = Pick<ShownPart, "frames" | "kind">;

/** The parts of all layers, bottom to top; a layer that was never taken apart stands for its own. */
export const partFiles = (layers: readonly DocumentLayer[]): PartFile[] =>
  layers
    .slice(1)
    .flatMap(
      ({ frames, parts }): readonly PartFile[] =>
        parts ?? [{ frames, kind: "subject" }],
    );

/** Light that is taken away is taken away from whatever lies there. */
export const multiplies = ({ kind }: PartFile): boolean => kind === "shadow";

/** Half a code value, so that black divides by something. */
const HALF_STEP = 0.5;

/** One frame of a result: background and parts, and what parts do to what lies beneath them. */
export class ClipFrame {
  readonly background: Codes;
  readonly #size: Size;
  readonly #parts: ReadonlyMap<string, Codes>;
  readonly #beneath = new Map<string, Codes>();
  readonly #pictures = new Map<string, Picture>();

  /**
   * @param background `[H, W, 3]` code values
   * @param files      as `partFiles` names them
   * @param parts      per file `[H, W, 4]` straight code values
   */
  constructor(
    size: Size,
    background: Codes,
    files: readonly PartFile[],
    parts: readonly Codes[],
  ) {
    this.background = background;
    this.#size = size;
    this.#parts = new Map(files.map(({ frames }, k) => [frames, parts[k]!]));
    // Of what lies over the first part it is only known with those before it.
    let below = background;
    for (const { frames } of files) {
      this.#beneath.set(frames, below);
      below = laidOver(below, this.part(frames));
    }
  }

  /** `[H, W, 4]` straight code values of a part. */
  part(frames: string): Codes {
    const part = this.#parts.get(frames);
    assert(part !== undefined, `${frames} is a part of the result`);
    return part;
  }

  /** `[H, W, 3]` what lies beneath a part in the clip. */
  beneath(frames: string): Codes {
    return this.#beneath.get(frames)!;
  }

  /** What a part leaves of what lies beneath it, per channel: `after / before`. */
  ratios({ frames }: PartFile): Picture {
    return this.#remember(frames, () => {
      const rgba = this.part(frames);
      const beneath = this.beneath(frames);
      const most = largestCode(rgba);
      const out = emptyPicture(this.#size, 3, 1);
      for (let i = 0; 4 * i < rgba.length; i++) {
        const alpha = rgba[4 * i + 3]! / most;
        if (alpha === 0) continue;
        for (let c = 0; c < 3; c++) {
          const before = beneath[3 * i + c]!;
          const after = before * (1 - alpha) + rgba[4 * i + c]! * alpha;
          out.data[3 * i + c] = (after + HALF_STEP) / (before + HALF_STEP);
        }
      }
      return { ...out, box: boxOf(rgba, this.#size, 0) };
    });
  }

  /**
   * The same to be shown over something else. A shadow lightens nothing: where it seems to, the background known of the clip is too dark
   * there, which was right beneath the frame's own pixel and is nobody's light on another ground.
   */
  ratiosElsewhere(part: PartFile): Picture {
    return this.#remember(`${part.frames} elsewhere`, () => {
      const own = this.ratios(part);
      return { ...own, data: own.data.map((ratio) => Math.min(1, ratio)) };
    });
  }

  /** A part that lies over what is beneath it: premultiplied, in 0…1. */
  cover({ frames }: PartFile): Picture {
    return this.#remember(frames, () => {
      const rgba = this.part(frames);
      const most = largestCode(rgba);
      const out = emptyPicture(this.#size, 4, 0);
      for (let i = 0; i < rgba.length; i += 4) {
        const alpha = rgba[i + 3]! / most;
        if (alpha === 0) continue;
        for (let c = 0; c < 3; c++)
          out.data[i + c] = (rgba[i + c]! / most) * alpha;
        out.data[i + 3] = alpha;
      }
      return { ...out, box: boxOf(rgba, this.#size, 0) };
    });
  }

  #remember(frames: string, make: () => Picture): Picture {
    const found = this.#pictures.get(frames) ?? make();
    this.#pictures.set(frames, found);
    return found;
  }
}

/** The least box around all pixels whose alpha, in 0…1, is at least `least`; around all that have any where it is 0. */
export function boxOf(
  rgba: Codes,
  { width, height }: Size,
  least: number,
): Box {
  const fewest = Math.max(1, least * largestCode(rgba));
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[4 * (y * width + x) + 3]! < fewest) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = y + 1;
    }
  }
  return right === 0
    ? { left: 0, top: 0, right: 0, bottom: 0 }
    : { left, top, right, bottom };
}

/** `B ← round(B(1 − α) + Cα)` in code values. */
function laidOver(below: Codes, rgba: Codes): Codes {
  const most = largestCode(below);
  const out = codesLike(below, below.length);
  out.set(below);
  for (let i = 0; 4 * i < rgba.length; i++) {
    const alpha = rgba[4 * i + 3]! / most;
    if (alpha === 0) continue;
    for (let c = 0; c < 3; c++)
      out[3 * i + c] = Math.round(
        out[3 * i + c]! * (1 - alpha) + rgba[4 * i + c]! * alpha,
      );
  }
  return out;
}
