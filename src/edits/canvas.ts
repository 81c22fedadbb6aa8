import type { EditOf } from "../document/edits-document.ts";
import { type Codes, codesLike, largestCode } from "../kernels/codes.ts";
import type { Size } from "../units/size.ts";
import type { Picture } from "./picture.ts";

/**
 * What has been put together so far, in code values of 8 or 16 bits, rounded after every element as the contract of `layers.json` has it.
 */
export class Canvas {
  readonly size: Size;
  /** `[H, W, 3]` straight. */
  readonly colour: Codes;
  /** `[H, W]`; absent where all is opaque. */
  readonly alpha: Codes | undefined;
  /** The largest code value. */
  readonly #most: number;
  /** `[H, W]` in 0…1: how far what was laid since `watchCover` hides what lay there before; absent where nobody watches. */
  #cover: Float32Array | undefined;

  /**
   * @param colour   `[H, W, 3]`, taken over
   * @param isOpaque without it there is nothing yet, on which layers lie
   */
  constructor(size: Size, colour: Codes, isOpaque = true) {
    this.size = size;
    this.colour = colour;
    this.alpha = isOpaque
      ? undefined
      : codesLike(colour, size.width * size.height);
    this.#most = largestCode(colour);
  }

  /** Begins to note how far what is laid hides what lies there now. */
  watchCover(): Float32Array {
    this.#cover = new Float32Array(this.size.width * this.size.height);
    return this.#cover;
  }

  /**
   * Lays an unchanged part of a layer over it. Where what lies beneath is what lay beneath it in the clip, that gives the clip's own value.
   *
   * @param rgba   `[H, W, 4]` straight code values
   * @param ratios for a part that multiplies, what it leaves of what lies beneath; used where something else lies there
   * @param beneath `[H, W, 3]` what lay there in the clip
   */
  layPart(rgba: Codes, beneath: Codes, ratios: Picture | undefined): void {
    const { colour, alpha } = this;
    for (let i = 0; 4 * i < rgba.length; i++) {
      const own = rgba[4 * i + 3]! / this.#most;
      if (own === 0) continue;
      const at = 3 * i;
      const isSame =
        alpha === undefined &&
        colour[at] === beneath[at] &&
        colour[at + 1] === beneath[at + 1] &&
        colour[at + 2] === beneath[at + 2];
      if (ratios !== undefined && !isSame) {
        this.#multiply(i, ratios.data, at, 1);
        continue;
      }
      this.#over(
        i,
        rgba[4 * i]! * own,
        rgba[4 * i + 1]! * own,
        rgba[4 * i + 2]! * own,
        own,
      );
    }
  }

  /** Lays a picture over it: four channels, premultiplied, in 0…1. */
  lay(
    picture: Picture,
    opacity: number,
    blend: EditOf<"insert">["blend"] = "normal",
  ): void {
    const { data, box } = picture;
    const { width } = this.size;
    for (let y = box.top; y < box.bottom; y++) {
      for (let x = box.left; x < box.right; x++) {
        const i = y * width + x;
        const own = data[4 * i + 3]!;
        if (own === 0) continue;
        if (blend === "normal") {
          const share = this.#most * opacity;
          this.#over(
            i,
            data[4 * i]! * share,
            data[4 * i + 1]! * share,
            data[4 * i + 2]! * share,
            own * opacity,
          );
          continue;
        }
        // Over nothing there is nothing to blend with.
        const covered =
          this.alpha === undefined ? 1 : this.alpha[i]! / this.#most;
        const [r, g, b] = [0, 1, 2].map((c) => {
          const straight = data[4 * i + c]! / own;
          const beneath = this.colour[3 * i + c]! / this.#most;
          const mixed =
            straight + covered * (blends[blend](straight, beneath) - straight);
          return this.#most * mixed * own * opacity;
        }) as [number, number, number];
        this.#over(i, r, g, b, own * opacity);
      }
    }
  }

  /** Multiplies it by a picture of ratios: three channels, 1 where nothing changes. */
  multiply(ratios: Picture, opacity: number): void {
    const { data, box } = ratios;
    const { width } = this.size;
    for (let y = box.top; y < box.bottom; y++)
      for (let x = box.left; x < box.right; x++) {
        const i = y * width + x;
        this.#multiply(i, data, 3 * i, opacity);
      }
  }

  #note(i: number, own: number): void {
    if (this.#cover === undefined) return;
    this.#cover[i] = 1 - (1 - this.#cover[i]!) * (1 - own);
  }

  /** Premultiplied code values over a pixel. */
  #over(i: number, r: number, g: number, b: number, own: number): void {
    const { colour, alpha } = this;
    const at = 3 * i;
    this.#note(i, own);
    if (alpha === undefined) {
      colour[at] = Math.round(colour[at]! * (1 - own) + r);
      colour[at + 1] = Math.round(colour[at + 1]! * (1 - own) + g);
      colour[at + 2] = Math.round(colour[at + 2]! * (1 - own) + b);
      return;
    }
    const beneath = (alpha[i]! / this.#most) * (1 - own);
    const all = own + beneath;
    if (all === 0) return;
    colour[at] = Math.round((colour[at]! * beneath + r) / all);
    colour[at + 1] = Math.round((colour[at + 1]! * beneath + g) / all);
    colour[at + 2] = Math.round((colour[at + 2]! * beneath + b) / all);
    alpha[i] = Math.round(this.#most * all);
  }

  /** On nothing, what takes light away is black with what it takes away for alpha. */
  #multiply(
    i: number,
    data: Float32Array,
    from: number,
    opacity: number,
  ): void {
    const { colour, alpha } = this;
    const at = 3 * i;
    const covered = alpha === undefined ? 1 : alpha[i]! / this.#most;
    const least = Math.min(1, data[from]!, data[from + 1]!, data[from + 2]!);
    this.#note(i, opacity * (1 - least));
    const all = covered + (1 - covered) * opacity * (1 - least);
    if (all === 0) return;
    for (let c = 0; c < 3; c++) {
      const ratio = 1 - opacity * (1 - data[from + c]!);
      const value = (colour[at + c]! * ratio * covered) / all;
      colour[at + c] = Math.min(this.#most, Math.round(value));
    }
    if (alpha !== undefined) alpha[i] = Math.round(this.#most * all);
  }
}

/** What a picture's straight value becomes over what lies beneath it, both in 0…1. */
const blends: Readonly<
  Record<EditOf<"insert">["blend"], (own: number, beneath: number) => number>
> = {
  normal: (own) => own,
  multiply: (own, beneath) => own * beneath,
  screen: (own, beneath) => 1 - (1 - own) * (1 - beneath),
  overlay: (own, beneath) =>
    beneath < 0.5 ? 2 * own * beneath : 1 - 2 * (1 - own) * (1 - beneath),
};
