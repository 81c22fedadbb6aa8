import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { drawText, hasFont } from "../media/draw-text.ts";
import { encodePng } from "../media/write-png.ts";
import { LaminaError } from "../errors/failure.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import type { EditedResults } from "./edited-results.ts";
import type { JobQueue } from "./job-queue.ts";
import {
  answerWith,
  answerWithPng,
  parameter,
  readJson,
} from "./wire-route.ts";

/** Adds the routes that keep the edits of a finished job's layers, render what they make of them, and draw words for the preview. */
export function addEditRoutes(
  app: LocalHttpApp,
  queue: JobQueue,
  edited: EditedResults,
): void {
  const root = `${apiRoot}/jobs/:id`;
  app.get(`${root}/edits`, async (context) => {
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await edited.read(job));
  });
  app.post(`${root}/edits`, async (context) => {
    const { edits, stack } = await readJson(context, requestSchemas.edits);
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await edited.keep(job, edits, stack));
  });
  app.post(`${root}/edited`, async (context) => {
    const { rendersStrength } = await readJson(context, requestSchemas.edited);
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await edited.render(job, rendersStrength));
  });
  app.get(`${root}/edited`, async (context) => {
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await edited.folders(job));
  });
  app.post(`${root}/edited/discard`, async (context) => {
    const request = await readJson(context, requestSchemas.discard);
    const job = queue.get(parameter(context, "id"));
    return answerWith(context, await edited.discard(job, request.edited));
  });
  app.post(`${apiRoot}/lettering`, async (context) => {
    const request = await readJson(context, requestSchemas.lettering);
    if (!(await hasFont(request.font)))
      throw new LaminaError({
        code: "request-conflict",
        problem: `This machine has no font ${JSON.stringify(request.font)}.`,
      });
    const { data, width, height } = await drawText(request);
    return answerWithPng(
      context,
      await encodePng(Uint8Array.from(data), width, height, 4),
    );
  });
}
