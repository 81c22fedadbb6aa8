import {
  css,
  html,
  nothing,
  type PropertyValues,
  type TemplateResult,
} from "lit";
import {
  LayerFrames,
  type ViewPicture,
  type ViewRequest,
} from "../layer-frames.ts";
import { chosenLayer, findRun } from "../arrangement.ts";
import { rearranged } from "../layer-stack.ts";
import type { Pixels, ViewMode } from "../pixels.ts";
import { PlayheadLink } from "../playhead-link.ts";
import { describeProblem, type Problem } from "../problem.ts";
import type { Uses } from "../uses.ts";
import { Transport } from "../transport.ts";
import { viewerCommand } from "../viewer-keys.ts";
import { wiped } from "../wipe.ts";
import { isOwnKey } from "./own-key.ts";
import { correctedLayer } from "./correction-tools.ts";
import { icon } from "./icons.ts";
import { look, rangeStyle, segments } from "./look.ts";
import { PanelElement } from "./panel-element.ts";
import { transportButtons } from "./transport-buttons.ts";
import { wipeButton, wipeLine } from "./wipe-controls.ts";
import { ZoomAndPan, zoomStyle } from "./zoom-and-pan.ts";

const modes: readonly {
  readonly id: ViewMode;
  readonly label: string;
  readonly hint: string;
}[] = [
  {
    id: "composite",
    label: "Composite",
    hint: "All visible layers over one another",
  },
  { id: "layer", label: "Layer", hint: "One layer over a checkerboard" },
  { id: "alpha", label: "Alpha", hint: "One layer's alpha" },
  { id: "background", label: "Clean", hint: "The background alone" },
  {
    id: "doubt",
    label: "Doubt",
    hint: "The background, red where it was invented",
  },
  { id: "difference", label: "Diff", hint: "Composite minus clip, 16 times" },
];

/** Shows a frame of the layers, exactly as the files have it. */
export class LayerViewer extends PanelElement {
  static override styles = [
    look,
    segments,
    rangeStyle,
    zoomStyle,
    css`
      .stage {
        margin: 0 auto;
        width: 100%;
        background: #0d0d0d;
        border-radius: 6px;
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
      }
      .paint {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        touch-action: none;
        cursor: crosshair;
      }
      .paint polyline {
        fill: none;
        stroke: #ffd35a;
        stroke-opacity: 0.45;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .note {
        position: absolute;
        left: 6px;
        bottom: 6px;
        padding: 1px 6px;
        border-radius: 3px;
        background: rgba(0, 0, 0, 0.75);
        color: #e8e8e8;
        font-size: 11px;
      }
      .segments span {
        padding: 3px 2px;
        font-size: 11px;
      }
      .frame {
        min-width: 58px;
        text-align: right;
      }
    `,
  ];

  #frames: { readonly jobId: string; readonly source: LayerFrames } | undefined;
  #mode: ViewMode = "composite";
  #frame = 1;
  readonly #transport = new Transport({
    clip: () => {
      const { arranged } = this.state;
      if (!this.isConnected || arranged === undefined) return undefined;
      const { frameCount, frameRate } = arranged.document;
      const rate = frameRate.numerator / frameRate.denominator;
      return { frameCount, frame: this.#frame - 1, rate };
    },
    goTo: (frame) => {
      this.#goTo(frame + 1);
    },
    seen: () =>
      new Promise((resolve) => {
        this.addEventListener("shown", resolve, { once: true });
      }),
    onChange: () => {
      this.requestUpdate();
    },
  });
  readonly #zoom = new ZoomAndPan(
    this,
    () => this.state.arranged?.document.width ?? 0,
    () => {
      this.#transport.toggle();
    },
  );
  /** To the playhead, while the viewer follows it. */
  #link: PlayheadLink | undefined;
  /** Where the clip's own picture ends and the layers' begins, of the width; undefined where they are not compared. */
  #wipe: number | undefined;
  #wanted = "";
  /** The stroke that is being painted, in the clip's pixels. */
  #way: readonly (readonly [number, number])[] = [];
  #largest: number | undefined;
  #problem: Problem | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#onKey);
    this.panel.desk.keepPaintingKeys?.(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#onKey);
    this.panel.desk.keepPaintingKeys?.(false);
    this.#transport.play("stop");
    this.#link?.end();
    this.#link = undefined;
  }

  /** Where the layers lie in the timeline, its playhead and the viewer can go together. */
  #linkButton(): TemplateResult | typeof nothing {
    const { arranged, runs } = this.state;
    const place = arranged && findRun(runs, arranged.documentPath)?.place;
    if (place === undefined) return nothing;
    const { frameCount } = arranged!.document;
    const linked = this.#link !== undefined;
    return html`<button
      class="plain"
      id="playhead"
      aria-pressed=${linked}
      title="Go with the timeline's playhead"
      aria-label="Go with the timeline's playhead"
      style=${linked ? "color:var(--accent)" : ""}
      @click=${() => {
        this.#link?.end();
        this.#link = linked
          ? undefined
          : new PlayheadLink(
              this.panel.desk.host,
              place,
              frameCount,
              (frame) => {
                this.#setFrame(frame);
              },
            );
        this.requestUpdate();
      }}
    >
      ${icon("link")}
    </button>`;
  }

  protected override updated(_: PropertyValues): void {
    void this.#draw();
  }

  protected override render(): TemplateResult {
    const { arranged } = this.state;
    if (arranged === undefined) return html``;
    const { width, height, frameCount } = arranged.document;
    return html`<div class="stack tight">
      <div
        class=${this.#zoom.stageClass}
        tabindex="0"
        role="group"
        aria-label="Viewer"
        style=${`aspect-ratio:${width}/${height};max-width:calc(60vh * ${width / height})`}
      >
        <div class=${this.#zoom.pictureClass} style=${this.#zoom.place}>
          <canvas
            width=${width}
            height=${height}
            role="img"
            aria-label=${`Frame ${this.#frame}: ${this.#describe()}`}
          ></canvas>
          ${this.#strokes(width, height)}
          ${
            this.#showsUses
              ? html`<lamina-use-handles
                  .panel=${this.panel}
                  .frame=${this.#frame}
                  .edits=${this.state.uses}
                ></lamina-use-handles>`
              : nothing
          }
        </div>
        ${this.#note()}
      </div>
      ${this.#zoom.buttons()}
      <fieldset class="segments" aria-label="What the viewer shows">
        ${modes
          .filter(
            ({ id }) =>
              id !== "doubt" || arranged.document.confidence !== undefined,
          )
          .map(
            ({ id, label, hint }) =>
              html`<label title=${hint}
                ><input
                  type="radio"
                  name="mode"
                  value=${id}
                  .checked=${this.#mode === id}
                  @change=${() => {
                    this.#mode = id;
                    this.requestUpdate();
                  }}
                /><span>${label}</span></label
              >`,
          )}
      </fieldset>
      ${wipeLine(this.#wipe, this.#setWipe)}
      <div class="row">
        ${transportButtons(this.#transport)}
        <input
          type="range"
          min="1"
          max=${frameCount}
          .value=${String(this.#frame)}
          aria-label="Frame"
          @input=${(event: Event) => {
            this.#goTo(Number((event.target as HTMLInputElement).value));
          }}
        />
        ${wipeButton(this.#wipe, this.#setWipe)} ${this.#linkButton()}
        <span class="frame dim small numbers"
          >${this.#frame} / ${frameCount}</span
        >
      </div>
    </div>`;
  }

  readonly #setWipe = (wipe: number | undefined): void => {
    this.#wipe = wipe;
    this.requestUpdate();
  };

  /** Whether the picture shows what the layers are put to, which is made small so that it follows the pointer. */
  get #showsUses(): boolean {
    const { arranged, uses, correcting } = this.state;
    return (
      this.#mode === "composite" &&
      arranged?.solo === undefined &&
      correcting?.isPainting !== true &&
      uses?.jobId === arranged?.jobId &&
      (uses?.edits.length ?? 0) > 0
    );
  }

  /** Shows a frame, from 1, and has the playhead follow where it is linked. */
  #goTo(frame: number): void {
    this.#setFrame(frame);
    this.#link?.show(frame);
  }

  /** Shows a frame, from 1. */
  #setFrame(frame: number): void {
    this.#frame = frame;
    const { document } = this.state.arranged ?? {};
    if (document !== undefined)
      this.panel.viewing.show(document, document.frameCount, frame - 1);
    this.requestUpdate();
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    if (event.defaultPrevented || isOwnKey(target, event.key)) return;
    const command = viewerCommand(event);
    if (command === undefined) return;
    event.preventDefault();
    if (command.kind === "zoom") this.#zoom.zoom(command.to);
    else this.#transport.heed(command);
  };

  /** Where one paints corrections, while one does. */
  #strokes(width: number, height: number): TemplateResult | typeof nothing {
    const { correcting } = this.state;
    if (correcting?.isPainting !== true) return nothing;
    const way = this.#way.map(([x, y]) => `${x},${y}`).join(" ");
    return html`<svg
      class="paint"
      viewBox=${`0 0 ${width} ${height}`}
      role="application"
      aria-label=${`Correct frame ${this.#frame}`}
      @pointerdown=${this.#onDown}
      @pointermove=${this.#onMove}
      @pointerup=${this.#onUp}
      @pointercancel=${() => {
        this.#way = [];
        this.requestUpdate();
      }}
    >
      <polyline
        points=${way}
        stroke-width=${2 * correcting.brush.radius}
      ></polyline>
    </svg>`;
  }

  /** A pointer's place in the clip's pixels. */
  #place(event: PointerEvent): readonly [number, number] {
    const stage = event.currentTarget as Element;
    const { left, top, width, height } = stage.getBoundingClientRect();
    const size = this.state.arranged!.document;
    return [
      ((event.clientX - left) / width) * size.width,
      ((event.clientY - top) / height) * size.height,
    ];
  }

  readonly #onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#transport.play("stop");
    this.renderRoot.querySelector<HTMLElement>(".stage")?.focus();
    const at = this.#place(event);
    // A polyline of one point is not drawn.
    this.#way = [at, at];
    this.requestUpdate();
  };

  readonly #onMove = (event: PointerEvent): void => {
    if (this.#way.length === 0) return;
    this.#way = [...this.#way, this.#place(event)];
    this.requestUpdate();
  };

  readonly #onUp = (): void => {
    const [, ...points] = this.#way;
    this.#way = [];
    const { arranged } = this.state;
    const layer = arranged && correctedLayer(arranged);
    if (layer !== undefined)
      this.panel.correcting.add(this.#frame, layer, points);
    this.requestUpdate();
  };

  #note(): TemplateResult | typeof nothing {
    if (this.#problem !== undefined) {
      return html`<div class="note">${this.#problem.sentence}</div>`;
    }
    if (this.#mode === "difference" && this.#largest !== undefined) {
      const text =
        this.#largest === 0
          ? "identical to the clip"
          : `differs by up to ${this.#largest} of 255, shown 16 times`;
      return html`<div class="note">${text}</div>`;
    }
    if (this.#showsUses) {
      return html`<div class="note">with uses</div>`;
    }
    if (this.#mode === "layer" || this.#mode === "alpha") {
      return html`<div class="note">${this.#layerName()}</div>`;
    }
    return nothing;
  }

  #describe(): string {
    const { hint } = modes.find(({ id }) => id === this.#mode)!;
    return this.#mode === "layer" || this.#mode === "alpha"
      ? `${hint}, ${this.#layerName()}`
      : hint;
  }

  #layerId(): string {
    const { arranged } = this.state;
    return arranged === undefined ? "" : chosenLayer(arranged);
  }

  #layerName(): string {
    const id = this.#layerId();
    return (
      this.state.arranged?.layers.find((each) => each.id === id)?.name ?? ""
    );
  }

  async #draw(): Promise<void> {
    const { arranged } = this.state;
    if (arranged === undefined) return;
    const { jobId, document, layers, solo } = arranged;
    if (this.#frames?.jobId !== jobId) {
      const { service } = this.panel.desk;
      this.#frames = {
        jobId,
        source: new LayerFrames(service, jobId, document),
      };
      const { frameCount } = document;
      const kept = this.panel.viewing.frame(document, frameCount);
      this.#setFrame(Math.min((kept ?? this.#frame - 1) + 1, frameCount));
    }
    // A layer that was chosen to be seen alone is, until another mode is chosen.
    const request: ViewRequest = {
      mode: this.#mode,
      frame: this.#frame,
      layers:
        solo === undefined || this.#mode !== "composite"
          ? layers
          : // Hidden or not: it was asked for by name.
            layers.flatMap((layer) =>
              layer.id === solo ? [{ ...layer, hidden: false }] : [],
            ),
      layerId: this.#layerId(),
      version: this.state.correcting?.versions.get(this.#frame) ?? 0,
    };
    const uses = this.#showsUses ? this.state.uses : undefined;
    // The difference is one to the clip already.
    const wipe = this.#mode === "difference" ? undefined : this.#wipe;
    const edits = uses?.edits;
    const wanted = JSON.stringify({ ...request, jobId, edits, wipe });
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.panel.using.look(this.#frame, uses !== undefined);
    try {
      const { picture, largest }: ViewPicture =
        uses === undefined
          ? await this.#frames.source.view(request)
          : { picture: await this.#withUses(uses, request) };
      const shown =
        wipe === undefined
          ? picture
          : wiped(picture, await this.#frames.source.source(this.#frame), wipe);
      if (wanted !== this.#wanted) return;
      this.#show(shown);
      this.#say(largest, undefined);
    } catch (error) {
      if (wanted === this.#wanted) this.#say(undefined, describeProblem(error));
    }
  }

  /** A frame with uses, the layers as the list has them. */
  #withUses(
    { preview, edits }: Uses,
    { frame, version }: ViewRequest,
  ): Promise<Pixels> {
    const stack = rearranged(this.state.arranged!);
    return preview.view({ edits, ...(stack && { stack }) }, frame, version);
  }

  #show({ data, width, height }: Pixels): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (canvas !== null && canvas.width !== width)
      Object.assign(canvas, { width, height });
    // The picture is opaque, so the canvas has nothing to premultiply.
    const image = new ImageData(new Uint8ClampedArray(data), width, height);
    canvas?.getContext("2d")?.putImageData(image, 0, 0);
    this.dispatchEvent(new CustomEvent("shown"));
  }

  #say(largest: number | undefined, problem: Problem | undefined): void {
    if (this.#largest === largest && this.#problem === problem) return;
    this.#largest = largest;
    this.#problem = problem;
    this.requestUpdate();
  }
}
