import { html, nothing, type TemplateResult } from "lit";
import { workspaceOf } from "../../host/run-note.ts";
import type { ServiceJob } from "../../protocol/service-api.ts";
import type { Panel } from "../panel.ts";

/** The button that opens a run's subjects as they were; there is none for runs of the command, which have masks of their own. */
export const correctSubjects = (
  panel: Panel,
  job: ServiceJob,
  busy: boolean,
): TemplateResult | typeof nothing =>
  workspaceOf(job) === undefined
    ? nothing
    : html`<sp-button
        id="correct-subjects"
        variant="secondary"
        ?disabled=${busy}
        @click=${() => {
          void panel.preparation.correct(job);
        }}
        >Correct subjects</sp-button
      >`;
