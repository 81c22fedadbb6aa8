import type { LoopbackApp } from "../loopback/loopback-server.ts";
import { readPicture } from "../media/picture.ts";
import { apiRoot, requestSchemas } from "../protocol/broker-api.ts";
import { readJson } from "./wire-route.ts";

/** Adds the route that shows a moment of a file small, for a clip's card. */
export function addPictureRoute(app: LoopbackApp): void {
  app.post(`${apiRoot}/pictures`, async (context) => {
    const request = await readJson(context, requestSchemas.picture);
    const png = await readPicture(request.path, request);
    return context.body(new Uint8Array(png), 200, {
      "Content-Type": "image/png",
    });
  });
}
