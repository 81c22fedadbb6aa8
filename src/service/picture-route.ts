import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { readPicture } from "../media/picture.ts";
import { apiRoot, requestSchemas } from "../protocol/service-api.ts";
import { answerWithPng, readJson } from "./wire-route.ts";

/** Adds the route that shows a moment of a file small, for a clip's card. */
export function addPictureRoute(app: LocalHttpApp): void {
  app.post(`${apiRoot}/pictures`, async (context) => {
    const request = await readJson(context, requestSchemas.picture);
    return answerWithPng(context, await readPicture(request.path, request));
  });
}
