import { LaminaError } from "../errors/failure.ts";
import { errorAnswer } from "../local-http/wire-answer.ts";
import type { JobSummary } from "../pipeline/request.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import { takenUpRequest } from "./taken-up-request.ts";

/** A job during which the service ended this often is not begun again by itself. */
const MOST_CRASHES = 3;

/** What a job keeps however often it is begun: who it is, and what people have said of it. */
type LastingFacts = Pick<
  ServiceJob,
  "id" | "createdAt" | "request" | "label" | "note"
>;

/** A job of which nothing is known yet but what it is. */
export const freshJob = ({
  id,
  createdAt,
  request,
  label,
  note,
}: LastingFacts): ServiceJob => ({
  id,
  state: "waiting",
  createdAt,
  request,
  ...(label !== undefined && { label }),
  ...(note !== undefined && { note }),
  resumedStages: [],
  notices: [],
});

/** A job that was running when the service ended unexpectedly: it waits again, unless it seems to be the reason. */
export async function afterCrash(job: ServiceJob): Promise<ServiceJob> {
  const crashes = 1 + (job.crashes ?? 0);
  if (crashes >= MOST_CRASHES) {
    const failure = new LaminaError({ code: "job-crashes", times: crashes });
    return over(job, {
      state: "failed",
      error: errorAnswer(failure).body.error,
    });
  }
  const request = await takenUpRequest(job);
  return { ...freshJob({ ...job, request }), crashes };
}

/** A job that has come to its end. */
export const over = (
  job: ServiceJob,
  end: Pick<ServiceJob, "state" | "summary" | "error">,
): ServiceJob => ({
  ...withoutProgress(job),
  ...(end.state !== "done" &&
    job.progress !== undefined && { stoppedIn: job.progress.stage }),
  ...end,
  endedAt: new Date().toISOString(),
});

/** What remains of a job when it does not run. */
export function withoutProgress(job: ServiceJob): ServiceJob {
  const rest = { ...job };
  delete rest.progress;
  delete rest.preview;
  return rest;
}

/** The summary as it goes over the wire. */
export const plainSummary = (
  summary: JobSummary,
): NonNullable<ServiceJob["summary"]> => ({
  ...summary,
  stages: summary.stages.map((stage) => ({ ...stage })),
});
