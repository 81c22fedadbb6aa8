import { workspaceOf } from "../host/run-note.ts";
import { isOver, type ServiceJob } from "../protocol/service-api.ts";
import type { PanelState, View } from "./panel-state.ts";

/** The way from a clip to its layers. */
export const steps = ["Clip", "Subjects", "Run", "Layers"] as const;

/** One of them. */
export type Step = (typeof steps)[number];

/** At which step a view is; settings and checks are beside the way. */
export function stepOf({ kind }: View): Step | undefined {
  switch (kind) {
    case "clip":
      return "Clip";
    case "subjects":
    case "paint":
      return "Subjects";
    case "export":
    case "job":
      return "Run";
    case "layers":
      return "Layers";
    case "settings":
    case "check":
      return undefined;
  }
}

/** The run that is looked at, or whose subjects are being corrected. */
export function runAt({
  view,
  draft,
  jobs,
}: PanelState): ServiceJob | undefined {
  const id =
    view.kind === "job" || view.kind === "layers" ? view.jobId : draft?.of;
  return jobs?.find((job) => job.id === id);
}

/** Whether one can go to a step from where one is. */
export function isReachable(step: Step, state: PanelState): boolean {
  const at = stepOf(state.view);
  // From the clip one opens a run or begins one; what is being exported is given up by its own button.
  const staysHere = at === "Clip" || state.view.kind === "export";
  if (at === undefined || at === step || staysHere) return false;
  const run = runAt(state);
  switch (step) {
    case "Clip":
      return true;
    case "Subjects":
      // Those of a run are opened to be corrected; runs of the command have none that could be.
      return (
        state.draft !== undefined ||
        (run !== undefined && isOver(run) && workspaceOf(run) !== undefined)
      );
    case "Run":
      return at === "Subjects" && run !== undefined && run.state !== "done";
    case "Layers":
      return run?.state === "done";
  }
}
