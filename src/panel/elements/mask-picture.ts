import {
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import type { Size } from "../../units/size.ts";
import { ClipFrames } from "../clip-frames.ts";
import { tintMask } from "../mask-tint.ts";
import type { Panel } from "../panel.ts";
import { describeProblem } from "../problem.ts";
import type { TintColour } from "../subject-colours.ts";

/** Twice the size on the page, for dense screens. */
const PICTURE = { width: 112, height: 68 };

/** What is shown is so many times as large as the mask. */
const ROOM = 1.4;

/** A mask to be shown small over its frame. */
export interface PicturedMask {
  readonly workspaceId: string;
  /** From 0. */
  readonly frame: number;
  readonly size: Size;
  /** Packed. */
  readonly bits: Uint8Array;
  readonly colour: TintColour;
}

/** A small picture of one frame with a subject's mask over it. */
export class MaskPicture extends LitElement {
  static override properties: PropertyDeclarations = {
    panel: { attribute: false },
    mask: { attribute: false },
  };
  static override styles = css`
    :host {
      display: block;
      width: 56px;
      height: 34px;
      border-radius: 3px;
      overflow: hidden;
      background: #000;
    }
    canvas {
      width: 100%;
      height: 100%;
      object-fit: contain;
      display: block;
    }
  `;
  declare panel: Panel;
  declare mask: PicturedMask;
  #shown: PicturedMask | undefined;

  protected override render(): TemplateResult {
    return html`<canvas
      width=${PICTURE.width}
      height=${PICTURE.height}
    ></canvas>`;
  }

  protected override updated(): void {
    const { mask } = this;
    const shown = this.#shown;
    if (shown?.frame === mask.frame && sameBytes(shown.bits, mask.bits)) return;
    this.#shown = mask;
    this.#draw(mask).catch((error: unknown) => {
      this.panel.store.set({ problem: describeProblem(error) });
    });
  }

  async #draw(mask: PicturedMask): Promise<void> {
    const frames = new ClipFrames(this.panel.desk.service, mask.workspaceId);
    try {
      const picture = new Image();
      picture.src = await frames.url(mask.frame);
      await picture.decode();
      this.#paint(mask, picture);
    } finally {
      frames.clear();
    }
  }

  #paint(mask: PicturedMask, picture: HTMLImageElement): void {
    const { width, height } = mask.size;
    const context = this.renderRoot.querySelector("canvas")?.getContext("2d");
    if (this.#shown === mask && context) {
      const tint = document.createElement("canvas");
      tint.width = width;
      tint.height = height;
      tint.getContext("2d")?.putImageData(tintMask(mask), 0, 0);
      const { left, top, scale } = partToShow(mask);
      context.clearRect(0, 0, PICTURE.width, PICTURE.height);
      for (const layer of [picture, tint])
        context.drawImage(
          layer,
          -left * scale,
          -top * scale,
          width * scale,
          height * scale,
        );
    }
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

/** The part of a frame to show: the mask with some room around it, or all of the frame where it is large. */
function partToShow({ size: { width, height }, bits }: PicturedMask): {
  readonly left: number;
  readonly top: number;
  readonly scale: number;
} {
  const box = { left: width, top: height, right: 0, bottom: 0 };
  for (let i = 0; i < width * height; i++) {
    if (((bits[i >> 3]! >> (i & 7)) & 1) === 0) continue;
    const x = i % width;
    const y = Math.floor(i / width);
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
  }
  const whole = Math.min(PICTURE.width / width, PICTURE.height / height);
  if (box.right === 0) return { left: 0, top: 0, scale: whole };
  const scale = Math.max(
    whole,
    Math.min(
      PICTURE.width / (ROOM * (box.right - box.left)),
      PICTURE.height / (ROOM * (box.bottom - box.top)),
    ),
  );
  // The middle of the mask in the middle, as far as there is picture.
  const from = (middle: number, side: number, shown: number): number =>
    side <= shown
      ? (side - shown) / 2
      : Math.max(0, Math.min(side - shown, middle - shown / 2));
  return {
    left: from((box.left + box.right) / 2, width, PICTURE.width / scale),
    top: from((box.top + box.bottom) / 2, height, PICTURE.height / scale),
    scale,
  };
}
