import { css, html, nothing, type TemplateResult } from "lit";
import type { Edit, EditOf } from "../../document/edits-document.ts";
import { chosenObject } from "../arrangement.ts";
import type { UseName } from "../using.ts";
import type { Uses } from "../uses.ts";
import { describeBytes } from "../estimate.ts";
import { icon } from "./icons.ts";
import { look, rangeStyle } from "./look.ts";
import { stepButtons } from "./step-buttons.ts";
import { PanelElement } from "./panel-element.ts";

const ofLayer: readonly (readonly [UseName, label: string, hint: string])[] = [
  ["remove", "Remove", "Take the layer away with all it causes"],
  ["effects-only", "Effects only", "Keep its shadow and reflection alone"],
  ["duplicate", "Duplicate", "Show it once more beside itself"],
  ["shift", "Move in time", "Show it earlier or later"],
];
const ofStack: readonly (readonly [UseName, label: string, hint: string])[] = [
  ["backdrop", "Backdrop", "Put something else in the background's place"],
  ["title", "Title on the ground", "Words beneath shadows, behind subjects"],
];

/** What finished layers can be put to, a button each, and the list of what they are. */
export class UseTools extends PanelElement {
  static override styles = [
    look,
    rangeStyle,
    css`
      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px;
      }
      .buttons button {
        padding: 4px 8px;
        border: 1px solid var(--line);
        border-radius: 4px;
        background: var(--raised);
        color: var(--bright);
        font: inherit;
        font-size: 11px;
        cursor: pointer;
      }
      .buttons button:hover:not(:disabled) {
        border-color: var(--accent);
      }
      .buttons button:disabled {
        color: var(--faint-text);
        cursor: default;
      }
      li {
        padding: 2px 6px;
      }
      li.chosen {
        background: var(--chosen);
      }
      li.chosen .dim {
        color: var(--bright);
      }
      .what {
        flex: 1 1 0;
        min-width: 0;
        padding: 4px 0;
        border: 0;
        background: none;
        color: var(--text);
        font: inherit;
        text-align: left;
        cursor: pointer;
      }
      .settings {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 4px 8px;
        align-items: center;
        padding: 2px 0 6px;
      }
      .settings input[type="text"],
      .settings select {
        grid-column: 2 / -1;
        min-width: 0;
        padding: 3px 5px;
        border: 1px solid var(--line);
        border-radius: 3px;
        background: var(--field, #1d1d1d);
        color: var(--bright);
        font: inherit;
      }
      .wide {
        grid-column: 1 / -1;
      }
      .bad {
        color: var(--warn);
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const { uses, arranged } = this.state;
    if (uses === undefined || arranged?.jobId !== uses.jobId) return nothing;
    const layer = chosenObject(arranged);
    const name = arranged.layers.find(({ id }) => id === layer)?.name;
    return html`<div class="stack tight" id="uses">
      <div class="row spread">
        <h2>Uses</h2>
        <span class="row"
          >${stepButtons("use", uses.history, (way) => {
            this.panel.using.step(way);
          })}</span
        >
      </div>
      ${
        name === undefined
          ? nothing
          : html`<div
              class="buttons"
              role="group"
              aria-label=${`What becomes of ${name}`}
            >
              <span class="dim small cut">${name}</span>${ofLayer.map((each) =>
                this.#button(each, arranged.document.camera),
              )}
            </div>`
      }
      <div class="buttons" role="group" aria-label="What becomes of the scene">
        <span class="dim small">Scene</span>${ofStack.map((each) =>
          this.#button(each, arranged.document.camera),
        )}
      </div>
      ${
        uses.problem === undefined
          ? nothing
          : html`<div class="small bad" role="alert">
              ${uses.problem.sentence} ${uses.problem.action}
            </div>`
      }
      ${
        uses.edits.length === 0
          ? nothing
          : html`<ul class="card" aria-label="Uses">
              ${uses.edits.map((edit, i) => this.#row(edit, i, uses))}
            </ul>`
      }
      ${this.#renderings(uses)}
    </div>`;
  }

  /** What was rendered of uses and takes room; what nothing shows any more can go. */
  #renderings({ folders = [] }: Uses): TemplateResult | typeof nothing {
    if (folders.length === 0) return nothing;
    const { unused } = this.panel.using;
    const bytesOf = (some: typeof folders): string =>
      describeBytes(some.reduce((sum, { bytes }) => sum + bytes, 0));
    const count = (n: number): string =>
      n === 1 ? "1 rendering" : `${n} renderings`;
    return html`<div class="row spread small dim" id="renderings">
      <span>${count(folders.length)} of uses, ${bytesOf(folders)}</span>
      ${
        unused.length === 0
          ? nothing
          : html`<button
              class="plain"
              title="Other projects that show them would miss their media"
              ?disabled=${this.state.busy !== undefined}
              @click=${() => {
                void this.panel.using.discard();
              }}
            >
              Delete ${count(unused.length)} not in this project
              (${bytesOf(unused)})
            </button>`
      }
    </div>`;
  }

  #button(
    [use, label, hint]: (typeof ofLayer)[number],
    camera: string | undefined,
  ): TemplateResult {
    // Results of early versions do not say how the camera moved.
    const needsCamera = use === "duplicate" || use === "shift";
    return html`<button
      id=${`use-${use}`}
      title=${hint}
      ?disabled=${needsCamera && camera === undefined}
      @click=${() => {
        this.panel.using.add(use);
      }}
    >
      ${label}
    </button>`;
  }

  #row(edit: Edit, index: number, { chosen }: Uses): TemplateResult {
    const text = this.#describe(edit);
    const isChosen = chosen === index;
    return html`<li class=${isChosen ? "chosen" : ""} data-use=${index}>
      <div class="row">
        <button
          class="what cut"
          aria-expanded=${isChosen ? "true" : "false"}
          @click=${() => {
            this.panel.using.choose(index);
          }}
        >
          ${text}
        </button>
        <button
          class="plain"
          title="Take back"
          aria-label=${`Take back: ${text}`}
          @click=${() => {
            this.panel.using.remove(index);
          }}
        >
          ${icon("remove")}
        </button>
      </div>
      ${isChosen ? this.#settings(edit, index) : nothing}
    </li>`;
  }

  #settings(edit: Edit, index: number): TemplateResult | typeof nothing {
    switch (edit.use) {
      case "duplicate":
        return html`<div class="settings">
          ${this.#frames(edit.frames, (frames, goesOn) => {
            this.panel.using.alter(index, { ...edit, frames }, goesOn);
          })}
          <label class="row small wide"
            ><input
              type="checkbox"
              .checked=${edit.flip}
              @change=${() => {
                this.panel.using.alter(index, { ...edit, flip: !edit.flip });
              }}
            />Mirrored</label
          >
          <span class="dim small wide">Drag it in the viewer.</span>
        </div>`;
      case "shift":
        return html`<div class="settings">
          ${
            edit.align === undefined
              ? this.#frames(edit.frames ?? 0, (frames, goesOn) => {
                  this.panel.using.alter(index, { ...edit, frames }, goesOn);
                })
              : nothing
          }
          <span class="dim small">Where it has no frames</span>
          <select
            aria-label="What is shown where it has no frames"
            @change=${(event: Event) => {
              const fill = (event.target as HTMLSelectElement)
                .value as EditOf<"shift">["fill"];
              this.panel.using.alter(index, { ...edit, fill });
            }}
          >
            ${(["hold", "trim", "fade"] as const).map(
              (fill) =>
                html`<option value=${fill} ?selected=${edit.fill === fill}>
                  ${fillWords[fill]}
                </option>`,
            )}
          </select>
        </div>`;
      case "backdrop":
        return this.#backdrop(edit, index);
      case "insert":
        if (edit.what !== "text") return nothing;
        return html`<div class="settings">
          <span class="dim small">Words</span>
          <input
            type="text"
            aria-label="Words on the ground"
            .value=${edit.text}
            @input=${(event: Event) => {
              const text = (event.target as HTMLInputElement).value;
              if (text.trim() !== "")
                this.panel.using.alter(index, { ...edit, text }, true);
            }}
            @change=${() => {
              const now = this.state.uses?.edits[index];
              if (now !== undefined) this.panel.using.alter(index, now);
            }}
          />
          ${this.#colour("Colour of the words", edit.colour, (colour) => {
            this.panel.using.alter(index, { ...edit, colour });
          })}
          <span class="dim small wide">Drag its corners in the viewer.</span>
        </div>`;
      case "remove":
      case "effect":
      case "speed":
        return nothing;
    }
  }

  #backdrop(edit: EditOf<"backdrop">, index: number): TemplateResult {
    return html`<div class="settings">
      ${this.#colour(
        "Colour of the backdrop",
        edit.fill === "colour" ? edit.colour : "#000000",
        (colour) => {
          const flat = { use: "backdrop", fill: "colour", colour } as const;
          this.panel.using.alter(index, flat);
        },
      )}
      <span class="dim small">Or a picture or movie</span>
      <input
        type="text"
        placeholder="/path/to/picture.jpg"
        aria-label="Path of a picture or movie for the backdrop"
        .value=${"path" in edit ? edit.path : ""}
        @change=${(event: Event) => {
          const path = (event.target as HTMLInputElement).value.trim();
          if (path === "") return;
          const fill = isPicture.test(path) ? "image" : "movie";
          this.panel.using.alter(index, {
            use: "backdrop",
            fill,
            path,
            lock: "frame",
            at: 1,
          });
        }}
      />
    </div>`;
  }

  #frames(
    frames: number,
    change: (frames: number, goesOn: boolean) => void,
  ): TemplateResult {
    const most = (this.state.arranged?.document.frameCount ?? 1) - 1;
    const set = (event: Event, goesOn: boolean): void => {
      change(Number((event.target as HTMLInputElement).value), goesOn);
    };
    return html`<span class="dim small">Frames</span
      ><input
        type="range"
        min=${-most}
        max=${most}
        aria-label="Frames later"
        .value=${String(frames)}
        @input=${(event: Event) => {
          set(event, true);
        }}
        @change=${(event: Event) => {
          set(event, false);
        }}
      /><span class="small numbers"
        >${frames > 0 ? `+${frames}` : frames}</span
      >`;
  }

  #colour(
    label: string,
    value: string,
    change: (colour: string) => void,
  ): TemplateResult {
    return html`<span class="dim small">Colour</span
      ><input
        type="color"
        aria-label=${label}
        .value=${value}
        @change=${(event: Event) => {
          change((event.target as HTMLInputElement).value);
        }}
      /><span></span>`;
  }

  #describe(edit: Edit): string {
    const nameOf = (id: string): string =>
      this.state.arranged?.layers.find((layer) => layer.id === id)?.name ?? id;
    switch (edit.use) {
      case "remove":
        return edit.parts === "subject"
          ? `Only the effects of ${nameOf(edit.layer)}`
          : `${nameOf(edit.layer)} removed${edit.parts === "all" ? "" : ` (${edit.parts})`}`;
      case "effect":
        return `Effects of ${nameOf(edit.layer)} at ${Math.round(100 * edit.strength)} %`;
      case "duplicate":
        return `${nameOf(edit.layer)} once more`;
      case "shift":
        return `${nameOf(edit.layer)} at another time`;
      case "speed":
        return `${nameOf(edit.layer)} at ${Math.round(100 * edit.factor)} % speed`;
      case "backdrop":
        return "Another backdrop";
      case "insert":
        return edit.what === "text"
          ? `“${edit.text}” on the ground`
          : `${edit.id} on the ground`;
    }
  }
}

const fillWords = {
  hold: "Its nearest frame stands still",
  trim: "Nothing",
  fade: "It fades out",
} as const;

/** Files that are one picture; everything else is asked for as a movie. */
const isPicture = /\.(png|jpe?g|tiff?|webp|avif|exr|dpx|tga|svg)$/i;
