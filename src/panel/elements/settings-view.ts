import { css, html, nothing, type TemplateResult } from "lit";
import {
  arrangementTexts,
  backendTexts,
  computeTexts,
  filesTexts,
  qualityTexts,
  type Settings,
} from "../settings.ts";
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
      ${choice(
        "quality",
        "Quality",
        qualityTexts,
        settings.quality,
        (quality) => {
          change({ quality });
        },
      )}
      ${choice(
        "compute",
        "Compute on",
        computeTexts,
        settings.compute,
        (compute) => {
          change({ compute });
        },
      )}
      ${
        settings.compute === "farm"
          ? html`<lamina-farm-fields .panel=${this.panel}></lamina-farm-fields>`
          : nothing
      }
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
      ${choice(
        "arrangement",
        "Layers go",
        arrangementTexts,
        settings.arrangement,
        (arrangement) => {
          change({ arrangement });
        },
      )}
      ${choice(
        "files",
        "Layers come as",
        filesTexts,
        settings.files,
        (files) => {
          change({ files });
        },
      )}
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
      <label class="check"
        ><input
          type="checkbox"
          .checked=${settings.exr}
          @change=${(event: Event) => {
            change({ exr: (event.target as HTMLInputElement).checked });
          }}
        /><span
          >Also write OpenEXR files per layer
          <span class="dim small" style="display:block"
            >for compositing programs; needs ffmpeg</span
          ></span
        ></label
      >
      <sp-button
        id="show-check"
        size="s"
        variant="secondary"
        @click=${() => {
          this.panel.showCheck();
        }}
        >Check this Premiere…</sp-button
      >
      <p class="dim small">
        ${host?.name ?? "The editing program has not answered yet"} ·
        ${service === "connected" ? "local service connected" : "local service not reached"}
      </p>
    </div>`;
  }
}

/** One of a few, with a word about the one that is chosen. */
function choice<Value extends string>(
  name: string,
  title: string,
  texts: Readonly<Record<Value, { label: string; hint: string }>>,
  chosen: Value,
  choose: (value: Value) => void,
): TemplateResult {
  return html`<div class="field">
    <span class="bright" id=${name}>${title}</span>
    <fieldset class="segments" aria-labelledby=${name}>
      ${(Object.keys(texts) as Value[]).map(
        (value) =>
          html`<label
            ><input
              type="radio"
              name=${name}
              value=${value}
              .checked=${chosen === value}
              @change=${() => {
                choose(value);
              }}
            /><span>${texts[value].label}</span></label
          >`,
      )}
    </fieldset>
    <span class="dim small">${texts[chosen].hint}</span>
  </div>`;
}
