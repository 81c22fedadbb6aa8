import { css, html, nothing, type TemplateResult } from "lit";
import type { PlacedRun } from "../../host/host.ts";
import type { ServiceJob } from "../../protocol/service-api.ts";
import { findRun, followsList } from "../arrangement.ts";
import type { Arranged } from "../panel-state.ts";
import { jobName } from "../../host/run-note.ts";
import { describeLaidAnew } from "../laid-anew.ts";
import type { Uses } from "../uses.ts";
import { correctSubjects } from "./correct-subjects.ts";
import type { FrameRange } from "../../units/frame-range.ts";
import { describeTried, triedFrames } from "../trial.ts";
import { look } from "./look.ts";
import { PanelElement } from "./panel-element.ts";

/** A finished job: its layers in a viewer and in a list, and the way into the timeline. */
export class LayersView extends PanelElement {
  static override styles = [
    look,
    css`
      .parts {
        display: grid;
        gap: 12px;
        grid-template-columns: minmax(0, 1fr);
      }
      :host([wide]) .parts {
        grid-template-columns: minmax(0, 3fr) minmax(260px, 2fr);
        align-items: start;
      }
      .placed {
        color: var(--good);
      }
      .differs {
        color: var(--warn);
      }
      sp-button {
        flex: 1 1 auto;
      }
    `,
  ];

  // Chromium 88 knows no container queries.
  readonly #size = new ResizeObserver(([entry]) => {
    this.toggleAttribute("wide", (entry?.contentRect.width ?? 0) >= 640);
  });

  override connectedCallback(): void {
    super.connectedCallback();
    this.#size.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  protected override render(): TemplateResult {
    const { arranged, runs } = this.state;
    const job = arranged && this.panel.job(arranged.jobId);
    if (arranged === undefined || job === undefined) {
      return html`<p class="dim">These layers are no longer listed.</p>`;
    }
    const run = findRun(runs, arranged.documentPath);
    return html`<div class="stack">
      <div>
        <div class="bright cut" title=${job.request.outputPath}>
          ${jobName(job)}
        </div>
        <div class="dim small">
          ${
            triedFrames(job) === undefined
              ? describePlace(run, arranged, this.state.uses)
              : "Not for the timeline."
          }
        </div>
        ${run === undefined ? nothing : describeComparison(arranged)}
      </div>
      <lamina-quality-report .panel=${this.panel}></lamina-quality-report>
      <div class="parts">
        <div class="stack">
          <lamina-layer-viewer .panel=${this.panel}></lamina-layer-viewer>
          <lamina-correction-tools
            .panel=${this.panel}
          ></lamina-correction-tools>
        </div>
        <div class="stack">
          <lamina-layer-list .panel=${this.panel}></lamina-layer-list>
          <lamina-use-tools .panel=${this.panel}></lamina-use-tools>
          ${this.#actions(job, arranged, run)}
        </div>
      </div>
    </div>`;
  }

  #laidAnew(
    { layers }: Arranged,
    run: PlacedRun,
  ): TemplateResult | typeof nothing {
    const { host } = this.state;
    const said = describeLaidAnew(run, layers, host?.technology);
    return said === undefined
      ? nothing
      : html`<p class="dim small" id="laid-anew">${said}</p>`;
  }

  /** What comes after a trial. */
  #trial(job: ServiceJob, tried: FrameRange, busy: boolean): TemplateResult {
    return html`<p class="dim small">
        A trial on ${describeTried(tried)} of the clip. The whole clip takes the
        exported frames, the masks and the settings over; the rest begins anew,
        since all its frames tell more of the background than these.
      </p>
      <div class="actions">
        <sp-button
          id="whole"
          variant="accent"
          ?disabled=${busy}
          @click=${() => {
            void this.panel.preparation.doWhole(job);
          }}
          >Do the whole clip</sp-button
        >
        ${correctSubjects(this.panel, job, busy)}
      </div>`;
  }

  #actions(
    job: ServiceJob,
    arranged: Arranged,
    run: PlacedRun | undefined,
  ): TemplateResult {
    const { arrangement } = this.panel;
    // What goes onto tracks is what the service has kept.
    const isUnsaved = this.state.uses?.isUnsaved === true;
    const busy = this.state.busy !== undefined || isUnsaved;
    const tried = triedFrames(job);
    if (tried !== undefined) return this.#trial(job, tried, busy);
    if (run === undefined) {
      return html`<div class="actions">
        <sp-button
          id="add"
          variant="accent"
          ?disabled=${busy}
          @click=${() => {
            void arrangement.addToTimeline(job);
          }}
          >Add to timeline</sp-button
        >
        ${correctSubjects(this.panel, job, busy)}
      </div>`;
    }
    return html`<div class="actions">
        <sp-button
          id="update"
          variant="accent"
          ?disabled=${busy || followsList(run, arranged, this.state.uses)}
          @click=${() => {
            void arrangement.updateTracks(run);
          }}
          >${run.arrangement === "nested" ? "Update sequence" : "Update tracks"}</sp-button
        >
        <sp-button
          id="take-out"
          variant="secondary"
          ?disabled=${busy}
          @click=${() => {
            void arrangement.removeFromTimeline(run);
          }}
          >Remove from timeline</sp-button
        >
        ${correctSubjects(this.panel, job, busy)}
      </div>
      ${this.#laidAnew(arranged, run)}`;
  }
}

/** Whether the timeline shows what the clip showed. */
function describeComparison({
  comparison,
}: Arranged): TemplateResult | typeof nothing {
  if (comparison === undefined) return nothing;
  if ("problem" in comparison) {
    return html`<div class="dim small" id="comparison">
      The timeline could not be compared with the clip:
      ${comparison.problem.sentence}
    </div>`;
  }
  const { largest } = comparison;
  return html`<div
    class="small ${largest > 2 ? "differs" : "dim"}"
    id="comparison"
  >
    ${
      largest === 0
        ? "The timeline shows exactly what the clip showed."
        : `The timeline differs from the clip by up to ${largest} of 255.${
            largest > 2
              ? " Premiere converts the layers' colours: set their colour space to that of the sequence (Modify > Color)."
              : ""
          }`
    }
  </div>`;
}

/** Where the layers are. */
function describePlace(
  run: PlacedRun | undefined,
  arranged: Arranged,
  uses: Uses | undefined,
): TemplateResult | string {
  if (run === undefined) return "Not in the timeline yet.";
  const { place, arrangement } = run;
  if (place === undefined) {
    return arrangement === "nested"
      ? "Its nested sequence is no longer as it was placed."
      : "Its layers are no longer one stack of tracks.";
  }
  const tracks = place.trackIndices;
  const [first, last] = [Math.min(...tracks) + 1, Math.max(...tracks) + 1];
  const where =
    arrangement === "nested"
      ? `V${first}, as a nested sequence`
      : `V${first}–V${last}`;
  return html`<span class="placed">In ${place.sequenceName}, ${where}</span
    >${followsList(run, arranged, uses) ? nothing : " · the list has changed since"}`;
}
