import { css, html, nothing, type TemplateResult } from "lit";
import type { Correction } from "../../document/corrections-document.ts";
import { chosenLayer } from "../arrangement.ts";
import type { Corrections } from "../corrections.ts";
import { icon } from "./icons.ts";
import { look, rangeStyle, segments } from "./look.ts";
import { stepButtons } from "./step-buttons.ts";
import { PanelElement } from "./panel-element.ts";

const kinds: readonly {
  readonly id: Correction["kind"];
  readonly label: string;
  readonly hint: string;
}[] = [
  {
    id: "clean",
    label: "Clean",
    hint: "Left over in the background: take it out, to the chosen layer",
  },
  { id: "layer", label: "To the layer", hint: "Belongs to the chosen layer" },
  {
    id: "background",
    label: "To the background",
    hint: "Belongs to no layer",
  },
];

const ways: readonly {
  readonly id: Correction["carried"];
  readonly label: string;
  readonly hint: string;
}[] = [
  { id: "subject", label: "Subject", hint: "Goes along with the subject" },
  { id: "camera", label: "Ground", hint: "Stays where it is on the ground" },
  { id: "none", label: "This frame", hint: "Only in this frame" },
];

/** Sizes of the brush in pixels of the clip. */
const radii = { least: 1, most: 80 };

/** The correction brush, and the list of what was painted with it. */
export class CorrectionTools extends PanelElement {
  static override styles = [
    look,
    segments,
    rangeStyle,
    css`
      .segments span {
        padding: 3px 4px;
        font-size: 11px;
      }
      .bar {
        flex-wrap: wrap;
        gap: 6px 10px;
      }
      .size {
        flex: 1 1 100px;
        max-width: 220px;
      }
      li {
        display: flex;
        align-items: center;
        gap: 6px;
        padding: 2px 6px;
      }
      li.chosen {
        background: var(--chosen);
      }
      li.off .what {
        color: var(--faint-text);
        text-decoration: line-through;
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
      .frames {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) 28px;
        gap: 2px 8px;
        align-items: center;
        padding: 2px 6px 6px;
      }
      .number {
        text-align: right;
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const { correcting, arranged } = this.state;
    if (correcting === undefined || arranged?.jobId !== correcting.jobId)
      return nothing;
    const { strokes, problem, isPainting } = correcting;
    const isPossible = problem === undefined || strokes.length > 0;
    return html`<div class="stack tight">
      <div class="row spread">
        <sp-button
          id="correct"
          size="s"
          variant=${isPainting ? "accent" : "secondary"}
          treatment="outline"
          ?disabled=${!isPossible}
          aria-pressed=${isPainting ? "true" : "false"}
          @click=${() => {
            this.panel.correcting.set({ isPainting: !isPainting });
          }}
          >${isPainting ? "Done correcting" : "Correct…"}</sp-button
        >
        <span class="grow dim small" role="status"
          >${describeState(correcting)}</span
        >
        ${
          isPainting || strokes.length > 0
            ? html`<span class="row"
                >${stepButtons("correction", correcting.history, (way) => {
                  this.panel.correcting.step(way);
                })}</span
              >`
            : nothing
        }
      </div>
      ${isPainting ? this.#brush(correcting) : nothing}
      ${
        strokes.length === 0
          ? nothing
          : html`<ul class="card" aria-label="Corrections">
              ${strokes.map((stroke) => this.#stroke(stroke, correcting))}
            </ul>`
      }
    </div>`;
  }

  #brush({ brush }: Corrections): TemplateResult {
    const { correcting } = this.panel;
    return html`<div class="row bar">
        <fieldset class="segments" aria-label="What the brush says">
          ${kinds.map(
            ({ id, label, hint }) =>
              html`<label title=${hint}
                ><input
                  type="radio"
                  name="kind"
                  value=${id}
                  .checked=${brush.kind === id}
                  @change=${() => {
                    correcting.set({ kind: id });
                  }}
                /><span>${label}</span></label
              >`,
          )}
        </fieldset>
        <fieldset class="segments" aria-label="What carries a stroke">
          ${ways.map(
            ({ id, label, hint }) =>
              html`<label title=${hint}
                ><input
                  type="radio"
                  name="carried"
                  value=${id}
                  .checked=${brush.carried === id}
                  @change=${() => {
                    correcting.set({ carried: id });
                  }}
                /><span>${label}</span></label
              >`,
          )}
        </fieldset>
        <label class="row size">
          <span class="dim small">Size</span>
          <input
            type="range"
            min=${radii.least}
            max=${radii.most}
            aria-label="Size of the correction brush"
            .value=${String(brush.radius)}
            @input=${(event: Event) => {
              const { value } = event.target as HTMLInputElement;
              correcting.set({ radius: Number(value) });
            }}
          />
        </label>
      </div>
      <div class="dim small">
        Paint in the viewer. The chosen layer is
        <span class="bright">${this.#nameOf(this.#chosen)}</span>.
      </div>`;
  }

  #stroke(stroke: Correction, { chosen }: Corrections): TemplateResult {
    const { correcting } = this.panel;
    const { id, on, kind, frame, layer } = stroke;
    const what = kinds.find((each) => each.id === kind)!.label;
    const whose = kind === "background" ? "" : ` · ${this.#nameOf(layer)}`;
    const text = `${what}${whose} · frame ${frame}`;
    return html`<li
        class=${`${on ? "" : "off"} ${chosen === id ? "chosen" : ""}`}
        data-stroke=${id}
      >
        <input
          type="checkbox"
          aria-label=${`${text} counts`}
          .checked=${on}
          @change=${() => {
            correcting.alter(id, { on: !on });
          }}
        />
        <button
          class="what cut"
          aria-expanded=${chosen === id ? "true" : "false"}
          @click=${() => {
            correcting.choose(id);
          }}
        >
          ${text}
        </button>
        <button
          class="plain"
          title="Remove"
          aria-label=${`Remove ${text}`}
          @click=${() => {
            correcting.remove(id);
          }}
        >
          ${icon("remove")}
        </button>
      </li>
      ${chosen === id ? html`<li>${this.#frames(stroke)}</li>` : nothing}`;
  }

  /** The frames in which a stroke counts. */
  #frames({ id, frame, from, to }: Correction): TemplateResult {
    const count = this.state.arranged?.document.frameCount ?? 1;
    const end = (
      label: string,
      value: number,
      [least, most]: readonly [number, number],
      change: (value: number) => void,
    ): TemplateResult =>
      html`<span class="dim small">${label}</span
        ><input
          type="range"
          min="1"
          max=${count}
          aria-label=${`${label} frame`}
          .value=${String(value)}
          @change=${(event: Event) => {
            const input = event.target as HTMLInputElement;
            const wanted = Math.max(least, Math.min(most, Number(input.value)));
            input.value = String(wanted);
            change(wanted);
          }}
        /><span class="small numbers number">${value}</span>`;
    const { correcting } = this.panel;
    return html`<div class="frames grow">
      ${end("From", from, [1, frame], (value) => {
        correcting.alter(id, { from: value });
      })}
      ${end("To", to, [frame, count], (value) => {
        correcting.alter(id, { to: value });
      })}
    </div>`;
  }

  /** The chosen layer, or the topmost where that is the background. */
  get #chosen(): string | undefined {
    const { arranged } = this.state;
    return arranged && correctedLayer(arranged);
  }

  #nameOf(id: string | undefined): string {
    const { layers } = this.state.arranged ?? { layers: [] };
    return layers.find((layer) => layer.id === id)?.name ?? "the nearest";
  }
}

/** The layer that strokes give pixels to: the chosen one, or the topmost where the background is chosen. */
export function correctedLayer(
  arranged: Parameters<typeof chosenLayer>[0],
): string | undefined {
  const objects = arranged.layers.filter(({ kind }) => kind === "object");
  const chosen = chosenLayer(arranged);
  return (objects.find(({ id }) => id === chosen) ?? objects.at(-1))?.id;
}

function describeState({ problem, left, strokes }: Corrections): string {
  if (problem !== undefined) return `${problem.sentence} ${problem.action}`;
  if (strokes.length === 0 && left === undefined) return "";
  if (left === undefined) return "Composing…";
  return left === 0
    ? "All frames show it; the layers compose to the clip exactly."
    : `${left} frame${left === 1 ? "" : "s"} to go…`;
}
