import { css, html, nothing, type TemplateResult } from "lit";
import type { Edit, EditOf } from "../../document/edits-document.ts";
import type { PartKind } from "../../document/layers-document.ts";
import { comparablePath, nameOf } from "../../host/file-path.ts";
import { chosenObject } from "../arrangement.ts";
import type { UseName } from "../new-use.ts";
import type { Uses } from "../uses.ts";
import { describeBytes } from "../estimate.ts";
import { icon } from "./icons.ts";
import { look, rangeStyle } from "./look.ts";
import { stepButtons } from "./step-buttons.ts";
import {
  effectFields,
  mixFields,
  shapeFields,
  speedFields,
} from "./use-fields.ts";
import { useMarks } from "./use-marks.ts";
import { PanelElement } from "./panel-element.ts";

const ofLayer: readonly (readonly [UseName, label: string, hint: string])[] = [
  ["remove", "Remove", "Take the layer away with all it causes"],
  ["effects-only", "Effects only", "Keep its shadow and reflection alone"],
  [
    "effect",
    "Effect strength",
    "Make its shadow and reflection weaker, softer or coloured",
  ],
  ["duplicate", "Duplicate", "Show it once more beside itself"],
  ["shift", "Move in time", "Show it earlier or later"],
  ["speed", "Speed", "Slow it down, or have it stand still"],
];
const ofStack: readonly (readonly [UseName, label: string, hint: string])[] = [
  ["backdrop", "Backdrop", "Put something else in the background's place"],
  ["title", "Title on the ground", "Words beneath shadows, behind subjects"],
];

/** What a file is chosen for: a new use, or the one whose picture it replaces. */
interface BroughtFor {
  readonly role: "backdrop" | "insert";
  readonly index?: number;
}

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
      li,
      .foot {
        padding: 2px 6px;
      }
      li.chosen {
        background: var(--chosen);
      }
      li.chosen .plain,
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
      button.words {
        width: auto;
        padding: 0 6px;
        white-space: nowrap;
      }
      .preset {
        display: inline-flex;
      }
      input.name {
        flex: 1 1 0;
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

  /** What a file that is being chosen is for. */
  #whatFor: BroughtFor | undefined;

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
              )}${this.#markButton(layer!)}
            </div>`
      }
      <div class="buttons" role="group" aria-label="What becomes of the scene">
        <span class="dim small">Scene</span>${ofStack.map((each) =>
          this.#button(each, arranged.document.camera),
        )}<button
          id="use-picture"
          title="A picture or movie beneath shadows, behind subjects"
          @click=${() => {
            this.#pick({ role: "insert" });
          }}
        >
          Picture on the ground…
        </button>
      </div>
      <input
        id="brought"
        type="file"
        accept="image/*,.tif,.tiff,.exr,.dpx,.tga,video/*"
        aria-label="Picture or movie for a use"
        hidden
        @change=${this.#onFile}
      />
      ${this.#presets()} ${useMarks(this.panel, layer, this.#called)}
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

  /** Has a file chosen. */
  #pick(whatFor: BroughtFor): void {
    this.#whatFor = whatFor;
    this.renderRoot.querySelector<HTMLInputElement>("#brought")?.click();
  }

  readonly #onFile = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    const { role = "insert", index } = this.#whatFor ?? {};
    if (file === undefined) return;
    void this.panel.using.bring(file, role, index).finally(() => {
      // The same file may be chosen again.
      input.value = "";
    });
  };

  /** Settings that were kept: one is applied to the chosen layer, or forgotten. */
  #presets(): TemplateResult | typeof nothing {
    const { presets } = this.panel.using;
    if (presets.length === 0) return nothing;
    return html`<div class="buttons" role="group" aria-label="Presets">
      <span class="dim small">Presets</span>${presets.map(
        ({ name }) =>
          html`<span class="preset"
            ><button
              title=${`Apply ${name}`}
              @click=${() => {
                this.panel.using.applyPreset(name);
              }}
            >
              ${name}</button
            ><button
              title=${`Delete the preset ${name}`}
              aria-label=${`Delete the preset ${name}`}
              @click=${() => {
                this.panel.using.deletePreset(name);
              }}
            >
              ${icon("remove")}
            </button></span
          >`,
      )}
    </div>`;
  }

  /** Where a use's settings are given a name. */
  #savePreset(index: number): TemplateResult {
    return html`<form
      class="row"
      @submit=${(event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const field = form.querySelector("input")!;
        this.panel.using.savePreset(index, field.value);
        field.value = "";
      }}
    >
      <input
        class="name"
        type="text"
        placeholder="Name"
        aria-label="Name of the preset"
      /><button
        class="plain words"
        title="Keep these settings for other layers"
      >
        Save as preset
      </button>
    </form>`;
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
              class="plain words"
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
    const needsCamera =
      use === "duplicate" || use === "shift" || use === "speed";
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

  /** What marks the moment of a layer that the viewer shows. */
  #markButton(layer: string, className = ""): TemplateResult {
    return html`<button
      class=${className === "" ? "" : `plain words ${className}`}
      data-marks=${layer}
      title="Note what is shown now, to show it together with a moment of another layer"
      ?disabled=${this.state.arranged?.document.camera === undefined}
      @click=${() => {
        this.panel.using.mark(layer);
      }}
    >
      Mark this moment
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
      ${isChosen ? this.#savePreset(index) : nothing}
    </li>`;
  }

  #settings(edit: Edit, index: number): TemplateResult | typeof nothing {
    switch (edit.use) {
      case "duplicate":
        return html`<div class="settings">
          ${this.#frames(edit.frames, (frames, goesOn) => {
            this.panel.using.alter(index, { ...edit, frames }, goesOn);
          })}
          ${shapeFields(edit, (changed, goesOn) => {
            this.panel.using.alter(index, changed, goesOn);
          })}
          ${this.#markButton(edit.id, "wide")}
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
        if (edit.what !== "text")
          return html`<div class="settings">
            <span class="small cut wide" title=${edit.path}
              >${nameOf(edit.path)}</span
            >
            ${mixFields(edit, (changed, goesOn) => {
              this.panel.using.alter(index, changed, goesOn);
            })}
            <button
              class="plain words wide"
              @click=${() => {
                this.#pick({ role: "insert", index });
              }}
            >
              Another file…
            </button>
            <span class="dim small wide">Drag its corners in the viewer.</span>
          </div>`;
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
      case "effect":
        return effectFields(
          edit,
          this.#effectsOf(edit.layer),
          this.state.rendersStrength === true,
          (changed, goesOn) => {
            this.panel.using.alter(index, changed, goesOn);
          },
        );
      case "speed":
        return speedFields(
          edit,
          this.state.arranged!.document.frameCount,
          (changed, goesOn) => {
            this.panel.using.alter(index, changed, goesOn);
          },
        );
      case "remove":
        return nothing;
    }
  }

  /** The kinds of effects that a layer, or what it is a duplicate of, has. */
  #effectsOf(layer: string): readonly PartKind[] {
    const { arranged, uses } = this.state;
    const original = uses?.edits.find(
      (edit) => edit.use === "duplicate" && edit.id === layer,
    ) as EditOf<"duplicate"> | undefined;
    const { parts = [] } =
      arranged?.document.layers.find(
        ({ id }) => id === (original?.layer ?? layer),
      ) ?? {};
    return parts.flatMap(({ kind }) => (kind === "subject" ? [] : [kind]));
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
      ${this.#projectClips(edit, index)}
      <span class="dim small">Or a picture or movie</span>
      <input
        type="text"
        placeholder="/path/to/picture.jpg"
        aria-label="Path of a picture or movie for the backdrop"
        .value=${"path" in edit ? edit.path : ""}
        @change=${(event: Event) => {
          const path = (event.target as HTMLInputElement).value.trim();
          if (path === "") return;
          void this.panel.using.bring(path, "backdrop", index);
        }}
      />
      <button
        class="plain words wide"
        @click=${() => {
          this.#pick({ role: "backdrop", index });
        }}
      >
        Choose a file…
      </button>
    </div>`;
  }

  /** The project's own clips, one of which can be the backdrop. */
  #projectClips(
    edit: EditOf<"backdrop">,
    index: number,
  ): TemplateResult | typeof nothing {
    const { projectClips = [] } = this.state;
    if (projectClips.length === 0) return nothing;
    const path = "path" in edit ? comparablePath(edit.path) : "";
    const chosen = projectClips.find(
      (clip) => comparablePath(clip.path) === path,
    );
    return html`<span class="dim small">Or a clip of the project</span>
      <select
        aria-label="Clip of the project for the backdrop"
        @change=${(event: Event) => {
          const id = (event.target as HTMLSelectElement).value;
          const clip = projectClips.find((one) => one.id === id);
          if (clip === undefined) return;
          void this.panel.using.bring(clip.path, "backdrop", index);
        }}
      >
        <option value="" ?selected=${chosen === undefined}>None</option>
        ${projectClips.map(
          (clip) =>
            html`<option value=${clip.id} ?selected=${clip === chosen}>
              ${clip.name}
            </option>`,
        )}
      </select>
      ${
        chosen !== undefined && "fill" in edit && edit.fill === "movie"
          ? html`<span class="dim small wide"
              >On the timeline it lies beneath the layers itself.</span
            >`
          : nothing
      }`;
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

  readonly #called = (id: string): string =>
    this.state.arranged?.layers.find((layer) => layer.id === id)?.name ?? id;

  #describe(edit: Edit): string {
    const called = this.#called;
    switch (edit.use) {
      case "remove":
        return edit.parts === "subject"
          ? `Only the effects of ${called(edit.layer)}`
          : `${called(edit.layer)} removed${edit.parts === "all" ? "" : ` (${edit.parts})`}`;
      case "effect":
        return `Effects of ${called(edit.layer)} at ${Math.round(100 * edit.strength)} %`;
      case "duplicate":
        return `${called(edit.layer)} once more`;
      case "shift":
        return edit.align === undefined
          ? `${called(edit.layer)} at another time`
          : `${called(edit.layer)}: its frame ${edit.align.mark} with frame ${edit.align.to.mark} of ${called(edit.align.to.layer)}`;
      case "speed":
        return edit.factor === 0
          ? `${called(edit.layer)} stands still from frame ${edit.from}`
          : `${called(edit.layer)} at ${Math.round(100 * edit.factor)} % speed`;
      case "backdrop":
        return "Another backdrop";
      case "insert":
        return edit.what === "text"
          ? `“${edit.text}” on the ground`
          : `${nameOf(edit.path)} on the ground`;
    }
  }
}

const fillWords = {
  hold: "Its nearest frame stands still",
  trim: "Nothing",
  fade: "It fades out",
} as const;
