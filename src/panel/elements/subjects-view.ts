import { css, html, nothing, type TemplateResult } from "lit";
import { describeRange } from "../clip-words.ts";
import { type Draft, draftObstacle } from "../draft.ts";
import { describeBytes, describeSeconds, estimate } from "../estimate.ts";
import { backendTexts, qualityTexts, type Settings } from "../settings.ts";
import { isWorthTrying, TRIAL_FRAMES } from "../trial.ts";
import { look, segments } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** Where subjects are found, painted or brought in, named, merged and put in order, and the run is begun. */
export class SubjectsView extends PanelElement {
  static override styles = [
    look,
    segments,
    css`
      .clip {
        padding: 8px 10px;
      }
      .subject + .subject {
        border-top: 1px solid var(--line);
      }
      .settings {
        display: grid;
        grid-template-columns: 64px minmax(0, 1fr);
        gap: 8px 10px;
        align-items: center;
      }
      .cost {
        padding: 8px 10px;
        border-radius: 6px;
        background: var(--sunk);
      }
      .grow-button {
        flex: 1 1 auto;
      }
      /* In reach however much was found, and not moved from under the pointer by what is found meanwhile. */
      .foot {
        position: sticky;
        bottom: -12px;
        margin: 0 -12px -12px;
        padding: 8px 12px 12px;
        background: var(--bg);
        border-top: 1px solid var(--line);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { draft } = this.state;
    if (draft === undefined) return html``;
    const { clip, subjects } = draft;
    return html`<div class="stack">
      <div class="card clip">
        <div class="bright cut" title=${clip.name}>${clip.name}</div>
        <div class="dim small numbers">${describeRange(clip)}</div>
      </div>
      <div class="row spread">
        <h2 id="subjects">Subjects</h2>
        ${
          subjects.length > 1
            ? html`<span class="dim small">nearest to the camera first</span>`
            : nothing
        }
      </div>
      ${
        subjects.length === 0
          ? nothing
          : html`<ul class="card" aria-labelledby="subjects">
              ${subjects.map(
                (_, i) =>
                  html`<li class="subject">
                    <lamina-subject-row
                      .panel=${this.panel}
                      .index=${i}
                    ></lamina-subject-row>
                  </li>`,
              )}
            </ul>`
      }
      <lamina-found-subjects .panel=${this.panel}></lamina-found-subjects>
      <lamina-mask-intake .panel=${this.panel}></lamina-mask-intake>
      ${this.#settings()} ${this.#cost(draft)} ${this.#actions(draft)}
    </div>`;
  }

  #settings(): TemplateResult {
    const { settings } = this.state;
    const change = (part: Partial<Settings>): void => {
      this.panel.preparation.changeSettings(part);
    };
    return html`<div class="settings">
      <span class="dim" id="quality">Quality</span>
      <fieldset class="segments" aria-labelledby="quality">
        ${Object.entries(qualityTexts).map(
          ([value, { label, hint }]) =>
            html`<label title=${hint}
              ><input
                type="radio"
                name="quality"
                value=${value}
                .checked=${settings.quality === value}
                @change=${() => {
                  change({ quality: value as Settings["quality"] });
                }}
              /><span>${label}</span></label
            >`,
        )}
      </fieldset>
      <label class="dim" for="backend">Train on</label>
      <select
        id="backend"
        @change=${(event: Event) => {
          const { value } = event.target as HTMLSelectElement;
          change({ backend: value as Settings["backend"] });
        }}
      >
        ${Object.entries(backendTexts).map(
          ([value, { label, hint }]) =>
            html`<option value=${value} ?selected=${settings.backend === value}>
              ${label}: ${hint}
            </option>`,
        )}
      </select>
    </div>`;
  }

  #cost(draft: Draft): TemplateResult | typeof nothing {
    const { settings, speed, host } = this.state;
    const { clip, subjects } = draft;
    const { width, height } = clip.sequence;
    const work = {
      width,
      height,
      frameCount: clip.frameCount,
      subjects: Math.max(1, subjects.length),
      quality: settings.quality,
    };
    const { seconds, layerBytes, workingBytes, by } = estimate(work, speed);
    return html`<div class="cost stack tight">
      <div>
        <span class="bright">${describeSeconds(seconds)}</span>,
        <span class="bright">${describeBytes(layerBytes)}</span> for the layers
      </div>
      <div class="dim small">
        ${describeBytes(workingBytes)} more while it runs.
        ${
          by === "runs"
            ? "By this machine's last runs."
            : by === "test"
              ? "By a short test of this machine."
              : "Typical for two processor cores."
        }
        ${
          host?.exportBlocksWindow === true && draft.opened === undefined
            ? "Premiere Pro stands still while the clip is exported."
            : nothing
        }
      </div>
    </div>`;
  }

  #actions(draft: Draft): TemplateResult {
    const obstacle = draftObstacle(draft);
    const busy = this.state.busy !== undefined;
    return html`<div class="foot stack tight">
      <div class="actions">
        <sp-button
          id="run"
          class="grow-button"
          variant="accent"
          ?disabled=${busy || obstacle !== undefined}
          @click=${() => {
            void this.panel.preparation.run();
          }}
          >Decompose</sp-button
        >
        ${
          isWorthTrying(draft.clip.frameCount)
            ? html`<sp-button
                id="try"
                variant="secondary"
                title="Only frames around the playhead, to see what comes of it"
                ?disabled=${busy || obstacle !== undefined}
                @click=${() => {
                  void this.panel.preparation.tryFrames();
                }}
                >Try ${TRIAL_FRAMES} frames</sp-button
              >`
            : nothing
        }
        <sp-button
          id="leave"
          variant="secondary"
          ?disabled=${busy}
          @click=${() => {
            void this.panel.preparation.leave();
          }}
          >Cancel</sp-button
        >
      </div>
      ${
        obstacle === undefined || draft.subjects.length === 0
          ? nothing
          : html`<p class="small" role="status">${obstacle}</p>`
      }
    </div>`;
  }
}
