import { css, html, nothing, type TemplateResult } from "lit";
import { jobName } from "../../host/run-note.ts";
import { stageTitle } from "../../job-contract/stages.ts";
import { isOver, type ServiceJob } from "../../protocol/service-api.ts";
import { findRun } from "../arrangement.ts";
import { describeBytes, describeClock } from "../estimate.ts";
import { groupRuns, queuedRuns, type RunGroup } from "../listed-runs.ts";
import { describeMoment } from "../moments.ts";
import { triedFrames } from "../trial.ts";
import { type IconName, icon } from "./icons.ts";
import { look, runRows } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** All runs: those of the selected clip first, and what can be done with each. */
export class RunList extends PanelElement {
  static override styles = [
    look,
    runRows,
    css`
      .name {
        display: block;
        color: var(--bright);
      }
      .failed {
        color: var(--warn);
      }
      .placed {
        color: var(--good);
      }
      h3 {
        margin: 0 0 -6px;
        font-size: 11px;
        font-weight: 400;
        color: var(--dim);
      }
      .gone .actions {
        padding: 4px 0 2px;
      }
    `,
  ];
  /** The run of which more is shown. */
  #unfolded: string | undefined;
  /** What gets the focus as soon as it is drawn: the row that it was in is gone. */
  #next: string | undefined;

  protected override render(): TemplateResult {
    const { jobs = [], clips, selection } = this.state;
    const groups = groupRuns(jobs, clips, selection?.clip);
    const gone = jobs.filter(({ discarded }) => discarded !== undefined);
    if (groups.length + gone.length === 0) return html``;
    return html`<div class="stack">
      ${this.#head(jobs)}
      ${groups.map((group) => this.#group(group, groups.length > 1))}
      ${
        gone.length === 0
          ? nothing
          : html`<h3 id="gone">Deleted</h3>
              <ul class="runs gone" aria-labelledby="gone">
                ${[...gone].reverse().map((job) => this.#gone(job))}
              </ul>`
      }
    </div>`;
  }

  protected override updated(): void {
    // What is disabled takes no focus.
    if (this.#next === undefined || this.state.busy !== undefined) return;
    const next = this.renderRoot.querySelector<HTMLElement>(this.#next);
    const beside = this.getRootNode() as ShadowRoot;
    this.#next = undefined;
    (next ?? beside.querySelector<HTMLElement>("#begin"))?.focus();
  }

  #head(jobs: readonly ServiceJob[]): TemplateResult {
    const { paused, busy } = this.state;
    const isAtWork = jobs.some((job) => !isOver(job));
    return html`<div class="row spread">
        <h2 id="runs">Runs</h2>
        ${
          isAtWork || paused
            ? html`<sp-button
                id="pause"
                size="s"
                variant="secondary"
                ?disabled=${busy !== undefined}
                @click=${() => {
                  void this.panel.runList.pause(!paused);
                }}
                >${paused ? "Go on with the queue" : "Pause the queue"}</sp-button
              >`
            : nothing
        }
      </div>
      ${
        paused
          ? html`<p class="small" role="status">
              The queue is paused: a run at work goes on, and none that waits
              begins.
            </p>`
          : nothing
      }`;
  }

  #group({ title, jobs }: RunGroup, isOneOfMany: boolean): TemplateResult {
    const id = title.replace(/\W/g, "-").toLowerCase();
    return html`${isOneOfMany ? html`<h3 id=${id}>${title}</h3>` : nothing}
      <ul class="runs" aria-labelledby=${isOneOfMany ? id : "runs"}>
        ${jobs.map((job) => this.#job(job))}
      </ul>`;
  }

  #job(job: ServiceJob): TemplateResult {
    const { id } = job;
    const placed = findRun(this.state.runs, job.summary?.documentPath ?? "");
    const isUnfolded = this.#unfolded === id;
    return html`<li class="run" data-job=${id}>
      <div class="row">
        <button
          class="open"
          @click=${() => {
            void this.panel.showJob(id);
          }}
        >
          <span class="name cut">${jobName(job)}</span>
          <span class="dim small">
            ${this.#state(job)}${
              placed === undefined
                ? nothing
                : html` · <span class="placed">in the timeline</span>`
            }
          </span>
        </button>
        ${job.state === "waiting" ? this.#places(job) : nothing}
        <button
          class="plain more"
          title="More"
          aria-label=${`More about ${jobName(job)}`}
          aria-expanded=${isUnfolded ? "true" : "false"}
          @click=${() => {
            this.#unfolded = isUnfolded ? undefined : id;
            this.requestUpdate();
          }}
        >
          ${icon("more")}
        </button>
      </div>
      ${
        isUnfolded
          ? html`<lamina-run-more
              .panel=${this.panel}
              .job=${job}
              @gone=${() => {
                this.#next = `[data-job="${id}"] .back`;
                this.requestUpdate();
              }}
              @off=${() => {
                this.#next = ".open";
                this.requestUpdate();
              }}
            ></lamina-run-more>`
          : nothing
      }
    </li>`;
  }

  /** What moves a run in the queue, and takes it out. */
  #places(job: ServiceJob): TemplateResult {
    const waiting = queuedRuns(this.state.jobs ?? []).filter(
      ({ state }) => state === "waiting",
    );
    const at = waiting.findIndex(({ id }) => id === job.id);
    const { runList } = this.panel;
    const tool = (
      picture: IconName,
      title: string,
      isPossible: boolean,
      work: () => Promise<unknown>,
    ): TemplateResult =>
      html`<button
        class="plain"
        title=${title}
        aria-label=${`${title}: ${jobName(job)}`}
        ?disabled=${!isPossible || this.state.busy !== undefined}
        @click=${() => void work()}
      >
        ${icon(picture)}
      </button>`;
    return html`${
      waiting.length > 1
        ? html`${tool("up", "Earlier", at > 0, () => runList.move(job, -1))}
          ${tool("down", "Later", at < waiting.length - 1, () =>
            runList.move(job, 1),
          )}`
        : nothing
    }
    ${tool("remove", "Take out of the queue", true, () =>
      this.panel.cancelJob(job.id),
    )}`;
  }

  #gone(job: ServiceJob): TemplateResult {
    const { bytes, until } = job.discarded!;
    const { runList } = this.panel;
    const isBusy = this.state.busy !== undefined;
    return html`<li class="run" data-job=${job.id}>
      <span class="name cut">${jobName(job)}</span>
      <span class="dim small"
        >${describeBytes(bytes)}, kept until
        ${describeMoment(new Date(until), this.panel.desk.now())}</span
      >
      <div class="actions">
        <sp-button
          class="back"
          size="s"
          variant="secondary"
          aria-label=${`Bring back: ${jobName(job)}`}
          ?disabled=${isBusy}
          @click=${() => {
            this.#next = `[data-job="${job.id}"] .open`;
            this.#unfolded = undefined;
            void runList.restore(job);
          }}
          >Bring back</sp-button
        >
        <sp-button
          class="purge"
          size="s"
          variant="secondary"
          aria-label=${`Remove for good: ${jobName(job)}`}
          ?disabled=${isBusy}
          @click=${() => {
            this.#next = ".open";
            void runList.purge(job);
          }}
          >Remove for good</sp-button
        >
      </div>
    </li>`;
  }

  /** A job's state in a few words. */
  #state(job: ServiceJob): string | TemplateResult {
    const now = this.panel.desk.now();
    const when = describeMoment(new Date(job.endedAt ?? job.createdAt), now);
    switch (job.state) {
      case "waiting":
        if (this.state.paused) return "waits: the queue is paused";
        return job.jobsAhead === undefined || job.jobsAhead === 0
          ? "begins at once"
          : `waits for ${job.jobsAhead} other${job.jobsAhead === 1 ? "" : "s"}`;
      case "running": {
        const { progress } = job;
        if (progress === undefined) return "begins";
        const left = progress.secondsLeft;
        const stage = stageTitle(progress.stage);
        return left === undefined
          ? stage
          : `${stage} · ${describeClock(left)} left`;
      }
      case "done":
        return `${
          triedFrames(job) === undefined ? "" : "trial · "
        }${job.request.subjects.length + 1} layers · ${when}`;
      case "failed":
        return html`<span class="failed"
          >${job.error?.message ?? "failed"}</span
        >`;
      case "cancelled":
        return `cancelled · ${when}`;
    }
  }
}
