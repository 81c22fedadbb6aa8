import { html, nothing, type TemplateResult } from "lit";
import { anchorOf } from "../marks.ts";
import type { Panel } from "../panel.ts";
import { icon } from "./icons.ts";

/**
 * The moments that were marked, and the button that makes them one.
 *
 * @param called what people call a layer
 */
export function useMarks(
  { using }: Panel,
  chosen: string | undefined,
  called: (layer: string) => string,
): TemplateResult | typeof nothing {
  const { marks } = using;
  const anchor = anchorOf(marks, chosen);
  if (anchor === undefined) return nothing;
  const isAlone = marks.length < 2;
  return html`<div class="card" id="marks">
    <ul aria-label="Marked moments">
      ${marks.map(
        ({ layer, frame }) =>
          html`<li data-mark=${layer}>
            <div class="row">
              <span class="what cut">${called(layer)}: its frame ${frame}</span
              ><button
                class="plain"
                title="Forget this moment"
                aria-label=${`Forget the moment of ${called(layer)}`}
                @click=${() => {
                  using.unmark(layer);
                }}
              >
                ${icon("remove")}
              </button>
            </div>
          </li>`,
      )}
    </ul>
    <div class="row spread foot">
      <span class="dim small"
        >${
          isAlone
            ? "Go to the moment of another layer, and mark it there."
            : `${called(anchor.layer)} stays when it is.`
        }</span
      ><button
        id="align"
        class="plain words"
        title="Move the layers in time so that these moments come together"
        ?disabled=${isAlone}
        @click=${() => {
          using.align();
        }}
      >
        Align marks
      </button>
    </div>
  </div>`;
}
