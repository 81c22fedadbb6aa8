import {
  css,
  html,
  nothing,
  type PropertyDeclarations,
  type TemplateResult,
} from "lit";
import { jobName, workspaceOf } from "../../host/run-note.ts";
import { isOver, type ServiceJob } from "../../protocol/service-api.ts";
import { findRun } from "../arrangement.ts";
import { describeBytes } from "../estimate.ts";
import { qualityTexts } from "../settings.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** What is said of one run, where its layers are, and how it is deleted. It tells of that with the events `gone` and `off`. */
export class RunMore extends PanelElement {
  static override properties: PropertyDeclarations = {
    ...PanelElement.properties,
    job: { attribute: false },
  };
  static override styles = [
    look,
    css`
      .stack {
        padding: 6px 6px 4px 0;
        gap: 8px;
      }
      .path {
        overflow-wrap: anywhere;
        user-select: text;
      }
      .ask {
        padding: 8px;
        border: 1px solid var(--warn-line);
        border-radius: 6px;
      }
      .field {
        display: grid;
        grid-template-columns: 44px minmax(0, 1fr);
        align-items: center;
        gap: 6px;
      }
    `,
  ];
  declare job: ServiceJob;
  #isAsked = false;
  /** What a press of a button has done, where nothing else shows that. */
  #said = "";

  protected override render(): TemplateResult {
    const { job } = this;
    const { runList } = this.panel;
    const isBusy = this.state.busy !== undefined;
    const clip = this.state.clips.get(job.id);
    const { quality, outputPath, prores, format } = job.request;
    const also = [
      ...(prores ? ["ProRes movies"] : []),
      ...(format === "exr" ? ["OpenEXR files"] : []),
    ];
    return html`<div class="stack">
      <div class="dim small">
        ${clip === undefined ? nothing : html`${clip.name}, ${clip.sequence.name} · `}
        ${[qualityTexts[quality].label, ...also].join(", ")}
      </div>
      ${this.#field("Name", jobName(job), (label) => ({ label }))}
      ${this.#field("Note", job.note ?? "", (note) => ({ note }))}
      <div class="dim small path">${outputPath}</div>
      <div class="actions">
        ${
          job.state === "done"
            ? html`<sp-button
                id="reveal"
                size="s"
                variant="secondary"
                ?disabled=${isBusy}
                @click=${() => {
                  void runList.reveal(job);
                }}
                >Show folder</sp-button
              >`
            : nothing
        }
        <sp-button
          id="take-settings"
          size="s"
          variant="secondary"
          title="The next run has this one's quality, place to train and files"
          @click=${() => {
            runList.takeSettings(job);
            this.#say("The next run has its settings.");
          }}
          >Use its settings</sp-button
        >
        ${
          isOver(job) && !this.#isAsked
            ? html`<sp-button
                id="delete"
                size="s"
                variant="secondary"
                ?disabled=${isBusy}
                @click=${() => {
                  void this.#ask();
                }}
                >Delete…</sp-button
              >`
            : nothing
        }
      </div>
      <div class="small" role="status">${this.#said}</div>
      ${this.#isAsked ? this.#question(isBusy) : nothing}
    </div>`;
  }

  #say(text: string): void {
    this.#said = text;
    this.requestUpdate();
  }

  async #ask(): Promise<void> {
    if (!(await this.panel.runList.measure(this.job))) return;
    this.#isAsked = true;
    this.requestUpdate();
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("#keep")?.focus();
  }

  #field(
    title: "Name" | "Note",
    value: string,
    words: (text: string) => {
      readonly label?: string;
      readonly note?: string;
    },
  ): TemplateResult {
    const id = title.toLowerCase();
    return html`<div class="field">
      <span class="dim small" aria-hidden="true">${title}</span>
      <sp-textfield
        id=${id}
        size="s"
        label=${`${title} of the run`}
        .value=${value}
        @change=${(event: Event) => {
          const text = (event.target as HTMLInputElement).value.trim();
          void this.panel.runList.describe(this.job, words(text));
        }}
      ></sp-textfield>
    </div>`;
  }

  /** Asks what is to become of the run and its layers. */
  #question(isBusy: boolean): TemplateResult {
    const { job } = this;
    const size = this.state.sizes.get(job.id);
    const { folders = [], layerBytes = 0, sourceBytes = 0 } = size ?? {};
    const documentPath = job.summary?.documentPath ?? "";
    const isPlaced = findRun(this.state.runs, documentPath) !== undefined;
    const what = [
      ...(layerBytes > 0 ? [`its layers (${describeBytes(layerBytes)})`] : []),
      ...(sourceBytes > 0
        ? [`the exported frames and subjects (${describeBytes(sourceBytes)})`]
        : []),
    ];
    return html`<div class="ask stack" role="group" aria-label="Delete the run">
      <div class="small">
        ${
          isPlaced
            ? "Its layers are in the timeline: remove them from the timeline first, and it can be deleted."
            : html`Deletes
              ${what.length === 0 ? "the run" : what.join(" and ")}. For a day
              it can be brought back.
              ${
                layerBytes > 0
                  ? "Projects that are not open now and show these layers would miss them."
                  : nothing
              }`
        }
      </div>
      <div class="actions">
        ${
          isPlaced
            ? nothing
            : html`<sp-button
                id="do-delete"
                size="s"
                variant="negative"
                ?disabled=${isBusy}
                @click=${() => {
                  void this.#delete();
                }}
                >Delete</sp-button
              >`
        }
        ${
          folders.length === 0 || isPlaced
            ? nothing
            : html`<sp-button
                id="forget"
                size="s"
                variant="secondary"
                title=${
                  workspaceOf(job) === undefined
                    ? "The layers stay where they are"
                    : "The layers stay where they are; the subjects can no longer be corrected"
                }
                ?disabled=${isBusy}
                @click=${() => {
                  void this.#takeOff();
                }}
                >Only take off the list</sp-button
              >`
        }
        <sp-button
          id="keep"
          size="s"
          variant="secondary"
          @click=${() => {
            this.#isAsked = false;
            this.requestUpdate();
            void this.updateComplete.then(() => {
              this.renderRoot.querySelector<HTMLElement>("#delete")?.focus();
            });
          }}
          >Keep it</sp-button
        >
      </div>
    </div>`;
  }

  async #takeOff(): Promise<void> {
    if (await this.panel.runList.forget(this.job))
      this.dispatchEvent(new CustomEvent("off"));
  }

  async #delete(): Promise<void> {
    if (await this.panel.runList.discard(this.job))
      this.dispatchEvent(new CustomEvent("gone"));
  }
}
