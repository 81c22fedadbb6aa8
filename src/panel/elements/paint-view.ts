import {
  css,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { clickables, type Subject, tracksOf } from "../draft.ts";
import {
  commandOf,
  otherRadius,
  type PaintCommand,
  type PaintTool,
  paintTools,
  radii,
} from "../paint-tools.ts";
import { cssColour, subjectColour } from "../subject-colours.ts";
import {
  bestFrame,
  canStep,
  isEmptyTrack,
  leastSureFrame,
  paintedFrames,
  type MaskTrack,
} from "../tracks.ts";
import { Transport } from "../transport.ts";
import { viewerCommand } from "../viewer-keys.ts";
import { isOwnKey } from "./own-key.ts";
import { icon } from "./icons.ts";
import { look, rangeStyle, segments } from "./look.ts";
import type { PaintStage } from "./paint-stage.ts";
import { PanelElement } from "./panel-element.ts";
import { transportButtons } from "./transport-buttons.ts";

/** Where a subject is painted and corrected, frame by frame. */
export class PaintView extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    key: { attribute: false },
  };
  static override styles = [
    look,
    segments,
    rangeStyle,
    css`
      .dot {
        flex: none;
        width: 10px;
        height: 10px;
        border-radius: 50%;
      }
      .bar {
        flex-wrap: wrap;
        gap: 6px 10px;
      }
      .segments.tools svg {
        margin: 1px auto;
      }
      .size {
        flex: 1 1 120px;
        max-width: 240px;
      }
      .frame {
        min-width: 58px;
        text-align: right;
      }
      .time {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 2px 6px;
        align-items: center;
      }
      lamina-confidence-strip {
        grid-column: 2;
      }
      kbd {
        padding: 0 4px;
        border: 1px solid var(--line-strong);
        border-radius: 3px;
        font: inherit;
      }
    `,
  ];
  declare key: number;
  #trackId: number | undefined;
  #frame = 0;
  #tool: PaintTool = "brush";
  #radius = 12;
  /** Whether the tools were last touched with a pointer. */
  #byPointer = false;
  /** The model that is clicked for, when it was chosen. */
  #model: string | undefined;
  readonly #transport = new Transport({
    clip: () => {
      const { draft } = this.state;
      if (!this.isConnected || draft?.opened === undefined) return undefined;
      const { frameCount } = draft.opened;
      const { numerator, denominator } = draft.clip.sequence.frameRate;
      const rate = numerator / denominator;
      return { frameCount, frame: this.#frame, rate };
    },
    goTo: (frame) => {
      this.#goTo(frame);
    },
    seen: () =>
      new Promise((resolve) => {
        this.#stage?.addEventListener("shown", resolve, { once: true });
      }),
    onChange: () => {
      this.requestUpdate();
    },
  });

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("keydown", this.#onKey);
    this.panel.desk.keepPaintingKeys?.(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.#onKey);
    this.#transport.play("stop");
    this.panel.desk.keepPaintingKeys?.(false);
  }

  protected override firstUpdated(): void {
    const track = this.#track;
    const { opened } = this.state.draft ?? {};
    const kept = opened && this.panel.viewing.frame(opened, opened.frameCount);
    if (track !== undefined) this.#goTo(kept ?? Math.max(0, bestFrame(track)));
    this.requestUpdate();
    this.#focusStage();
  }

  get #stage(): PaintStage | null {
    return this.renderRoot.querySelector<PaintStage>("lamina-paint-stage");
  }

  /** Puts the keyboard onto the frame. */
  #focusStage(): void {
    const stage = this.#stage;
    void stage?.updateComplete.then(() => {
      stage.focus();
    });
  }

  protected override render(): TemplateResult {
    const { draft } = this.state;
    const subject = this.#subject;
    const track = this.#track;
    if (draft?.opened === undefined || !subject || !track) {
      return html`<p class="dim">This subject is no longer there.</p>`;
    }
    const { frameCount } = draft.opened;
    return html`<div class="stack tight">
      ${this.#head(subject, track)} ${this.#tools()}
      <lamina-paint-stage
        .panel=${this.panel}
        .key=${this.key}
        .trackId=${track.id}
        .frame=${this.#frame}
        .tool=${this.#tool}
        .radius=${this.#radius}
        .model=${this.#clickedModel}
        @space=${() => {
          this.#transport.toggle();
        }}
      ></lamina-paint-stage>
      <div class="time">
        <span>${transportButtons(this.#transport)}</span>
        <input
          type="range"
          min="1"
          max=${frameCount}
          .value=${String(this.#frame + 1)}
          aria-label="Frame"
          @input=${(event: Event) => {
            this.#goTo(Number((event.target as HTMLInputElement).value) - 1);
          }}
        />
        <span class="frame dim small numbers"
          >${this.#frame + 1} / ${frameCount}</span
        >
        <lamina-confidence-strip
          .track=${track}
          .frame=${this.#frame}
          @pick=${(event: CustomEvent<number>) => {
            this.#goTo(event.detail);
          }}
        ></lamina-confidence-strip>
      </div>
      ${this.#facts(track)} ${this.#help()}
    </div>`;
  }

  #head(subject: Subject, track: MaskTrack): TemplateResult {
    const { tracking } = this.panel.preparation;
    const step = (way: "back" | "forth"): TemplateResult => {
      const title =
        way === "back" ? "Undo in this frame" : "Redo in this frame";
      return html`<button
        class="plain"
        id=${way === "back" ? "undo" : "redo"}
        title=${title}
        aria-label=${title}
        ?disabled=${!canStep(track, this.#frame, way)}
        @click=${() => {
          tracking?.step(track.id, this.#frame, way);
        }}
      >
        ${icon(way === "back" ? "undo" : "redo")}
      </button>`;
    };
    return html`<div class="row">
        <span
          class="dot"
          style=${`background:${cssColour(subjectColour(this.key))}`}
        ></span>
        <h2 class="grow cut">${subject.name}</h2>
        ${step("back")} ${step("forth")}
        <sp-button
          id="done"
          size="s"
          variant="accent"
          @click=${() => {
            this.panel.preparation.showSubjects();
          }}
          >Done</sp-button
        >
      </div>
      ${this.#parts(subject, track)}`;
  }

  /** Of a merged subject one part is painted at a time. */
  #parts(
    { parts }: Subject,
    track: MaskTrack,
  ): TemplateResult | typeof nothing {
    const tracked = parts.flatMap((part) =>
      part.kind === "track" ? [part] : [],
    );
    if (tracked.length < 2) return nothing;
    return html`<fieldset class="segments" aria-label="Part that is painted">
      ${tracked.map(
        ({ name, trackId }) =>
          html`<label
            ><input
              type="radio"
              name="part"
              .checked=${trackId === track.id}
              @change=${() => {
                this.#trackId = trackId;
                this.requestUpdate();
              }}
            /><span>${name}</span></label
          >`,
      )}
    </fieldset>`;
  }

  #tools(): TemplateResult {
    return html`<div class="row bar">
      <fieldset
        class="segments tools"
        aria-label="Tool"
        @pointerdown=${() => {
          this.#byPointer = true;
        }}
        @keydown=${() => {
          this.#byPointer = false;
        }}
      >
        ${this.#offered.map(
          ({ id, label, key }) =>
            html`<label title=${`${label} (${key.toUpperCase()})`}
              ><input
                type="radio"
                name="tool"
                value=${id}
                aria-label=${label}
                .checked=${this.#tool === id}
                @change=${() => {
                  this.#do({ kind: "tool", tool: id });
                  // Else the arrow keys would change the tool.
                  if (this.#byPointer) this.#focusStage();
                }}
              /><span>${icon(id)}</span></label
            >`,
        )}
      </fieldset>
      ${this.#tool === "click" ? this.#clicks() : this.#size()}
    </div>`;
  }

  /** Names of the models that can be clicked for. */
  get #models(): string[] {
    const { draft } = this.state;
    return draft === undefined ? [] : clickables(draft).map(({ name }) => name);
  }

  get #clickedModel(): string | undefined {
    const models = this.#models;
    return models.find((name) => name === this.#model) ?? models[0];
  }

  /** Tools that can be used. */
  get #offered(): typeof paintTools {
    return this.#models.length === 0
      ? paintTools.filter(({ id }) => id !== "click")
      : paintTools;
  }

  #clicks(): TemplateResult {
    const models = this.#models;
    if (models.length === 1) {
      return html`<span class="dim small"
        >Click for ${models[0]}; with Alt on what does not belong</span
      >`;
    }
    return html`<select
      aria-label="Model that is clicked for"
      @change=${(event: Event) => {
        this.#model = (event.target as HTMLSelectElement).value;
        this.requestUpdate();
      }}
    >
      ${models.map(
        (name) =>
          html`<option value=${name} ?selected=${name === this.#clickedModel}>
            Click for ${name}
          </option>`,
      )}
    </select>`;
  }

  #size(): TemplateResult {
    return html`<label class="row size">
      <span class="dim small">Size</span>
      <input
        type="range"
        min=${radii.least}
        max=${radii.most}
        aria-label="Size of the brush"
        .value=${String(this.#radius)}
        @input=${(event: Event) => {
          this.#radius = Number((event.target as HTMLInputElement).value);
          this.requestUpdate();
        }}
      />
    </label>`;
  }

  #facts(track: MaskTrack): TemplateResult {
    const { tracking } = this.panel.preparation;
    const painted = paintedFrames(track);
    const isPainted = painted.includes(this.#frame);
    const least = leastSureFrame(track);
    const isEmpty = isEmptyTrack(track);
    const text = track.following
      ? "Following…"
      : isEmpty
        ? "Paint the subject in one frame; the others follow."
        : painted.length > 0
          ? `Painted in ${painted.length} frame${painted.length === 1 ? "" : "s"}.`
          : "Found; paint where it is wrong.";
    return html`<div class="dim small" role="status">${text}</div>
      <div class="actions">
        ${
          isPainted
            ? html`<sp-button
                id="unpaint"
                size="s"
                variant="secondary"
                treatment="outline"
                @click=${() => {
                  tracking?.paint(track.id, this.#frame, undefined);
                }}
                >Unpaint this frame</sp-button
              >`
            : html`<sp-button
                id="not-in-view"
                size="s"
                variant="secondary"
                treatment="outline"
                @click=${() => {
                  tracking?.paintNothing(track.id, this.#frame);
                }}
                >Not in view here</sp-button
              >`
        }
        ${
          least === undefined || isEmpty
            ? nothing
            : html`<sp-button
                id="least-sure"
                size="s"
                variant="secondary"
                treatment="outline"
                @click=${() => {
                  this.#goTo(least);
                }}
                >Least sure: ${least + 1}</sp-button
              >`
        }
      </div>`;
  }

  #help(): TemplateResult {
    const keys: readonly (readonly [string, string])[] = [
      [
        this.#offered.map(({ key }) => key.toUpperCase()).join(" "),
        this.#offered.map(({ label }) => label.toLowerCase()).join(", "),
      ],
      ["[ ]", "size"],
      ["← →", "frames, with Shift ten; Home and End the first and the last"],
      ["Space", "plays; held, the pointer moves the picture"],
      ["J K L", "back, stop, forth; again faster. O loops"],
      [
        "+ − 0 1",
        "zoom, the whole frame, 100 %; Ctrl with the wheel zooms too",
      ],
      ["Ctrl Z", "undo in this frame; with Shift redo"],
      [
        "Alt",
        "takes away while painting, says what does not belong while clicking",
      ],
      [
        "Enter",
        "closes an outline, Backspace takes its last corner back, Esc gives it up",
      ],
      ["Alt ← → ↑ ↓", "moves the brush, D paints"],
    ];
    return html`<details class="dim small">
      <summary>Keys</summary>
      ${keys.map(
        ([key, meaning]) => html`<div><kbd>${key}</kbd> ${meaning}</div>`,
      )}
    </details>`;
  }

  get #subject(): Subject | undefined {
    return this.state.draft?.subjects.find(({ key }) => key === this.key);
  }

  get #track(): MaskTrack | undefined {
    const { draft } = this.state;
    const subject = this.#subject;
    const ids = tracksOf({ subjects: subject === undefined ? [] : [subject] });
    const id = ids.find((each) => each === this.#trackId) ?? ids[0];
    return id === undefined ? undefined : draft?.tracks.get(id);
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    const [target] = event.composedPath();
    if (event.defaultPrevented || isOwnKey(target, event.key)) return;
    const looked = viewerCommand(event);
    const command = commandOf(event);
    if (looked?.kind === "zoom") this.#stage?.zoom(looked.to);
    else if (looked !== undefined) this.#transport.heed(looked);
    else if (command !== undefined) this.#do(command);
    else return;
    event.preventDefault();
  };

  #do(command: PaintCommand): void {
    const track = this.#track;
    switch (command.kind) {
      case "tool":
        if (this.#offered.some(({ id }) => id === command.tool))
          this.#tool = command.tool;
        break;
      case "radius":
        this.#radius = otherRadius(this.#radius, command.direction);
        break;
      case "step":
        if (this.#stage?.stepOutline(command.way) === true) break;
        if (track !== undefined)
          this.panel.preparation.tracking?.step(
            track.id,
            this.#frame,
            command.way,
          );
    }
    this.requestUpdate();
  }

  #goTo(frame: number): void {
    const { opened } = this.state.draft ?? {};
    if (opened === undefined) return;
    const { frameCount } = opened;
    this.#frame = Math.max(0, Math.min(frameCount - 1, frame));
    this.panel.viewing.show(opened, frameCount, this.#frame);
    this.requestUpdate();
  }
}
