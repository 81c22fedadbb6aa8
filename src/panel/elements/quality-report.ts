import { css, html, nothing, type TemplateResult } from "lit";
import {
  describeTest,
  doubtsOf,
  gradeWords,
} from "../../document/describe-report.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** What a run makes of its own quality: a colour and a word, and what speaks against relying on it. */
export class QualityReportCard extends PanelElement {
  static override styles = [
    look,
    css`
      .dot {
        flex: none;
        width: 8px;
        height: 8px;
        border-radius: 50%;
        background: var(--warn);
      }
      .dot.good {
        background: var(--good);
      }
      .dot.poor {
        background: #e06c6c;
      }
      ul {
        margin: 4px 0 0;
        padding: 0 0 0 16px;
      }
    `,
  ];

  protected override render(): TemplateResult | typeof nothing {
    const report = this.state.arranged?.document.report;
    if (report === undefined) return nothing;
    const doubts = doubtsOf(report);
    return html`<section aria-label="How good this is likely to be">
      <div class="row small" title=${describeTest(report)}>
        <span class="dot ${report.grade}"></span>
        <span class="grow"
          >Likely quality: ${gradeWords[report.grade]}
          <span class="dim numbers"
            >· background about ${report.expected.toFixed(0)} dB</span
          ></span
        >
      </div>
      ${
        doubts.length === 0
          ? nothing
          : html`<ul class="dim small">
              ${doubts.map(
                ({ kind, sentence }) =>
                  html`<li data-doubt=${kind}>${sentence}</li>`,
              )}
            </ul>`
      }
    </section>`;
  }
}
