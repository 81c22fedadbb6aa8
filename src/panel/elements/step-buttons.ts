import { html, type TemplateResult } from "lit";
import { icon } from "./icons.ts";

/** What can be taken back and done again, of which only the number counts. */
interface Steps {
  readonly past: readonly unknown[];
  readonly future: readonly unknown[];
}

/**
 * The buttons that take something back and do it again.
 *
 * @param what one word for it, which the buttons' titles and ids end with
 * @param step takes back or does again
 */
export function stepButtons(
  what: string,
  { past, future }: Steps,
  step: (way: "back" | "forth") => void,
): TemplateResult {
  const button = (way: "back" | "forth", count: number): TemplateResult => {
    const name = way === "back" ? "undo" : "redo";
    const title = `${way === "back" ? "Undo" : "Redo"} ${what}`;
    return html`<button
      class="plain"
      id=${`${name}-${what}`}
      title=${title}
      aria-label=${title}
      ?disabled=${count === 0}
      @click=${() => {
        step(way);
      }}
    >
      ${icon(name)}
    </button>`;
  };
  return html`${button("back", past.length)}${button("forth", future.length)}`;
}
