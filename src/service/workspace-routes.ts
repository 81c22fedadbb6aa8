import { answerWithFile } from "../local-http/file-answer.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { describeLabels } from "../media/mask.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import type { JobQueue } from "./job-queue.ts";
import type { SubjectSessions } from "./subject-sessions.ts";
import { takeMaskIntoWorkspace } from "./take-mask.ts";
import {
  answerWith,
  fileInAddress,
  parameter,
  readJson,
} from "./wire-route.ts";
import type { Workspaces } from "./workspaces.ts";

/** Whether a path takes files, which may be larger than other bodies. */
export const isUploadPath = (path: string): boolean =>
  /^\/api\/v1\/workspaces\/[^/]+\/files\//.test(path);

/** Adds the routes that make, fill, read and remove workspaces. */
export function addWorkspaceRoutes(
  app: LocalHttpApp,
  workspaces: Workspaces,
  queue: JobQueue,
  subjects: SubjectSessions,
): void {
  const root = `${apiRoot}/workspaces`;
  app.post(root, async (context) => {
    const { name } = await readJson(context, requestSchemas.workspace);
    return answerWith(context, await workspaces.create(name));
  });
  app.get(`${root}/prepared`, async (context) =>
    answerWith(context, await workspaces.prepared()),
  );
  app.delete(`${root}/:id`, async (context) => {
    const id = parameter(context, "id");
    await subjects.endOn(id);
    await workspaces.remove(id, queue.list());
    return answerWith(context, null);
  });
  app.delete(`${root}/:id/frames`, async (context) => {
    const id = parameter(context, "id");
    await subjects.endOn(id);
    await workspaces.removeFrames(id, queue.list());
    return answerWith(context, null);
  });
  app.post(`${root}/:id/masks`, async (context) => {
    const request = await readJson(context, requestSchemas.mask);
    const folder = await workspaces.path(parameter(context, "id"));
    return answerWith(context, await takeMaskIntoWorkspace(folder, request));
  });
  app.post(`${root}/:id/labels`, async (context) => {
    const { path, frameCount } = await readJson(context, requestSchemas.labels);
    // Labels are for a workspace to take in, so there must be one.
    await workspaces.path(parameter(context, "id"));
    return answerWith(context, await describeLabels(path, { frameCount }, {}));
  });
  app.put(`${root}/:id/files/*`, async (context) => {
    const stored = await workspaces.write(
      parameter(context, "id"),
      fileInAddress(context),
      context.req.raw.body,
    );
    return answerWith(context, stored);
  });
  app.get(`${root}/:id/files/*`, async (context) =>
    answerWithFile(
      context,
      await workspaces.path(parameter(context, "id")),
      fileInAddress(context),
    ),
  );
}
