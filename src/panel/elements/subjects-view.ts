import { css, html, nothing, type TemplateResult } from "lit";
import { describeRange } from "../clip-words.ts";
import { type Draft, draftObstacle, type Subject } from "../draft.ts";
import { describeBytes, describeSeconds, estimate } from "../estimate.ts";
import { backendTexts, qualityTexts, type Settings } from "../settings.ts";
import { icon } from "./icons.ts";
import { look, segments } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** Where mattes are brought in, named, merged and put in order, and the run is begun. */
export class SubjectsView extends PanelElement {
  static override styles = [
    look,
    segments,
    css`
      .clip {
        padding: 8px 10px;
      }
      .subject {
        display: grid;
        grid-template-columns: 56px minmax(0, 1fr) auto;
        gap: 4px 8px;
        align-items: center;
        padding: 6px 4px 6px 6px;
      }
      .subject + .subject {
        border-top: 1px solid var(--line);
      }
      .tools {
        display: flex;
      }
      .tools button {
        width: 22px;
      }
      .add {
        padding: 10px;
        border: 1px dashed var(--line-strong);
        border-radius: 6px;
      }
      .add.over {
        border-color: var(--accent);
        background: var(--hover);
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
      input[type="file"] {
        display: none;
      }
    `,
  ];

  #over = false;
  #path = "";

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
              ${subjects.map((subject, i) => this.#subject(draft, subject, i))}
            </ul>`
      }
      ${this.#add(subjects.length === 0)} ${this.#settings()}
      ${this.#cost(draft)} ${this.#actions(draft)}
    </div>`;
  }

  #subject(draft: Draft, subject: Subject, index: number): TemplateResult {
    const { preparation } = this.panel;
    const { key, name, matte, origin } = subject;
    const below = draft.subjects[index + 1];
    const tool = (
      picture: Parameters<typeof icon>[0],
      title: string,
      possible: boolean,
      work: () => void,
    ): TemplateResult =>
      html`<button
        class="plain"
        title=${title}
        aria-label=${`${title}: ${name}`}
        ?disabled=${!possible || this.state.busy !== undefined}
        @click=${work}
      >
        ${icon(picture)}
      </button>`;
    return html`<li class="subject">
      <lamina-matte-picture
        .panel=${this.panel}
        .workspaceId=${draft.workspace?.id ?? ""}
        .path=${`${matte.folder}/${String(matte.fullestFrame).padStart(5, "0")}.png`}
      ></lamina-matte-picture>
      <div class="stack" style="gap:2px">
        <sp-textfield
          size="s"
          label=${`Name of subject ${index + 1}`}
          .value=${name}
          @input=${(event: Event) => {
            preparation.rename(key, (event.target as HTMLInputElement).value);
          }}
        ></sp-textfield>
        <div class="dim small cut" title=${origin}>
          ${origin} · ${percent(matte.coverage)} of the picture
        </div>
        ${matte.notices.map((text) => html`<div class="dim small">${text}</div>`)}
      </div>
      <div class="tools">
        ${tool("up", "Nearer", index > 0, () => {
          preparation.move(key, -1);
        })}
        ${tool("down", "Farther", below !== undefined, () => {
          preparation.move(key, 1);
        })}
        ${tool("merge", "Merge with the one below", below !== undefined, () => {
          if (below !== undefined) void preparation.merge(key, below.key);
        })}
        ${tool("remove", "Remove", true, () => {
          preparation.remove(key);
        })}
      </div>
    </li>`;
  }

  #add(first: boolean): TemplateResult {
    const busy = this.state.busy !== undefined;
    return html`<div
      class=${this.#over ? "add stack over" : "add stack"}
      @dragover=${(event: DragEvent) => {
        event.preventDefault();
        this.#setOver(true);
      }}
      @dragleave=${() => {
        this.#setOver(false);
      }}
      @drop=${this.#onDrop}
    >
      <p class=${first ? "" : "dim"}>
        ${
          first
            ? "Show Lamina each subject with a rough matte: white where it is, black elsewhere. Shadows and reflections need not be in it."
            : "Another subject? Add its matte."
        }
      </p>
      <div class="actions">
        <sp-button
          size="s"
          variant="secondary"
          treatment="outline"
          ?disabled=${busy}
          @click=${() => {
            this.#pick("files");
          }}
          >Movie or images…</sp-button
        >
        <sp-button
          size="s"
          variant="secondary"
          treatment="outline"
          ?disabled=${busy}
          @click=${() => {
            this.#pick("folder");
          }}
          >Folder…</sp-button
        >
      </div>
      <input
        id="files"
        type="file"
        multiple
        accept="image/png,image/jpeg,video/*"
        aria-label="Matte files"
        @change=${this.#onFiles}
      />
      <input
        id="folder"
        type="file"
        webkitdirectory
        aria-label="Matte folder"
        @change=${this.#onFiles}
      />
      <form class="row" @submit=${this.#onPath}>
        <sp-textfield
          class="grow"
          id="path"
          size="s"
          label="Path of a matte"
          placeholder="…or the path of one"
          .value=${this.#path}
          @input=${(event: Event) => {
            this.#path = (event.target as HTMLInputElement).value;
            this.requestUpdate();
          }}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Enter") this.#onPath(event);
          }}
        ></sp-textfield>
        <sp-button
          id="add-path"
          size="s"
          variant="secondary"
          ?disabled=${busy || this.#path.trim() === ""}
          @click=${this.#onPath}
          >Add</sp-button
        >
      </form>
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
    const { settings, measured, host } = this.state;
    const { clip, subjects } = draft;
    const { width, height } = clip.sequence;
    const work = {
      width,
      height,
      frameCount: clip.frameCount,
      subjects: Math.max(1, subjects.length),
      quality: settings.quality,
    };
    const { seconds, layerBytes, workingBytes, measuredHere } = estimate(
      work,
      measured,
    );
    return html`<div class="cost stack tight">
      <div>
        <span class="bright">${describeSeconds(seconds)}</span>,
        <span class="bright">${describeBytes(layerBytes)}</span> for the layers
      </div>
      <div class="dim small">
        ${describeBytes(workingBytes)} more while it runs.
        ${
          measuredHere
            ? "By this machine's last runs."
            : "Typical for two processor cores."
        }
        ${
          host?.exportBlocksWindow === true
            ? "Premiere Pro stands still while the clip is exported."
            : nothing
        }
      </div>
    </div>`;
  }

  #actions(draft: Draft): TemplateResult {
    const obstacle = draftObstacle(draft);
    const busy = this.state.busy !== undefined;
    return html`<div class="stack tight">
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

  #pick(id: "files" | "folder"): void {
    this.renderRoot.querySelector<HTMLInputElement>(`#${id}`)?.click();
  }

  readonly #onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const files = [...(input.files ?? [])];
    void this.panel.preparation.addFiles(files).finally(() => {
      // The same file may be chosen again.
      input.value = "";
    });
  };

  readonly #onDrop = (event: DragEvent): void => {
    event.preventDefault();
    this.#setOver(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    void this.panel.preparation.addFiles(files);
  };

  readonly #onPath = (event: Event): void => {
    event.preventDefault();
    if (this.#path.trim() === "") return;
    void this.panel.preparation.addPath(this.#path).then((added) => {
      if (added) this.#path = "";
      this.requestUpdate();
    });
  };

  #setOver(over: boolean): void {
    if (this.#over === over) return;
    this.#over = over;
    this.requestUpdate();
  }
}

/** A share as a person says it: `4 %`, `under 1 %`. */
const percent = (share: number): string =>
  share < 0.01 ? "under 1 %" : `${Math.round(100 * share)} %`;
