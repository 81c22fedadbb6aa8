import { css, html, nothing, type TemplateResult } from "lit";
import type { ProposedSubject } from "../../protocol/subject-api.ts";
import { type Draft, seekers } from "../draft.ts";
import { bySureness } from "../sureness.ts";
import { subjectColour } from "../subject-colours.ts";
import { icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";
import { progressBar, progressBarLook } from "./progress-bar.ts";

/** What moves in the clip: how far the search has come, and what it has found. */
export class FoundSubjects extends PanelElement {
  static override styles = [
    look,
    progressBarLook,
    css`
      .box {
        padding: 8px 10px;
      }
      .found {
        display: grid;
        grid-template-columns: 56px minmax(0, 1fr) auto;
        gap: 4px 8px;
        align-items: center;
        padding: 6px 4px 6px 6px;
      }
      .found + .found {
        border-top: 1px solid var(--line);
      }
      #seek {
        flex: none;
      }
      .unsure {
        margin: 4px 0;
        padding: 2px 0;
        border: 0;
        background: none;
        font-family: inherit;
        text-decoration: underline;
        cursor: pointer;
      }
    `,
  ];

  /** The model that is to look; empty for what moves. */
  #model = "";
  /** Whether those are shown that are hardly sure. */
  #showsUnsure = false;

  protected override render(): TemplateResult {
    const { draft } = this.state;
    if (draft === undefined) return html``;
    return html`${this.#search(draft)}
    ${draft.proposals.length === 0 ? nothing : this.#list(draft)}`;
  }

  #list(draft: Draft): TemplateResult {
    const { sure, unsure } = bySureness(draft.proposals);
    const row = (proposed: ProposedSubject): TemplateResult =>
      this.#found(draft, proposed, draft.proposals.indexOf(proposed));
    const isOpen = this.#showsUnsure;
    return html`<ul class="card" aria-label="Found in the clip">
        ${sure.map(row)}
      </ul>
      ${
        unsure.length === 0
          ? nothing
          : html`<button
                class="unsure dim small"
                id="unsure"
                aria-expanded=${isOpen ? "true" : "false"}
                @click=${() => {
                  this.#showsUnsure = !isOpen;
                  this.requestUpdate();
                }}
              >
                ${isOpen ? "Hide" : "Show"} ${unsure.length} that
                ${unsure.length === 1 ? "is" : "are"} hardly sure
              </button>
              ${
                isOpen
                  ? html`<ul class="card" aria-label="Hardly sure">
                      ${unsure.map(row)}
                    </ul>`
                  : nothing
              }`
      }`;
  }

  #search(draft: Draft): TemplateResult | typeof nothing {
    const { search, proposals, tracks } = draft;
    const models = seekers(draft);
    const { tracking } = this.panel.preparation;
    switch (search.kind) {
      case "idle":
        return this.#offer("Nothing has been looked for yet.", models);
      case "exporting":
        return this.#progress(
          this.state.host?.exportBlocksWindow === true
            ? "Exporting the clip; Premiere Pro stands still meanwhile…"
            : "Exporting the clip…",
          undefined,
        );
      case "analysing":
        return this.#progress("Comparing the frames…", search.share);
      case "looking":
        return this.#progress(
          search.model === null
            ? "Looking for what moves…"
            : `Asking ${search.model}…`,
          search.share,
          tracks.size === 0,
        );
      case "ready":
        if (proposals.length > 0) {
          return html`<div class="row spread" style="margin-bottom:4px">
              <span class="dim small">Found in the clip</span>
              ${
                bySureness(proposals).sure.length > 1
                  ? html`<sp-button
                      id="use-all"
                      size="s"
                      variant="secondary"
                      treatment="outline"
                      @click=${() => {
                        void tracking?.useAll();
                      }}
                      >Use all</sp-button
                    >`
                  : nothing
              }
            </div>
            ${this.#again(models)}`;
        }
        if (!search.looked) return this.#offer("", models);
        return tracks.size > 0
          ? this.#again(models)
          : html`<p class="dim small" role="status">
                Nothing was found that stands out clearly. Paint the subject, or
                bring a mask.
              </p>
              ${this.#again(models)}`;
    }
  }

  /** Who has models of their own may ask another one. */
  #again(models: Draft["models"]): TemplateResult | typeof nothing {
    return models.length === 0 ? nothing : this.#offer("", models);
  }

  #offer(text: string, models: Draft["models"]): TemplateResult {
    return html`<div class="row spread">
      ${
        models.length === 0
          ? html`<span class="dim small">${text}</span>`
          : html`<select
              class="grow"
              aria-label="Who looks for subjects"
              @change=${(event: Event) => {
                this.#model = (event.target as HTMLSelectElement).value;
              }}
            >
              <option value="">What moves</option>
              ${models.map(
                ({ name }) =>
                  html`<option value=${name} ?selected=${name === this.#model}>
                    What ${name} sees
                  </option>`,
              )}
            </select>`
      }
      <sp-button
        id="seek"
        size="s"
        variant="secondary"
        treatment="outline"
        @click=${() => {
          const model = this.#model === "" ? null : this.#model;
          void this.panel.preparation.tracking?.seek(model);
        }}
        >${models.length === 0 ? "Look for what moves" : "Look"}</sp-button
      >
    </div>`;
  }

  #progress(
    text: string,
    share: number | undefined,
    mayStop = true,
  ): TemplateResult {
    return html`<div class="card box stack tight">
      <div class="row">
        <span class="grow small" role="status">${text}</span>
        ${
          mayStop
            ? html`<button
                class="plain"
                id="stop-search"
                title="Stop looking"
                aria-label="Stop looking"
                @click=${() => {
                  this.panel.preparation.tracking?.stop();
                }}
              >
                ${icon("remove")}
              </button>`
            : nothing
        }
      </div>
      ${progressBar(text, share)}
    </div>`;
  }

  #found(
    { opened, workspace, proposals }: Draft,
    proposed: ProposedSubject,
    index: number,
  ): TemplateResult {
    const { tracking } = this.panel.preparation;
    const { confidence, startInclusive, endExclusive, best } = proposed;
    const name = `subject ${index + 1}`;
    const partner = proposals.findIndex(
      (other) =>
        other !== proposed &&
        other.group !== undefined &&
        other.group === proposed.group,
    );
    const mask = {
      workspaceId: workspace?.id ?? "",
      size: opened!,
      colour: subjectColour(index + 1),
      ...best,
    };
    return html`<li class="found">
      <lamina-mask-picture
        .panel=${this.panel}
        .mask=${mask}
      ></lamina-mask-picture>
      <div>
        <div class="bright">${Math.round(100 * confidence)} % sure</div>
        <div class="dim small numbers cut">
          frames ${startInclusive + 1} to ${endExclusive}
        </div>
        ${
          partner < 0
            ? nothing
            : html`<div class="dim small cut">
                looks like part of subject ${partner + 1}
              </div>`
        }
      </div>
      <div class="row">
        <sp-button
          size="s"
          variant="secondary"
          label=${`Use: ${name}`}
          @click=${() => {
            void tracking?.use(proposed);
          }}
          >Use</sp-button
        >
        <button
          class="plain"
          title="Dismiss"
          aria-label=${`Dismiss: ${name}`}
          @click=${() => {
            tracking?.dismiss(proposed);
          }}
        >
          ${icon("remove")}
        </button>
      </div>
    </li>`;
  }
}
