import { html, nothing, type TemplateResult } from "lit";
import type { EditOf } from "../../document/edits-document.ts";
import type { PartKind } from "../../document/layers-document.ts";

/** Puts a changed use in the place of what it was; more of the same gesture follows while `goesOn`. */
type Alter<E> = (edit: E, goesOn?: boolean) => void;

/** A slider with its name and its value. */
function slider(
  label: string,
  value: number,
  range: { readonly min: number; readonly max: number; readonly step?: number },
  text: string,
  change: (value: number, goesOn: boolean) => void,
): TemplateResult {
  const set = (event: Event, goesOn: boolean): void => {
    change(Number((event.target as HTMLInputElement).value), goesOn);
  };
  return html`<span class="dim small">${label}</span
    ><input
      type="range"
      min=${range.min}
      max=${range.max}
      step=${range.step ?? 1}
      aria-label=${label}
      .value=${String(value)}
      @input=${(event: Event) => {
        set(event, true);
      }}
      @change=${(event: Event) => {
        set(event, false);
      }}
    /><span class="small numbers">${text}</span>`;
}

/** One of several, by name. */
function choice<T extends string>(
  label: string,
  value: T,
  words: Readonly<Record<T, string>>,
  change: (value: T) => void,
): TemplateResult {
  return html`<span class="dim small">${label}</span>
    <select
      aria-label=${label}
      @change=${(event: Event) => {
        change((event.target as HTMLSelectElement).value as T);
      }}
    >
      ${(Object.keys(words) as T[]).map(
        (key) =>
          html`<option value=${key} ?selected=${value === key}>
            ${words[key]}
          </option>`,
      )}
    </select>`;
}

function check(
  label: string,
  checked: boolean,
  change: (checked: boolean) => void,
): TemplateResult {
  return html`<label class="row small wide"
    ><input
      type="checkbox"
      .checked=${checked}
      @change=${(event: Event) => {
        change((event.target as HTMLInputElement).checked);
      }}
    />${label}</label
  >`;
}

const kindWords: Readonly<Record<PartKind | "effects" | "all", string>> = {
  effects: "All effects",
  shadow: "Shadow",
  reflection: "Reflection",
  smoke: "Smoke",
  colour: "Colour cast",
  subject: "Subject",
  all: "Everything",
};

/** A tint is a full shadow's colour on white ground, or another effect's own. */
const NEW_TINT = "#203040";

/**
 * How strong, soft and coloured a layer's effects are.
 *
 * @param kinds of effects that the layer has
 * @param rendersStrength whether the program does not take a clip's opacity
 */
export function effectFields(
  edit: EditOf<"effect">,
  kinds: readonly PartKind[],
  rendersStrength: boolean,
  alter: Alter<EditOf<"effect">>,
): TemplateResult {
  const { tint: _, ...plain } = edit;
  const words = Object.fromEntries(
    (["effects", ...kinds] as const).map((kind) => [kind, kindWords[kind]]),
  ) as Record<EditOf<"effect">["kind"], string>;
  const percent = Math.round(100 * edit.strength);
  return html`<div class="settings">
    ${
      kinds.length < 2
        ? nothing
        : choice("Which", edit.kind, words, (kind) => {
            alter({ ...edit, kind });
          })
    }
    ${slider(
      "Strength",
      percent,
      { min: 0, max: 200 },
      `${percent} %`,
      (value, goesOn) => {
        alter({ ...edit, strength: value / 100 }, goesOn);
      },
    )}
    ${slider(
      "Softness",
      edit.softness,
      { min: 0, max: 50, step: 0.5 },
      `${edit.softness} px`,
      (softness, goesOn) => {
        alter({ ...edit, softness }, goesOn);
      },
    )}
    ${check("Tinted", edit.tint !== undefined, (isTinted) => {
      alter(isTinted ? { ...edit, tint: NEW_TINT } : plain);
    })}
    ${
      edit.tint === undefined
        ? nothing
        : html`<span class="dim small">Colour</span
            ><input
              type="color"
              aria-label="Tint"
              .value=${edit.tint}
              @change=${(event: Event) => {
                const tint = (event.target as HTMLInputElement).value;
                alter({ ...edit, tint });
              }}
            /><span></span>`
    }
    <span class="dim small wide"
      >${
        rendersStrength
          ? "This Premiere Pro does not take a clip's opacity from Lamina, so the strength is rendered into the layer."
          : "Up to 100 %, without softness and tint, it is its clip's opacity on the timeline."
      }</span
    >
  </div>`;
}

/** How fast a layer moves, and from when on. */
export function speedFields(
  edit: EditOf<"speed">,
  frameCount: number,
  alter: Alter<EditOf<"speed">>,
): TemplateResult {
  const percent = Math.round(100 * edit.factor);
  return html`<div class="settings">
    ${slider(
      "Speed",
      percent,
      { min: 0, max: 400, step: 5 },
      percent === 0 ? "still" : `${percent} %`,
      (value, goesOn) => {
        alter({ ...edit, factor: value / 100 }, goesOn);
      },
    )}
    ${slider(
      "From frame",
      edit.from,
      { min: 1, max: frameCount },
      String(edit.from),
      (from, goesOn) => {
        alter({ ...edit, from }, goesOn);
      },
    )}
    ${check("Stands still", edit.factor === 0, (isStill) => {
      alter({ ...edit, factor: isStill ? 0 : 1 });
    })}
    ${check("Blend frames that lie between two", edit.blend, (blend) => {
      alter({ ...edit, blend });
    })}
  </div>`;
}

/** How large a duplicate is, about its feet, and whether it is mirrored. */
export const shapeFields = (
  edit: EditOf<"duplicate">,
  alter: Alter<EditOf<"duplicate">>,
): TemplateResult =>
  html`${slider(
    "Size",
    Math.round(100 * edit.scale),
    { min: 25, max: 400, step: 5 },
    `${Math.round(100 * edit.scale)} %`,
    (value, goesOn) => {
      alter({ ...edit, scale: value / 100 }, goesOn);
    },
  )}
  ${check("Mirrored", edit.flip, (flip) => {
    alter({ ...edit, flip });
  })}`;

const blendWords: Readonly<Record<EditOf<"insert">["blend"], string>> = {
  normal: "Normal",
  multiply: "Multiply",
  screen: "Screen",
  overlay: "Overlay",
};

/** How what was put on the ground is mixed with it. */
export const mixFields = <E extends EditOf<"insert">>(
  edit: E,
  alter: Alter<E>,
): TemplateResult =>
  html`${slider(
    "Opacity",
    Math.round(100 * edit.opacity),
    { min: 0, max: 100 },
    `${Math.round(100 * edit.opacity)} %`,
    (value, goesOn) => {
      alter({ ...edit, opacity: value / 100 }, goesOn);
    },
  )}
  ${choice("Blend", edit.blend, blendWords, (blend) => {
    alter({ ...edit, blend });
  })}`;
