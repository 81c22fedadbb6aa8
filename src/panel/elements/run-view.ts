import { css, html, nothing, type TemplateResult } from "lit";
import type { RetryChanges, ServiceJob } from "../../protocol/service-api.ts";
import { describeClock } from "../estimate.ts";
import { describeWireError } from "../problem.ts";
import { folderOf, helpFor, movedOutput } from "../run-help.ts";
import { jobName } from "../../host/run-note.ts";
import { stageNames, stageTitles } from "../../job-contract/stages.ts";
import { icon } from "./icons.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";
import { correctSubjects } from "./correct-subjects.ts";
import { progressBar, progressBarLook } from "./progress-bar.ts";

/** A job at work: its stages, how long it still takes, and where it computes. */
export class RunView extends PanelElement {
  static override styles = [
    look,
    progressBarLook,
    css`
      .clock {
        font-size: 28px;
        font-weight: 300;
        line-height: 1.1;
        color: var(--bright);
      }
      .stages {
        position: relative;
      }
      .stage {
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr) auto;
        gap: 2px 6px;
        align-items: center;
        min-height: 26px;
        color: var(--faint-text);
      }
      .stage.now {
        color: var(--bright);
      }
      .stage.done {
        color: var(--dim);
      }
      .stage.done svg {
        color: var(--good);
      }
      .dot {
        width: 7px;
        height: 7px;
        margin-left: 4px;
        border-radius: 50%;
        border: 1.5px solid currentColor;
      }
      .now .dot {
        border-color: var(--accent);
        background: var(--accent);
      }
      .bar {
        grid-column: 2 / 4;
      }
      .notice {
        padding: 8px 10px;
        border-radius: 6px;
        background: var(--sunk);
      }
      .failed {
        padding: 10px 12px;
        border: 1px solid var(--warn-line);
        border-radius: 6px;
        background: var(--raised);
      }
      sp-textfield {
        width: 100%;
      }
      .failed,
      .notice {
        overflow-wrap: anywhere;
      }
      .failed .row {
        align-items: flex-start;
        color: var(--warn);
      }
    `,
  ];

  protected override render(): TemplateResult {
    const { view, draft } = this.state;
    if (view.kind === "export") {
      const standsStill = this.state.host?.exportBlocksWindow === true;
      const frames = standsStill
        ? "Premiere Pro writes the clip's frames and stands still meanwhile."
        : "Premiere Pro writes the clip's frames.";
      return html`<div class="stack">
        <div>
          <div class="bright cut">${draft?.clip.name}</div>
          <div class="dim small">
            ${
              view.writes === "frames"
                ? frames
                : "The subjects' masks are being written."
            }
          </div>
        </div>
        ${this.#stages(undefined, true)}
        <div class="actions">
          <sp-button
            id="cancel"
            variant="secondary"
            @click=${() => {
              this.panel.preparation.cancelRun();
            }}
            >Cancel</sp-button
          >
        </div>
      </div>`;
    }
    const job = view.kind === "job" ? this.panel.job(view.jobId) : undefined;
    if (job === undefined) {
      return html`<p class="dim">This run is no longer remembered.</p>`;
    }
    return html`<div class="stack">
      ${this.#head(job)}
      ${job.state === "failed" ? this.#failure(job) : nothing}
      ${this.#stages(job, false)} ${this.#preview(job)} ${this.#facts(job)}
      ${this.#actions(job)}
    </div>`;
  }

  #head(job: ServiceJob): TemplateResult {
    const left = job.progress?.secondsLeft;
    const head =
      job.state === "running"
        ? left === undefined
          ? html`<div class="clock" aria-hidden="true">–:––</div>
              <div class="dim small">working out how long it takes</div>`
          : html`<div class="clock numbers">${describeClock(left)}</div>
              <div class="dim small">left</div>`
        : job.state === "waiting"
          ? html`<div class="dim">
              Waits for ${job.jobsAhead ?? 0}
              run${job.jobsAhead === 1 ? "" : "s"} before it.
            </div>`
          : nothing;
    return html`<div>
      <div class="bright cut" title=${job.request.outputPath}>
        ${jobName(job)}
      </div>
      <div class="row" style="align-items:baseline">${head}</div>
    </div>`;
  }

  #stages(job: ServiceJob | undefined, exporting: boolean): TemplateResult {
    const progress = job?.progress;
    const reached = progress?.stage ?? job?.stoppedIn;
    const now = stageNames.findIndex((stage) => stage === reached);
    const row = (
      label: string,
      state: "done" | "now" | "later",
      share: number | undefined,
      aside: string,
    ): TemplateResult =>
      html`<li
        class=${`stage ${state}`}
        aria-current=${state === "now" ? "step" : nothing}
      >
        ${state === "done" ? icon("done") : html`<span class="dot"></span>`}
        <span class="cut">${label}</span>
        <span class="small numbers">${aside}</span>
        ${progressBar(label, share)}
      </li>`;
    return html`<ol class="stages" aria-label="Stages">
      ${row("Export the clip", exporting ? "now" : "done", undefined, "")}
      ${stageNames.map((id, i) => {
        const label = stageTitles[id];
        if (exporting || i > now) return row(label, "later", undefined, "");
        if (i < now) {
          // What a run has finished before it stopped is there for the next one.
          const kept =
            progress === undefined || job?.resumedStages.includes(id) === true;
          return row(label, "done", undefined, kept ? "kept" : "");
        }
        if (progress === undefined)
          return row(label, "later", undefined, "stopped here");
        const { done, total } = progress;
        const aside = total > 1 ? `${Math.floor(done)} of ${total}` : "";
        return row(label, "now", total > 0 ? done / total : 0, aside);
      })}
    </ol>`;
  }

  #preview(job: ServiceJob): TemplateResult | typeof nothing {
    if (job.preview === undefined) return nothing;
    return html`<lamina-layer-preview
      .panel=${this.panel}
      .job=${job}
    ></lamina-layer-preview>`;
  }

  #facts(job: ServiceJob): TemplateResult {
    const { backend, notices } = job;
    return html`${
      backend === undefined
        ? nothing
        : html`<p class="dim small">
            Trains on <span class="bright">${backend.chosen}</span>:
            ${backend.reason}.
          </p>`
    }
    ${notices.map((text) => html`<p class="notice small">${text}</p>`)}
    ${
      job.state === "running"
        ? html`<p class="dim small">
            You can close the panel: the run goes on, and the panel finds it
            again.
          </p>`
        : nothing
    }`;
  }

  #failure(job: ServiceJob): TemplateResult | typeof nothing {
    const { error } = job;
    if (error === undefined) return nothing;
    const { sentence, action } = describeWireError(error);
    const { anotherFolder, withoutProres, withoutExr, kept } = helpFor(job);
    const helps = anotherFolder || withoutProres || withoutExr;
    return html`<div class="failed stack tight" role="alert">
      <div class="row">${icon("warning")}<span>${sentence}</span></div>
      ${kept === undefined ? nothing : html`<div>${kept}</div>`}
      ${helps ? nothing : html`<div class="dim">${action}</div>`}
      ${withoutProres ? this.#without(job, "ProRes", { prores: false }) : nothing}
      ${withoutExr ? this.#without(job, "OpenEXR", { exr: false }) : nothing}
      ${anotherFolder ? this.#anotherFolder(job) : nothing}
    </div>`;
  }

  #without(
    { id }: ServiceJob,
    what: "ProRes" | "OpenEXR",
    changes: RetryChanges,
  ): TemplateResult {
    return html`<sp-button
      id=${`without-${what.toLowerCase()}`}
      variant="accent"
      ?disabled=${this.state.busy !== undefined}
      @click=${() => {
        void this.panel.retryJob(id, changes);
      }}
      >Go on without ${what}</sp-button
    >`;
  }

  /** A folder to go on in: where the layers were to lie, until another one is named. */
  #anotherFolder({ id, request }: ServiceJob): TemplateResult {
    const folder = (): string =>
      this.renderRoot.querySelector<HTMLInputElement>("#folder")?.value ?? "";
    return html`<label class="dim small" for="folder">Keep the layers in</label>
      <sp-textfield
        id="folder"
        value=${folderOf(request.outputPath)}
        label="Keep the layers in"
      ></sp-textfield>
      <sp-button
        id="another-folder"
        variant="accent"
        ?disabled=${this.state.busy !== undefined}
        @click=${() => {
          if (folder().trim() === "") return;
          const outputPath = movedOutput(request.outputPath, folder());
          void this.panel.retryJob(id, { outputPath });
        }}
        >Go on in this folder</sp-button
      >`;
  }

  #actions(job: ServiceJob): TemplateResult {
    const busy = this.state.busy !== undefined;
    const over = job.state === "failed" || job.state === "cancelled";
    return html`<div class="actions">
      ${
        over
          ? html`<sp-button
                id="retry"
                variant="accent"
                ?disabled=${busy}
                @click=${() => {
                  void this.panel.retryJob(job.id);
                }}
                >Try again</sp-button
              >
              ${correctSubjects(this.panel, job, busy)}
              <sp-button
                id="forget"
                variant="secondary"
                ?disabled=${busy}
                @click=${() => {
                  void this.panel.runList.forget(job);
                }}
                >Give up</sp-button
              >`
          : html`<sp-button
              id="cancel"
              variant="secondary"
              ?disabled=${busy}
              @click=${() => {
                void this.panel.cancelJob(job.id);
              }}
              >Cancel</sp-button
            >`
      }
    </div>`;
  }
}
