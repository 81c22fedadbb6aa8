import { html, nothing, type TemplateResult } from "lit";
import { icon } from "./icons.ts";

/** Where a wipe's line is, of the width; undefined where nothing is compared. */
type Share = number | undefined;

/** Turns the comparison with the clip on, its line in the middle, and off. */
export const wipeButton = (
  wipe: Share,
  onChange: (wipe: Share) => void,
): TemplateResult =>
  html`<button
    class="plain"
    id="wipe"
    aria-pressed=${wipe !== undefined}
    title="Wipe: the clip on the left"
    aria-label="Wipe: the clip on the left"
    @click=${() => {
      onChange(wipe === undefined ? 0.5 : undefined);
    }}
  >
    ${icon("wipe")}
  </button>`;

/** Moves the line, while there is one. */
export const wipeLine = (
  wipe: Share,
  onChange: (wipe: Share) => void,
): TemplateResult | typeof nothing =>
  wipe === undefined
    ? nothing
    : html`<input
        type="range"
        min="0"
        max="100"
        .value=${String(Math.round(100 * wipe))}
        aria-label="Where the clip's own picture ends, in percent"
        @input=${(event: Event) => {
          onChange(Number((event.target as HTMLInputElement).value) / 100);
        }}
      />`;
