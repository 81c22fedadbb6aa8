import {
  css,
  html,
  nothing,
  type PropertyDeclarations,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from "lit";
import { packMask } from "../../protocol/mask-bits.ts";
import { addClick, clicksOf, paintClicked } from "../clicked-painting.ts";
import { ClipFrames } from "../clip-frames.ts";
import { tintMask } from "../mask-tint.ts";
import { Outline, type OutlineWays, straightWays } from "../outline.ts";
import {
  fillPolygon,
  type Ink,
  paintStroke,
  type PaintPoint,
} from "../paint-mask.ts";
import type { PaintTool } from "../paint-tools.ts";
import { describeProblem } from "../problem.ts";
import { subjectColour } from "../subject-colours.ts";
import { maskOf, paintingOf, type MaskTrack } from "../tracks.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";
import { ZoomAndPan, zoomStyle } from "./zoom-and-pan.ts";

/** So near to the first corner a click closes an outline, in pixels of the page. */
const CLOSES_WITHIN = 8;
/** Other subjects are seen faintly. */
const OTHERS_ALPHA = 0.35;
/** Where one has clicked, as a share of the frame's width. */
const CLICK_RADIUS = 0.008;

/** A stroke that is being made. */
interface Pen {
  readonly ink: Ink;
  readonly mask: Uint8Array;
  at: PaintPoint;
}

/** A frame to paint on, with a pointer or with the keyboard alone. */
export class PaintStage extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    key: { attribute: false },
    trackId: { attribute: false },
    frame: { attribute: false },
    tool: { attribute: false },
    radius: { attribute: false },
    model: { attribute: false },
  };
  static override styles = [
    look,
    zoomStyle,
    css`
      .stage {
        margin: 0 auto;
        background: #0d0d0d;
        border-radius: 4px;
        touch-action: none;
        cursor: crosshair;
      }
      .picture > * {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        display: block;
        pointer-events: none;
        user-select: none;
      }
      .light {
        stroke: #ffffff;
      }
      .dark {
        stroke: #000000;
        stroke-opacity: 0.6;
        stroke-width: 3;
      }
      .light,
      .dark {
        fill: none;
        vector-effect: non-scaling-stroke;
      }
      .click {
        fill: #111111;
        stroke: #ffffff;
        stroke-width: 1.5;
        vector-effect: non-scaling-stroke;
      }
      .click.inside {
        fill: #ffffff;
        stroke: #111111;
      }
      .asking {
        position: absolute;
        left: 8px;
        bottom: 8px;
        padding: 2px 8px;
        border-radius: 3px;
        background: rgba(0, 0, 0, 0.75);
        color: #ffffff;
      }
    `,
  ];
  declare key: number;
  declare trackId: number;
  /** From 0. */
  declare frame: number;
  declare tool: PaintTool;
  declare radius: number;
  /** The model that is asked about clicks. */
  declare model: string | undefined;
  #frames: ClipFrames | undefined;
  #pictureOf = -1;
  #url = "";
  #pen: Pen | undefined;
  #outline: Outline | undefined;
  #cursor: PaintPoint | undefined;
  /** Clicks that are not answered yet, and the answer to the last one. */
  #clicksAsked = 0;
  #lastAnswer: Promise<void> = Promise.resolve();
  #drawn: unknown[] = [];
  readonly #zoom = new ZoomAndPan(
    this,
    () => this.#picture?.naturalWidth ?? this.state.draft?.opened?.width ?? 0,
    () => this.dispatchEvent(new CustomEvent("space")),
  );

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#frames?.clear();
    this.#frames = undefined;
    this.#pictureOf = -1;
  }

  /** The frame as it was exported, with the clip's own pixels. */
  get #picture(): HTMLImageElement | undefined {
    const picture = this.#shown;
    return picture && picture.naturalWidth > 0 ? picture : undefined;
  }

  /** Zooms, for a key that the view has heard. */
  zoom(to: Parameters<ZoomAndPan["zoom"]>[0]): void {
    this.#zoom.zoom(to);
  }

  /** Puts the keyboard onto the stage. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>(".stage")?.focus();
  }

  protected override willUpdate(
    changed: ReadonlyMap<PropertyKey, unknown>,
  ): void {
    if (["frame", "tool", "trackId"].some((name) => changed.has(name)))
      this.#cancel();
  }

  protected override render(): TemplateResult {
    const { draft } = this.state;
    const opened = draft?.opened;
    if (opened === undefined) return html``;
    const { width, height } = opened;
    return html`<div
        class=${this.#zoom.stageClass}
        tabindex="0"
        role="application"
        aria-roledescription="painting area"
        aria-label=${`Frame ${this.frame + 1}`}
        aria-describedby="how"
        style=${`aspect-ratio:${width}/${height};max-width:calc(60vh * ${width / height})`}
        @pointerdown=${this.#onDown}
        @pointermove=${this.#onMove}
        @pointerup=${this.#onUp}
        @pointercancel=${this.#onCancel}
        @pointerleave=${this.#onLeave}
        @keydown=${this.#onKey}
        @keyup=${this.#onKeyUp}
        @blur=${this.#onBlur}
      >
        <div class=${this.#zoom.pictureClass} style=${this.#zoom.place}>
          ${this.#url === "" ? nothing : html`<img src=${this.#url} alt="" />`}
          <canvas width=${width} height=${height}></canvas>
          ${this.#lines(width, height)}
        </div>
        <span id="how" class="seen-by-readers"
          >Alt with the arrow keys moves the brush, D paints, Enter closes an
          outline, Backspace takes its last corner back, Escape gives it
          up.</span
        >
        <span class="seen-by-readers" role="status">${this.#where()}</span>
        ${
          this.#clicksAsked === 0
            ? nothing
            : html`<span class="asking small" role="status"
                >Asking ${this.model}…</span
              >`
        }
      </div>
      ${this.#zoom.buttons()}`;
  }

  protected override updated(): void {
    this.#showPicture();
    this.#draw();
  }

  #lines(width: number, height: number): TemplateResult {
    const { path, preview } = this.#outline ?? { path: [], preview: [] };
    const points = [...path, ...preview].map(({ x, y }) => `${x},${y}`);
    const line = points.join(" ");
    const isBrush = this.tool === "brush" || this.tool === "eraser";
    const radius = isBrush ? this.radius : 1.5;
    const ring = this.#cursor;
    return html`<svg viewBox=${`0 0 ${width} ${height}`} aria-hidden="true">
      ${["dark", "light"].map(
        (tone) =>
          html`<svg class="lines" viewBox=${`0 0 ${width} ${height}`}>
            <polyline class=${tone} points=${line}></polyline>
            <circle
              class=${tone}
              cx=${ring?.x ?? -99}
              cy=${ring?.y ?? -99}
              r=${radius}
            ></circle>
          </svg>`,
      )}
      ${this.#clicks(width, height)}
    </svg>`;
  }

  /** Where one has clicked, while one clicks. */
  #clicks(width: number, height: number): SVGTemplateResult[] {
    if (this.tool !== "click") return [];
    const clicked = clicksOf(this.#track?.frames[this.frame]?.bits);
    return (clicked?.clicks ?? []).map(
      ({ x, y, inside }) =>
        svg`<circle class=${inside ? "click inside" : "click"} cx=${x * width} cy=${y * height} r=${CLICK_RADIUS * width}></circle>`,
    );
  }

  #where(): string {
    if (this.#cursor === undefined) return "";
    const { x, y } = this.#cursor;
    return `${Math.floor(x)} across, ${Math.floor(y)} down`;
  }

  get #track(): MaskTrack | undefined {
    return this.state.draft?.tracks.get(this.trackId);
  }

  #showPicture(): void {
    const { workspace } = this.state.draft ?? {};
    if (workspace === undefined || this.#pictureOf === this.frame) return;
    const wanted = this.frame;
    this.#pictureOf = wanted;
    this.#frames ??= new ClipFrames(this.panel.desk.service, workspace.id);
    this.#frames
      .url(wanted)
      .then((url) => {
        if (this.#pictureOf !== wanted) return;
        this.#url = url;
        this.requestUpdate();
        void this.#say(wanted);
      })
      .catch((error: unknown) => {
        this.panel.store.set({ problem: describeProblem(error) });
      });
  }

  /** Tells that a frame is seen, once it is decoded. */
  async #say(frame: number): Promise<void> {
    await this.updateComplete;
    // What cannot be decoded is not waited for.
    await this.#shown?.decode().catch(() => undefined);
    if (this.#pictureOf !== frame) return;
    this.dispatchEvent(new CustomEvent("shown"));
    this.requestUpdate();
  }

  get #shown(): HTMLImageElement | null {
    return this.renderRoot.querySelector("img");
  }

  /** Draws the masks anew when there is something new to see. */
  #draw(): void {
    const { draft } = this.state;
    const context = this.renderRoot.querySelector("canvas")?.getContext("2d");
    const size = draft?.opened;
    if (!context || size === undefined || draft === undefined) return;
    const own =
      this.#pen === undefined
        ? this.#track?.frames[this.frame]?.bits
        : packMask(this.#pen.mask);
    const others = draft.subjects.flatMap(({ key, parts }) =>
      parts.flatMap((part) => {
        if (part.kind !== "track" || part.trackId === this.trackId) return [];
        const bits = draft.tracks.get(part.trackId)?.frames[this.frame]?.bits;
        return bits === undefined ? [] : [{ key, bits }];
      }),
    );
    const wanted = [own, ...others.map(({ bits }) => bits)];
    if (
      wanted.length === this.#drawn.length &&
      wanted.every((b, i) => b === this.#drawn[i])
    )
      return;
    this.#drawn = wanted;
    const { width, height } = size;
    context.clearRect(0, 0, width, height);
    const layer = document.createElement("canvas");
    layer.width = width;
    layer.height = height;
    const lay = (key: number, bits: Uint8Array, alpha: number): void => {
      const tint = tintMask({ size, bits, colour: subjectColour(key) });
      layer.getContext("2d")?.putImageData(tint, 0, 0);
      context.globalAlpha = alpha;
      context.drawImage(layer, 0, 0);
    };
    for (const { key, bits } of others) lay(key, bits, OTHERS_ALPHA);
    if (own !== undefined) lay(this.key, own, 1);
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const stage = event.currentTarget as HTMLElement;
    stage.focus();
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    this.#cursor = this.#place(event);
    this.#press(event.altKey);
  };

  readonly #onMove = (event: PointerEvent): void => {
    // What came between two pictures counts as well.
    const passed = this.#pen === undefined ? [] : event.getCoalescedEvents();
    for (const each of passed.length > 0 ? passed : [event])
      this.#moveTo(this.#place(each));
  };

  readonly #onUp = (): void => {
    this.#release();
  };

  readonly #onCancel = (): void => {
    this.#cancel();
  };

  readonly #onLeave = (): void => {
    if (this.#pen !== undefined) return;
    this.#cursor = undefined;
    this.requestUpdate();
  };

  readonly #onBlur = (): void => {
    this.#release();
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (this.#heed(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  };

  readonly #onKeyUp = (event: KeyboardEvent): void => {
    if (paintKeys.has(event.key)) this.#release();
  };

  #heed(event: KeyboardEvent): boolean {
    const size = this.state.draft?.opened;
    if (size === undefined) return false;
    const middle = { x: size.width / 2, y: size.height / 2 };
    if (event.ctrlKey || event.metaKey) return false;
    if (paintKeys.has(event.key)) {
      this.#cursor ??= middle;
      if (!event.repeat) this.#press(event.altKey);
      return true;
    }
    switch (event.key) {
      case "Enter":
        void this.#closeOutline(event.altKey);
        return this.#outline !== undefined;
      case "Backspace":
        return this.stepOutline("back");
      case "Escape":
        this.#cancel();
        return true;
    }
    const way = ways[event.key];
    if (way === undefined || !event.altKey) return false;
    const step = Math.max(1, Math.round(this.radius / 2));
    const { x, y } = this.#cursor ?? middle;
    this.#moveTo({
      x: Math.max(0, Math.min(size.width, x + step * way.x)),
      y: Math.max(0, Math.min(size.height, y + step * way.y)),
    });
    return true;
  }

  /**
   * Takes the last corner of the outline that is being drawn back; what was taken back is drawn again, not redone.
   *
   * @returns whether there is an outline, which then is what undo and redo are about
   */
  stepOutline(way: "back" | "forth"): boolean {
    const outline = this.#outline;
    if (outline === undefined) return false;
    if (way === "back")
      outline
        .takeBack()
        .then((isThere) => {
          if (!isThere && this.#outline === outline) this.#cancel();
        })
        .catch(this.#onFailure);
    return true;
  }

  /** Where a pointer is, in the session's pixels. */
  #place(event: MouseEvent): PaintPoint {
    const stage = this.renderRoot.querySelector(".picture")!;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const size = this.state.draft!.opened!;
    return {
      x: ((event.clientX - left) / width) * size.width,
      y: ((event.clientY - top) / height) * size.height,
    };
  }

  /** The pen goes down, or a corner is set, at the cursor. */
  #press(takesAway: boolean): void {
    const at = this.#cursor;
    const track = this.#track;
    const size = this.state.draft?.opened;
    if (at === undefined || track === undefined || size === undefined) return;
    if (this.tool === "polygon" || this.tool === "snap") {
      this.#setCorner(at, takesAway);
      return;
    }
    if (this.tool === "click") {
      this.#click(at, takesAway);
      return;
    }
    const ink = (this.tool === "eraser") === takesAway ? 255 : 0;
    const mask = maskOf(track, this.frame, size);
    this.#pen = { ink, mask, at };
    paintStroke(mask, size, at, at, this.radius, ink);
    this.requestUpdate();
  }

  #moveTo(to: PaintPoint): void {
    this.#cursor = to;
    const size = this.state.draft?.opened;
    if (this.#pen !== undefined && size !== undefined) {
      const { mask, at, ink } = this.#pen;
      paintStroke(mask, size, at, to, this.radius, ink);
      this.#pen.at = to;
    }
    this.#outline?.look(to).catch(this.#onFailure);
    this.requestUpdate();
  }

  #release(): void {
    const pen = this.#pen;
    this.#pen = undefined;
    if (pen !== undefined) this.#commit(pen.mask);
  }

  #commit(mask: Uint8Array): void {
    const bits = packMask(mask);
    this.panel.preparation.tracking?.paint(this.trackId, this.frame, bits);
  }

  /** Asks the model about one click more, once the clicks before it are answered: it builds on what they have painted. */
  #click(at: PaintPoint, takesAway: boolean): void {
    const { tracking } = this.panel.preparation;
    const { frame, trackId, model } = this;
    const ask = async (): Promise<void> => {
      const { opened, tracks } = this.state.draft ?? {};
      const track = tracks?.get(trackId);
      if (tracking === undefined || model === undefined || !opened || !track)
        return;
      const place = { x: at.x / opened.width, y: at.y / opened.height };
      const painting = track.frames[frame]?.bits ?? new Uint8Array(0);
      const clicked = addClick(painting, place, takesAway);
      const mask = await tracking.click(model, frame, clicked.clicks);
      const now = this.state.draft?.tracks.get(trackId);
      // What was painted or undone meanwhile counts.
      if (now && paintingOf(now, frame) === paintingOf(track, frame))
        tracking.paint(trackId, frame, paintClicked(clicked, mask));
    };
    this.#clicksAsked++;
    this.#lastAnswer = this.#lastAnswer
      .then(ask)
      .catch((error: unknown) => {
        this.panel.store.set({ problem: describeProblem(error) });
      })
      .finally(() => {
        this.#clicksAsked--;
        this.requestUpdate();
      });
    this.requestUpdate();
  }

  #setCorner(at: PaintPoint, takesAway: boolean): void {
    const outline = this.#outline;
    if (outline === undefined) {
      this.#outline = new Outline(at, this.#ways(), () => {
        this.requestUpdate();
      });
      this.#outline.look(at).catch(this.#onFailure);
    } else if (outline.path.length > 2 && this.#isAtFirst(at, outline)) {
      void this.#closeOutline(takesAway);
    } else {
      outline.corner(at).catch(this.#onFailure);
    }
    this.requestUpdate();
  }

  #isAtFirst(at: PaintPoint, { first }: Outline): boolean {
    const stage = this.renderRoot.querySelector(".picture")!;
    const scale =
      stage.getBoundingClientRect().width / this.state.draft!.opened!.width;
    return Math.hypot(at.x - first.x, at.y - first.y) * scale < CLOSES_WITHIN;
  }

  async #closeOutline(takesAway: boolean): Promise<void> {
    const outline = this.#outline;
    if (outline === undefined) return;
    try {
      const corners = await outline.close();
      const size = this.state.draft?.opened;
      const track = this.#track;
      if (this.#outline !== outline || !size || !track) return;
      this.#cancel();
      const mask = maskOf(track, this.frame, size);
      fillPolygon(mask, size, corners, takesAway ? 0 : 255);
      this.#commit(mask);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  /** Gives up what is being painted. */
  #cancel(): void {
    this.#pen = undefined;
    this.#outline = undefined;
    this.requestUpdate();
  }

  readonly #onFailure = (error: unknown): void => {
    this.#cancel();
    this.panel.store.set({ problem: describeProblem(error) });
  };

  #ways(): OutlineWays {
    const { tracking } = this.panel.preparation;
    if (this.tool === "polygon" || tracking === undefined) return straightWays;
    const { frame } = this;
    const whole = ({ x, y }: PaintPoint): [number, number] => [
      Math.max(0, Math.floor(x)),
      Math.max(0, Math.floor(y)),
    ];
    return {
      from: (corner) => tracking.snapFrom(frame, ...whole(corner)),
      to: async (to) => {
        const flat = await tracking.snapTo(...whole(to));
        const points: PaintPoint[] = [];
        for (let i = 0; i < flat.length; i += 2)
          points.push({ x: flat[i]! + 0.5, y: flat[i + 1]! + 0.5 });
        return points;
      },
    };
  }
}

/** D, which paints where the brush is; with Alt a Mac calls it otherwise. */
const paintKeys: ReadonlySet<string> = new Set(["d", "D", "∂"]);

const ways: Readonly<Record<string, PaintPoint>> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};
