import { LaminaError } from "../errors/failure.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import type { JobQueue } from "./job-queue.ts";
import { revealFolder } from "./reveal-folder.ts";
import type { RunTrash } from "./run-trash.ts";
import type { SourceFrames } from "./source-frames.ts";
import { answerWith, parameter, readJson } from "./wire-route.ts";

/** Adds the routes of the list of runs: words about them, their order, and what they have left on disk. */
export function addRunRoutes(
  app: LocalHttpApp,
  queue: JobQueue,
  trash: RunTrash,
  sources: SourceFrames,
): void {
  app.post(`${apiRoot}/queue`, async (context) => {
    const { paused } = await readJson(context, requestSchemas.pause);
    await queue.pause(paused);
    return answerWith(context, null);
  });
  const root = `${apiRoot}/jobs/:id`;
  app.post(`${root}/words`, async (context) => {
    const words = await readJson(context, requestSchemas.jobWords);
    const id = parameter(context, "id");
    return answerWith(context, await queue.describe(id, words));
  });
  app.post(`${root}/place`, async (context) => {
    const { places } = await readJson(context, requestSchemas.movePlaces);
    const id = parameter(context, "id");
    return answerWith(context, await queue.move(id, places));
  });
  app.get(`${root}/size`, async (context) =>
    answerWith(context, await trash.size(parameter(context, "id"))),
  );
  app.post(`${root}/discard`, async (context) => {
    const id = parameter(context, "id");
    const job = await trash.discard(id);
    await sources.forget(id);
    return answerWith(context, job);
  });
  app.post(`${root}/restore`, async (context) =>
    answerWith(context, await trash.restore(parameter(context, "id"))),
  );
  app.post(`${root}/purge`, async (context) => {
    const left = await trash.purge(parameter(context, "id"));
    return answerWith(context, { left });
  });
  app.post(`${root}/reveal`, async (context) => {
    const [folder] = (await trash.size(parameter(context, "id"))).folders;
    if (folder === undefined)
      throw new LaminaError({
        code: "request-conflict",
        problem: "This run has no folder.",
      });
    await revealFolder(folder);
    return answerWith(context, null);
  });
}
