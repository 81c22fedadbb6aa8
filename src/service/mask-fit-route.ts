import path from "node:path";
import {
  framesFolderName,
  masksFolderName,
  numberedPng,
} from "../job-contract/frame-files.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { followsClip } from "../pipeline/read/fit-mask-files.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import { answerWith, parameter, readJson } from "./wire-route.ts";
import type { Workspaces } from "./workspaces.ts";

/** Adds the route that looks whether a mask which a workspace has taken in follows what the clip there shows. */
export function addMaskFitRoute(
  app: LocalHttpApp,
  workspaces: Workspaces,
): void {
  app.post(`${apiRoot}/workspaces/:id/mask-fit`, async (context) => {
    const { mask, frameCount } = await readJson(
      context,
      requestSchemas.maskFit,
    );
    const folder = await workspaces.path(parameter(context, "id"));
    const follows = await followsClip(
      frameCount,
      (index) => path.join(folder, framesFolderName, numberedPng(index)),
      (index) => path.join(folder, masksFolderName, mask, numberedPng(index)),
    );
    return answerWith(context, { follows: follows ?? null });
  });
}
