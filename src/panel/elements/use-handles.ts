import {
  css,
  html,
  LitElement,
  nothing,
  type PropertyDeclarations,
  svg,
  type SVGTemplateResult,
  type TemplateResult,
} from "lit";
import type { Edit, EditOf } from "../../document/edits-document.ts";
import { isConvex, type Point, throughCamera } from "../../edits/placement.ts";
import { apply } from "../../kernels/homography.ts";
import type { Panel } from "../panel.ts";
import { roundPoint } from "../using.ts";
import type { Uses } from "../uses.ts";

const cornerNames = [
  "Upper left",
  "Upper right",
  "Lower right",
  "Lower left",
] as const;

/** How far an arrow key moves a handle, in pixels of the clip; with Shift, ten times as far. */
const KEY_PIXELS = 1;

/** What is taken hold of in the viewer to place the chosen use: a title's corners, a duplicate's feet, a layer's time. */
export class UseHandles extends LitElement {
  static override properties: PropertyDeclarations = {
    panel: { attribute: false },
    frame: { attribute: false },
    edits: { attribute: false },
  };
  static override styles = css`
    svg {
      position: absolute;
      inset: 0;
      width: 100%;
      height: 100%;
      touch-action: none;
    }
    polygon {
      fill: none;
      stroke: #ffd35a;
      stroke-width: 1.5;
      vector-effect: non-scaling-stroke;
      stroke-dasharray: 5 4;
      pointer-events: none;
    }
    circle {
      fill: rgba(20, 20, 20, 0.65);
      stroke: #ffd35a;
      stroke-width: 2;
      vector-effect: non-scaling-stroke;
      cursor: grab;
    }
    circle.time {
      cursor: ew-resize;
    }
    circle:focus {
      outline: none;
      stroke: #ffffff;
      stroke-width: 3;
    }
  `;
  declare panel: Panel;
  /** The frame that the viewer shows, counted from 1. */
  declare frame: number;
  /** As the panel has them; only so that it is drawn again when they change. */
  declare edits: unknown;
  #feet: { readonly key: string; readonly at: Point } | undefined;
  #wanted = "";
  /** What a drag began with. */
  #drag:
    | { readonly from: Point; readonly edit: Edit; readonly corner: number }
    | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { uses, arranged } = this.panel.store.state;
    if (uses?.chosen === undefined || arranged === undefined) return nothing;
    const edit = uses.edits[uses.chosen];
    if (edit === undefined) return nothing;
    const { width, height } = arranged.document;
    const handles = this.#handles(edit, uses, width);
    if (handles === nothing) return nothing;
    return html`<svg viewBox=${`0 0 ${width} ${height}`}>${handles}</svg>`;
  }

  #handles(
    edit: Edit,
    uses: Uses,
    width: number,
  ): SVGTemplateResult | typeof nothing {
    const radius = Math.max(3, width / 70);
    if (edit.use === "insert") {
      const points = edit.corners.map((corner) =>
        this.#carry(uses, edit.lock === "camera", edit.at, this.frame, corner),
      );
      return svg`<polygon points=${points.map(([x, y]) => `${x},${y}`).join(" ")}></polygon>${points.map(
        (point, i) =>
          this.#handle(point, radius, `${cornerNames[i]} corner`, "", edit, i),
      )}`;
    }
    if (edit.use === "duplicate") {
      const source = this.#within(this.frame - edit.frames);
      const feet = this.#feetOf(uses, edit.layer, source);
      if (feet === undefined) return nothing;
      const atRest = this.#carry(uses, true, source, edit.at, feet);
      const moved: Point = [
        atRest[0] + edit.offset[0],
        atRest[1] + edit.offset[1],
      ];
      const point = this.#carry(uses, true, edit.at, this.frame, moved);
      return svg`${this.#handle(point, radius, "Place of the duplicate", "", edit, 0)}`;
    }
    if (edit.use === "shift" && edit.frames !== undefined) {
      const source = this.#within(this.frame - edit.frames);
      const feet = this.#feetOf(uses, edit.layer, source);
      if (feet === undefined) return nothing;
      const point = this.#carry(uses, true, source, this.frame, feet);
      return svg`${this.#handle(point, radius, "Time of the layer: drag sideways", "time", edit, 0)}`;
    }
    return nothing;
  }

  #handle(
    [x, y]: Point,
    radius: number,
    label: string,
    className: string,
    edit: Edit,
    corner: number,
  ): SVGTemplateResult {
    return svg`<circle
      class=${className}
      cx=${x} cy=${y} r=${radius}
      role="button" tabindex="0" aria-label=${label}
      @pointerdown=${(event: PointerEvent) => {
        if (event.button !== 0) return;
        event.preventDefault();
        const handle = event.currentTarget as SVGElement;
        handle.setPointerCapture(event.pointerId);
        handle.focus();
        this.#drag = { from: this.#place(event), edit, corner };
      }}
      @pointermove=${(event: PointerEvent) => {
        this.#move(event, true);
      }}
      @pointerup=${(event: PointerEvent) => {
        this.#move(event, false);
        this.#drag = undefined;
      }}
      @pointercancel=${() => {
        this.#drag = undefined;
      }}
      @keydown=${(event: KeyboardEvent) => {
        this.#onKey(event, edit, corner);
      }}
    ></circle>`;
  }

  #move(event: PointerEvent, goesOn: boolean): void {
    if (this.#drag === undefined) return;
    const { from, edit, corner } = this.#drag;
    const [x, y] = this.#place(event);
    this.#displace(edit, corner, [x - from[0], y - from[1]], goesOn);
  }

  #onKey(event: KeyboardEvent, edit: Edit, corner: number): void {
    const step = KEY_PIXELS * (event.shiftKey ? 10 : 1);
    const by = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    }[event.key] as Point | undefined;
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (edit.use !== "shift") {
      this.#displace(edit, corner, by, false);
      return;
    }
    this.#alter({
      ...edit,
      frames: this.#bounded((edit.frames ?? 0) + Math.sign(by[0]) * step),
    });
  }

  /** Moves what a handle is of by so much as this frame shows it. */
  #displace(
    edit: Edit,
    corner: number,
    [dx, dy]: Point,
    goesOn: boolean,
  ): void {
    const { uses, arranged } = this.panel.store.state;
    if (uses === undefined || arranged === undefined) return;
    if (edit.use === "shift") {
      const { width, frameCount } = arranged.document;
      const frames = (edit.frames ?? 0) + Math.round((dx / width) * frameCount);
      this.#alter({ ...edit, frames: this.#bounded(frames) }, goesOn);
      return;
    }
    const drawn = (isLocked: boolean, at: number, point: Point): Point => {
      const [x, y] = this.#carry(uses, isLocked, at, this.frame, point);
      return this.#carry(uses, isLocked, this.frame, at, [x + dx, y + dy]);
    };
    if (edit.use === "insert") {
      const isLocked = edit.lock === "camera";
      const corners = edit.corners.map((point, i) =>
        i === corner ? roundPoint(drawn(isLocked, edit.at, point)) : point,
      ) as EditOf<"insert">["corners"];
      // A corner stops where it would cross the others.
      if (isConvex(corners)) this.#alter({ ...edit, corners }, goesOn);
      else if (!goesOn) this.#end();
      return;
    }
    if (edit.use !== "duplicate") return;
    const source = this.#within(this.frame - edit.frames);
    const feet = this.#feetOf(uses, edit.layer, source);
    if (feet === undefined) return;
    const rest = this.#carry(uses, true, source, edit.at, feet);
    const to = drawn(true, edit.at, [
      rest[0] + edit.offset[0],
      rest[1] + edit.offset[1],
    ]);
    const offset = roundPoint([to[0] - rest[0], to[1] - rest[1]]);
    this.#alter({ ...edit, offset }, goesOn);
  }

  #alter(edit: Edit, goesOn = false): void {
    const { uses } = this.panel.store.state;
    if (uses?.chosen !== undefined)
      this.panel.using.alter(uses.chosen, edit, goesOn);
  }

  /** Ends a gesture with what there is. */
  #end(): void {
    const { uses } = this.panel.store.state;
    const edit = uses?.edits[uses.chosen ?? -1];
    if (edit !== undefined) this.#alter(edit);
  }

  #bounded(frames: number): number {
    const most =
      (this.panel.store.state.arranged?.document.frameCount ?? 1) - 1;
    return Math.max(-most, Math.min(most, frames));
  }

  #within(frame: number): number {
    const { frameCount } = this.panel.store.state.arranged!.document;
    return Math.max(1, Math.min(frameCount, frame));
  }

  #carry(
    { camera }: Uses,
    isLocked: boolean,
    from: number,
    to: number,
    [x, y]: Point,
  ): Point {
    if (!isLocked || camera === undefined) return [x, y];
    return apply(throughCamera(camera, from, to), x, y);
  }

  /** Where a layer stands in a frame; undefined until that is known. */
  #feetOf(uses: Uses, layer: string, frame: number): Point | undefined {
    const version = this.panel.store.state.correcting?.versions.get(frame) ?? 0;
    const key = `${uses.jobId} ${layer} ${frame} ${version}`;
    if (this.#feet?.key === key) return this.#feet.at;
    if (this.#wanted !== key) {
      this.#wanted = key;
      uses.preview.feet(layer, frame, version).then(
        (at) => {
          if (this.#wanted !== key) return;
          this.#feet = { key, at };
          this.requestUpdate();
        },
        // The viewer says what is wrong with a frame.
        () => undefined,
      );
    }
    // Meanwhile it stays where it was: a handle that vanished would lose the pointer.
    return this.#feet?.at;
  }

  /** A pointer's place in the clip's pixels. */
  #place(event: PointerEvent): Point {
    const stage = this.renderRoot.querySelector("svg")!;
    const inverse = stage.getScreenCTM()!.inverse();
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(
      inverse,
    );
    return [x, y];
  }
}
