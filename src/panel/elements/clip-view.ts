import { css, html, nothing, type TemplateResult } from "lit";
import type { PlacedRun } from "../../host/host.ts";
import type { ServiceJob } from "../../protocol/service-api.ts";
import { findRun } from "../arrangement.ts";
import type { DraftAside } from "../drafts-aside.ts";
import { icon } from "./icons.ts";
import { look, runRows } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** Where everything begins: the selected clip, and the runs there are. */
export class ClipView extends PanelElement {
  static override styles = [
    look,
    runRows,
    css`
      .name {
        color: var(--bright);
      }
      sp-button {
        width: 100%;
      }
      .new {
        padding: 8px 10px;
        border: 1px solid var(--line);
        border-radius: 6px;
        gap: 6px 10px;
        flex-wrap: wrap;
      }
      /* As wide as leaves it three lines; beneath it, the button stands at narrow panels' right. */
      .new .grow {
        flex-basis: 180px;
      }
      .new sp-button {
        width: auto;
        flex: none;
        margin-left: auto;
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { selection, busy, jobs = [], runs, host, check, aside } = this.state;
    const possible =
      selection?.clip !== undefined && selection.obstacles.length === 0;
    const orphans = runs.filter(
      (run) => !jobs.some((job) => isRunOf(run, job)),
    );
    return html`<div class="stack">
      ${
        host !== undefined && check === undefined
          ? html`<div class="row new" id="unchecked">
              <span class="grow dim small">
                ${host.name} is new to Lamina. A check of a few seconds finds
                out what it does.
              </span>
              <sp-button
                size="s"
                variant="secondary"
                @click=${() => {
                  this.panel.showCheck();
                }}
                >Check this Premiere…</sp-button
              >
            </div>`
          : nothing
      }
      <lamina-clip-card .panel=${this.panel}></lamina-clip-card>
      <sp-button
        id="begin"
        variant="accent"
        ?disabled=${!possible || busy !== undefined}
        @click=${() => {
          this.panel.preparation.begin();
        }}
        >Decompose into layers…</sp-button
      >
      ${
        jobs.length + orphans.length + aside.length === 0
          ? html`<p class="dim small">
              Each subject gets a track of its own, with its shadow, reflection
              and smoke, and the clean background beneath. The clip itself
              stays, disabled.
            </p>`
          : html`<lamina-run-list .panel=${this.panel}></lamina-run-list> ${
                aside.length + orphans.length === 0
                  ? nothing
                  : html`<ul class="runs" aria-label="Subjects and layers">
                      ${aside.map((draft) => this.#aside(draft))}
                      ${orphans.map((run) => this.#orphan(run))}
                    </ul>`
              }`
      }
    </div>`;
  }

  /** Subjects that somebody has begun with and gone away from. */
  #aside(draft: DraftAside): TemplateResult {
    const { name } = draft.clip;
    const { preparation } = this.panel;
    return html`<li class="run row" data-draft=${draft.workspace.id}>
      <button
        class="open"
        @click=${() => {
          void preparation.goOn(draft);
        }}
      >
        <span class="name cut" style="display:block">${name}</span>
        <span class="dim small">subjects in preparation</span>
      </button>
      <button
        class="plain"
        title="Throw the subjects away"
        aria-label=${`Throw the subjects of ${name} away`}
        @click=${() => {
          void preparation.throwAway(draft);
        }}
      >
        ${icon("remove")}
      </button>
    </li>`;
  }

  /** Layers in the project whose job is no longer remembered. */
  #orphan(run: PlacedRun): TemplateResult {
    return html`<li class="run row">
      <div class="grow">
        <div class="name cut">${run.name}</div>
        <div class="dim small">in the timeline, from an earlier time</div>
      </div>
      <button
        class="plain"
        title="Remove from timeline"
        aria-label=${`Remove ${run.name} from the timeline`}
        @click=${() => {
          void this.panel.arrangement.removeFromTimeline(run);
        }}
      >
        ${icon("remove")}
      </button>
    </li>`;
  }
}

const isRunOf = (run: PlacedRun, job: ServiceJob): boolean =>
  findRun([run], job.summary?.documentPath ?? "") !== undefined;
