import { LaminaError } from "../errors/failure.ts";
import { answerWithFile } from "../local-http/file-answer.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import type { JobQueue } from "./job-queue.ts";
import type { SourceFrames } from "./source-frames.ts";
import { PartPictures } from "./part-pictures.ts";
import {
  answerWith,
  answerWithPng,
  fileInAddress,
  numberIn,
  parameter,
  readJson,
} from "./wire-route.ts";

/** Adds the routes that queue, tell of and end jobs, and show their results and sources. */
export function addJobRoutes(
  app: LocalHttpApp,
  queue: JobQueue,
  sources: SourceFrames,
): void {
  const root = `${apiRoot}/jobs`;
  app.get(root, (context) => answerWith(context, queue.list()));
  app.post(root, async (context) => {
    const request = await readJson(context, requestSchemas.job);
    return answerWith(context, await queue.submit(request));
  });
  app.get(`${root}/:id`, (context) =>
    answerWith(context, queue.get(parameter(context, "id"))),
  );
  app.delete(`${root}/:id`, async (context) => {
    const id = parameter(context, "id");
    if (queue.get(id).discarded !== undefined)
      throw new LaminaError({
        code: "request-conflict",
        problem: "The run was deleted: bring it back, or remove it for good.",
      });
    const job = await queue.remove(id);
    await sources.forget(id);
    return answerWith(context, job);
  });
  app.post(`${root}/:id/retry`, async (context) => {
    // Panels of an earlier version say nothing.
    const isSilent = (await context.req.text()) === "";
    const changes = isSilent
      ? {}
      : await readJson(context, requestSchemas.retry);
    const id = parameter(context, "id");
    return answerWith(context, await queue.retry(id, changes));
  });
  const parts = new PartPictures();
  app.get(`${root}/:id/files/*`, async (context) => {
    const { state, request } = queue.get(parameter(context, "id"));
    if (state !== "done") {
      throw new LaminaError({
        code: "request-conflict",
        problem: `The job is ${state}, so there is no result yet.`,
      });
    }
    const file = fileInAddress(context);
    const png = await parts.png(request.outputPath, file);
    return png === undefined
      ? answerWithFile(context, request.outputPath, file)
      : answerWithPng(context, png);
  });
  app.get(`${root}/:id/source/:frame`, async (context) => {
    const job = queue.get(parameter(context, "id"));
    const png = await sources.png(job, numberIn(context, "frame"));
    return answerWithPng(context, png);
  });
  app.get(`${root}/:id/preview/:layer`, (context) => {
    const layer = numberIn(context, "layer");
    const png = queue.previewPicture(parameter(context, "id"), layer);
    return answerWithPng(context, png);
  });
}
