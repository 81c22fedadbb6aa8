import { html, type TemplateResult } from "lit";
import type { Transport } from "../transport.ts";
import { icon } from "./icons.ts";

/** Play and loop, beside a view's slider. */
export function transportButtons(transport: Transport): TemplateResult {
  const { speed, loops } = transport;
  const play = speed === 0 ? "Play" : "Pause";
  return html`<button
      class="plain"
      id="play"
      title=${`${play} (Space; J K L)`}
      aria-label=${play}
      @click=${() => {
        transport.toggle();
      }}
    >
      ${icon(speed === 0 ? "play" : "pause")}</button
    ><button
      class="plain"
      id="loop"
      title="Begin again at the end (O)"
      aria-label="Loop"
      aria-pressed=${loops}
      @click=${() => {
        transport.toggleLoop();
      }}
    >
      ${icon("loop")}
    </button>`;
}
