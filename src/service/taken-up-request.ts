import { stat } from "node:fs/promises";
import path from "node:path";
import { documentFileName } from "../document/layers-document.ts";
import type { ServiceJob, JobRequest } from "../protocol/service-api.ts";

/**
 * What to do for a job that was at work when its process died. It may have died after it put the result in its place and
 * before that was filed: a result that came after the job began is its own, and is replaced.
 */
export async function takenUpRequest({
  request,
  startedAt,
}: ServiceJob): Promise<JobRequest> {
  if (startedAt === undefined) return request;
  const document = path.join(request.outputPath, documentFileName);
  const writtenMs = await stat(document).then(
    ({ mtimeMs }) => mtimeMs,
    // Whatever keeps us from looking, the job will meet it and say so.
    () => undefined,
  );
  const isOwn = writtenMs !== undefined && writtenMs >= Date.parse(startedAt);
  return isOwn ? { ...request, overwrite: true } : request;
}
