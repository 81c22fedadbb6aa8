import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import {
  type BrokenModel,
  type FoundModel,
  listModels,
} from "../models/model-folder.ts";
import { apiRoot, type ListedModel } from "../protocol/service-api.ts";
import { answerWith } from "./wire-route.ts";

/**
 * Adds the route that tells of the user's models.
 *
 * @param folder where they lie
 */
export function addModelRoutes(app: LocalHttpApp, folder: string): void {
  app.get(`${apiRoot}/models`, async (context) =>
    answerWith(context, (await listModels(folder)).map(listed)),
  );
}

function listed(model: FoundModel | BrokenModel): ListedModel {
  const { name, manifest } = model;
  return {
    name,
    ...(manifest === undefined ? {} : { kind: manifest.kind }),
    ...(manifest?.licence === undefined ? {} : { licence: manifest.licence }),
    ...("problem" in model ? { problem: model.problem } : {}),
  };
}
