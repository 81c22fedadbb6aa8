import {
  css,
  html,
  LitElement,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { confidenceColour, cssColour } from "../subject-colours.ts";
import { leastSureFrame, paintedFrames, type MaskTrack } from "../tracks.ts";

/** CSS pixels; set once, with no other value on record. */
const STRIP_HEIGHT_PIXELS = 16;
/** CSS pixels of a bar that stands for no confidence: it can still be seen and clicked. */
const LOWEST_BAR_PIXELS = 4;

/** One cell for every frame: its colour and height say how sure the mask is; painted frames are white. */
export class ConfidenceStrip extends LitElement {
  static override properties: PropertyDeclarations = {
    track: { attribute: false },
    frame: { attribute: false },
  };
  static override styles = css`
    :host {
      display: block;
      padding: 0 6px;
    }
    canvas {
      display: block;
      width: 100%;
      height: 16px;
      border-radius: 2px;
      background: #111111;
      image-rendering: pixelated;
      cursor: pointer;
    }
  `;
  declare track: MaskTrack;
  /** The one that is shown, from 0. */
  declare frame: number;

  protected override render(): TemplateResult {
    const { frames } = this.track;
    return html`<canvas
      width=${frames.length * cell(frames.length)}
      height=${STRIP_HEIGHT_PIXELS}
      role="img"
      aria-label=${describeTrack(this.track)}
      @click=${this.#onClick}
    ></canvas>`;
  }

  protected override updated(): void {
    const context = this.renderRoot.querySelector("canvas")?.getContext("2d");
    if (!context) return;
    const { frames } = this.track;
    const width = cell(frames.length);
    const gap = width > 3 ? 1 : 0;
    context.clearRect(0, 0, frames.length * width, STRIP_HEIGHT_PIXELS);
    frames.forEach((frame, i) => {
      if (i === this.frame) {
        context.fillStyle = "#5aa2ff";
        context.fillRect(i * width, 0, width, STRIP_HEIGHT_PIXELS);
      }
      if (frame === undefined) return;
      const { painted, confidence } = frame;
      // Above it the one that is shown is marked.
      const height = painted
        ? STRIP_HEIGHT_PIXELS - 3
        : Math.round(
            LOWEST_BAR_PIXELS +
              confidence * (STRIP_HEIGHT_PIXELS - LOWEST_BAR_PIXELS - 3),
          );
      context.fillStyle = painted
        ? "#f2f2f2"
        : cssColour(confidenceColour(confidence));
      context.fillRect(
        i * width,
        STRIP_HEIGHT_PIXELS - height,
        width - gap,
        height,
      );
    });
  }

  readonly #onClick = (event: MouseEvent): void => {
    const canvas = event.currentTarget as HTMLCanvasElement;
    const { left, width } = canvas.getBoundingClientRect();
    const { length } = this.track.frames;
    const frame = Math.floor(((event.clientX - left) / width) * length);
    const detail = Math.max(0, Math.min(length - 1, frame));
    this.dispatchEvent(new CustomEvent<number>("pick", { detail }));
  };
}

/** Pixels of the canvas for one frame. */
const cell = (frameCount: number): number => (frameCount > 240 ? 2 : 8);

/** The strip in words. */
function describeTrack(track: MaskTrack): string {
  const painted = paintedFrames(track).map((frame) => frame + 1);
  const least = leastSureFrame(track);
  const parts = [
    painted.length === 0
      ? "No frame is painted"
      : `Painted: frame ${painted.join(", ")}`,
    least === undefined
      ? "nothing was followed yet"
      : `least sure: frame ${least + 1} with ${Math.round(100 * track.frames[least]!.confidence)} %`,
  ];
  return `Confidence by frame. ${parts.join("; ")}.`;
}
