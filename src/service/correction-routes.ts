import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import type { Correctors } from "./correctors.ts";
import type { JobQueue } from "./job-queue.ts";
import { answerWith, parameter, readJson } from "./wire-route.ts";

/** Whether a path takes strokes, which may be larger than other calls. */
export const isCorrectionPath = (path: string): boolean =>
  /^\/api\/v1\/jobs\/[^/]+\/corrections$/.test(path);

/** Adds the routes that tell and change how a finished job's layers are corrected. */
export function addCorrectionRoutes(
  app: LocalHttpApp,
  queue: JobQueue,
  correctors: Correctors,
): void {
  const path = `${apiRoot}/jobs/:id/corrections`;
  app.get(path, async (context) => {
    const { strokes } = await correctors.read(
      queue.get(parameter(context, "id")),
    );
    return answerWith(context, { strokes });
  });
  app.post(path, async (context) => {
    const request = await readJson(context, requestSchemas.corrections);
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await correctors.apply(job, request));
  });
}
