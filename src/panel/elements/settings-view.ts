import { css, html, type TemplateResult } from "lit";
import { backendTexts, qualityTexts, type Settings } from "../settings.ts";
import { look, segments } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** What is remembered from one run to the next. */
export class SettingsView extends PanelElement {
  static override styles = [
    look,
    segments,
    css`
      .field {
        display: flex;
        flex-direction: column;
        gap: 4px;
      }
      .check {
        display: flex;
        gap: 8px;
        align-items: flex-start;
        cursor: pointer;
      }
      .check input {
        margin: 2px 0 0;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { settings, host, service } = this.state;
    const change = (part: Partial<Settings>): void => {
      this.panel.preparation.changeSettings(part);
    };
    return html`<div class="stack" style="gap:16px">
      <div class="field">
        <label for="folder" class="bright">Layers are kept</label>
        <sp-textfield
          id="folder"
          size="s"
          label="Folder for layers"
          placeholder="beside the clip's media"
          .value=${settings.layersFolder}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLInputElement;
            change({ layersFolder: value.trim() });
          }}
        ></sp-textfield>
        <span class="dim small">
          The path of a folder, or nothing for “Lamina layers” beside the clip's
          media. The timeline refers to what lies there.
        </span>
      </div>
      <div class="field">
        <span class="bright" id="quality">Quality</span>
        <fieldset class="segments" aria-labelledby="quality">
          ${Object.entries(qualityTexts).map(
            ([value, { label }]) =>
              html`<label
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
        <span class="dim small">${qualityTexts[settings.quality].hint}</span>
      </div>
      <div class="field">
        <label for="backend" class="bright">Train on</label>
        <select
          id="backend"
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            change({ backend: value as Settings["backend"] });
          }}
        >
          ${Object.entries(backendTexts).map(
            ([value, { label, hint }]) =>
              html`<option
                value=${value}
                ?selected=${settings.backend === value}
              >
                ${label}: ${hint}
              </option>`,
          )}
        </select>
      </div>
      <label class="check"
        ><input
          type="checkbox"
          .checked=${settings.prores}
          @change=${(event: Event) => {
            change({ prores: (event.target as HTMLInputElement).checked });
          }}
        /><span
          >Also write a ProRes 4444 movie per layer
          <span class="dim small" style="display:block"
            >for other programs; needs ffmpeg</span
          ></span
        ></label
      >
      <p class="dim small">
        ${host?.name ?? "The editing program has not answered yet"} ·
        ${service === "connected" ? "local service connected" : "local service not reached"}
      </p>
    </div>`;
  }
}
