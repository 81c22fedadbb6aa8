import { css, html, type ReactiveController, type TemplateResult } from "lit";
import {
  fitted,
  nativeZoom,
  panBy,
  placeOf,
  type Share,
  stepFactor,
  wheelFactor,
  type Viewport,
  zoomBy,
} from "../viewport.ts";
import type { ViewerCommand } from "../viewer-keys.ts";
import { isOwnKey } from "./own-key.ts";
import { icon } from "./icons.ts";
import type { PanelElement } from "./panel-element.ts";

/** What a stage that is zoomed looks like: `.stage` around `.picture`, and the row of buttons. */
export const zoomStyle = css`
  .stage {
    position: relative;
    overflow: hidden;
  }
  .stage.pans,
  .stage.pans * {
    cursor: grab;
  }
  .picture {
    position: absolute;
  }
  .picture.pixels img,
  .picture.pixels canvas {
    image-rendering: pixelated;
  }
  .zoom {
    gap: 2px;
    justify-content: flex-end;
  }
  button.word {
    width: auto;
    padding: 0 6px;
    font-size: 11px;
  }
  .scale {
    min-width: 44px;
    text-align: right;
  }
`;

/** From so many of the screen's pixels for one of the picture, pixels are drawn as squares. */
const SQUARES_FROM = 2;
const MIDDLE: Share = { x: 0.5, y: 0.5 };

/** Zooms and pans the stage of an element: wheel with Ctrl (a pinch too), Space or the middle button and dragging, buttons, keys. */
export class ZoomAndPan implements ReactiveController {
  readonly #host: PanelElement;
  /** The picture's width in its own pixels. */
  readonly #native: () => number;
  readonly #onSpace: () => void;
  #isHeld = false;
  #hasPanned = false;
  #from: { readonly pointer: number; x: number; y: number } | undefined;

  /** @param onSpace Space was pressed and let go, and nothing was moved with it */
  constructor(host: PanelElement, native: () => number, onSpace: () => void) {
    this.#host = host;
    this.#native = native;
    this.#onSpace = onSpace;
    host.addController(this);
  }

  hostConnected(): void {
    const { renderRoot: root } = this.#host;
    // Before what the stage itself does with a pointer.
    root.addEventListener("pointerdown", this.#onDown, true);
    root.addEventListener("pointermove", this.#onMove, true);
    root.addEventListener("pointerup", this.#onUp, true);
    root.addEventListener("pointercancel", this.#onUp, true);
    root.addEventListener("wheel", this.#onWheel, { passive: false });
    window.addEventListener("keydown", this.#onKeyDown);
    window.addEventListener("keyup", this.#onKeyUp);
    window.addEventListener("blur", this.#onBlur);
    this.#size.observe(this.#host);
  }

  hostDisconnected(): void {
    const { renderRoot: root } = this.#host;
    root.removeEventListener("pointerdown", this.#onDown, true);
    root.removeEventListener("pointermove", this.#onMove, true);
    root.removeEventListener("pointerup", this.#onUp, true);
    root.removeEventListener("pointercancel", this.#onUp, true);
    root.removeEventListener("wheel", this.#onWheel);
    window.removeEventListener("keydown", this.#onKeyDown);
    window.removeEventListener("keyup", this.#onKeyUp);
    window.removeEventListener("blur", this.#onBlur);
    this.#size.disconnect();
    this.#onBlur();
  }

  // What is 100 % depends on the stage's width.
  readonly #size = new ResizeObserver(() => {
    this.#host.requestUpdate();
  });

  /** Classes of `.stage`. */
  get stageClass(): string {
    return this.#isHeld ? "stage pans" : "stage";
  }

  /** Classes of `.picture`. */
  get pictureClass(): string {
    return this.#scale >= SQUARES_FROM ? "picture pixels" : "picture";
  }

  /** Where `.picture` lies in `.stage`. */
  get place(): string {
    return placeOf(this.#viewport);
  }

  /** The buttons that do it without a wheel. */
  buttons(): TemplateResult {
    const button = (
      id: string,
      title: string,
      to: "in" | "out" | "fit" | "native",
      content: unknown,
    ): TemplateResult =>
      html`<button
        class=${to === "fit" || to === "native" ? "plain word" : "plain"}
        id=${id}
        title=${title}
        aria-label=${title}
        @click=${() => {
          this.zoom(to);
        }}
      >
        ${content}
      </button>`;
    return html`<div class="row zoom" role="group" aria-label="Zoom">
      ${button("zoom-out", "Zoom out (−)", "out", icon("minus"))}
      ${button("zoom-in", "Zoom in (+)", "in", icon("plus"))}
      ${button("zoom-fit", "Fit the whole frame (0)", "fit", "Fit")}
      ${button("zoom-native", "100 %: the clip's own pixels (1)", "native", "100 %")}
      <span class="scale dim small numbers" id="scale"
        >${Math.round(100 * this.#scale)} %</span
      >
    </div>`;
  }

  /** Does what a button or a key asks for, around the middle of the stage. */
  zoom(to: Extract<ViewerCommand, { kind: "zoom" }>["to"]): void {
    const { zoom } = this.#viewport;
    const oneToOne = this.#oneToOne;
    if (to === "fit") this.#look(fitted);
    else {
      const factor =
        to === "native" ? oneToOne / zoom : stepFactor(to === "in" ? 1 : -1);
      this.#look(zoomBy(this.#viewport, factor, MIDDLE, oneToOne));
    }
  }

  get #viewport(): Viewport {
    return this.#host.panel.viewing.viewport;
  }

  #look(viewport: Viewport): void {
    this.#host.panel.viewing.viewport = viewport;
    this.#host.requestUpdate();
  }

  get #stage(): Element | null {
    return this.#host.renderRoot.querySelector(".stage");
  }

  get #oneToOne(): number {
    const width = this.#stage?.getBoundingClientRect().width ?? 0;
    const native = this.#native();
    return width === 0 || native === 0
      ? 1
      : nativeZoom(native, width, window.devicePixelRatio);
  }

  /** The screen's pixels for one of the picture. */
  get #scale(): number {
    return this.#viewport.zoom / this.#oneToOne;
  }

  #isOnStage(event: Event): boolean {
    const stage = this.#stage;
    return stage !== null && event.composedPath().includes(stage);
  }

  readonly #onWheel = (event: Event): void => {
    const { ctrlKey, metaKey, deltaY, deltaMode, clientX, clientY } =
      event as WheelEvent;
    if (!(ctrlKey || metaKey) || !this.#isOnStage(event)) return;
    event.preventDefault();
    const { left, top, width, height } = this.#stage!.getBoundingClientRect();
    const at = { x: (clientX - left) / width, y: (clientY - top) / height };
    // Some mice count lines.
    const pixels = deltaMode === 0 ? deltaY : 16 * deltaY;
    const { zoom } = this.#viewport;
    const next = zoomBy(
      this.#viewport,
      wheelFactor(pixels),
      at,
      this.#oneToOne,
    );
    if (next.zoom !== zoom) this.#look(next);
  };

  readonly #onDown = (event: Event): void => {
    const { button, pointerId, clientX: x, clientY: y } = event as PointerEvent;
    const pans = button === 1 || (button === 0 && this.#isHeld);
    if (!pans || !this.#isOnStage(event)) return;
    event.preventDefault();
    event.stopPropagation();
    this.#stage!.setPointerCapture(pointerId);
    this.#from = { pointer: pointerId, x, y };
    this.#hasPanned = true;
  };

  readonly #onMove = (event: Event): void => {
    const { pointerId, clientX: x, clientY: y } = event as PointerEvent;
    const from = this.#from;
    if (from?.pointer !== pointerId) return;
    event.stopPropagation();
    const { width, height } = this.#stage!.getBoundingClientRect();
    this.#look(
      panBy(this.#viewport, {
        x: (x - from.x) / width,
        y: (y - from.y) / height,
      }),
    );
    this.#from = { pointer: pointerId, x, y };
  };

  readonly #onUp = (event: Event): void => {
    if (this.#from?.pointer !== (event as PointerEvent).pointerId) return;
    event.stopPropagation();
    this.#from = undefined;
  };

  readonly #onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== " " || event.defaultPrevented) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const [target] = event.composedPath();
    if (isOwnKey(target, " ")) return;
    event.preventDefault();
    if (event.repeat) return;
    this.#isHeld = true;
    this.#hasPanned = false;
    this.#host.requestUpdate();
  };

  readonly #onKeyUp = (event: KeyboardEvent): void => {
    if (event.key !== " " || !this.#isHeld) return;
    const wasTapped = !this.#hasPanned;
    this.#onBlur();
    if (wasTapped) this.#onSpace();
  };

  readonly #onBlur = (): void => {
    this.#isHeld = false;
    this.#host.requestUpdate();
  };
}
