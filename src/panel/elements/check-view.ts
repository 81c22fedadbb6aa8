import { css, html, nothing, type TemplateResult } from "lit";
import { factTexts, type ProgramCheck } from "../../host/program-check.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** "Check this Premiere": the button, and what was found. */
export class CheckView extends PanelElement {
  static override styles = [
    look,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 11px;
      }
      th,
      td {
        padding: 3px 6px 3px 0;
        border-bottom: 1px solid var(--line);
        text-align: left;
        vertical-align: top;
        font-weight: normal;
        overflow-wrap: anywhere;
      }
      th {
        color: var(--dim);
      }
      td {
        color: var(--bright);
      }
      td.time {
        color: var(--dim);
        text-align: right;
        white-space: nowrap;
        padding-right: 0;
      }
      td.refused {
        color: var(--warn);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { check, checkFile, host, busy, service } = this.state;
    const running = busy === "Checking this Premiere";
    const { checking } = this.panel;
    return html`<div class="stack">
      <h2>Check this Premiere</h2>
      <p class="dim">
        Versions of Premiere Pro differ in what they do. Lamina imports three
        tiny stills and a movie into a bin and a sequence of its own, places,
        names, copies and exports them, looks at what came of it, and removes
        all of it. Your project is as before.
      </p>
      <div class="actions">
        <sp-button
          id=${running ? "cancel-check" : "run-check"}
          variant=${running ? "secondary" : "accent"}
          ?disabled=${!running && (busy !== undefined || service !== "connected")}
          @click=${() => {
            if (running) checking.cancel();
            else void checking.run();
          }}
          >${running ? "Cancel" : check === undefined ? "Check" : "Check again"}</sp-button
        >
        ${
          check === undefined || running
            ? nothing
            : html`<sp-button
                id="save-check"
                variant="secondary"
                ?disabled=${busy !== undefined}
                @click=${() => {
                  void checking.save();
                }}
                >Save as text file</sp-button
              >`
        }
      </div>
      ${
        checkFile === undefined
          ? nothing
          : html`<p class="dim small">Saved: ${checkFile}</p>`
      }
      <p class="dim small" role="status" id="check-result">
        ${
          check === undefined
            ? `${host?.name ?? "This version"} has not been checked yet.`
            : describeCheck(check)
        }
      </p>
      ${check === undefined ? nothing : table(check)}
    </div>`;
  }
}

const describeCheck = ({
  program,
  technology,
  seconds,
  unchanged,
}: ProgramCheck): string =>
  [
    `${program} through ${technology === "uxp" ? "UXP" : "ExtendScript"}, in ${seconds.toFixed(1)} s.`,
    unchanged
      ? "The project was found as before."
      : "Nothing of the check is left, but the project is not as before: if nobody has worked on it meanwhile, use Undo.",
  ].join(" ");

const table = ({ facts }: ProgramCheck): TemplateResult =>
  html`<table aria-label="What this Premiere does">
    <tbody>
      ${facts.map(
        ({ id, reading, milliseconds }) =>
          html`<tr>
            <th scope="row">${factTexts[id]}</th>
            <td class=${reading.startsWith("refused") ? "refused" : ""}>
              ${reading}
            </td>
            <td class="time">
              ${
                // Seen while something else was tried.
                milliseconds === 0 ? "" : `${milliseconds} ms`
              }
            </td>
          </tr>`,
      )}
    </tbody>
  </table>`;
