import { stat } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { folderHandler } from "../loopback/file-answer.ts";
import type { LoopbackApp } from "../loopback/loopback-server.ts";
import type { TicketDoor } from "../loopback/ticket-door.ts";
import { apiRoot } from "../protocol/service-api.ts";
import { answerWith } from "./wire-route.ts";

const panelRoot = "/panel/";

/**
 * Adds the panel's page and the route that lets a browser in to it.
 *
 * @param folder where the built page lies
 * @param door   of the server that the routes are added to
 */
export function addPanelRoutes(
  app: LoopbackApp,
  folder: string,
  door: TicketDoor,
): void {
  app.get(`${panelRoot}*`, folderHandler(folder, panelRoot));
  app.post(`${apiRoot}/panel-ticket`, async (context) => {
    const isBuilt = await stat(path.join(folder, "index.html")).then(
      (entry) => entry.isFile(),
      () => false,
    );
    if (!isBuilt) throw new LaminaError({ code: "not-found", what: "panel" });
    const { origin } = new URL(context.req.url);
    const url = `${origin}${panelRoot}?ticket=${door.issue()}`;
    return answerWith(context, { url });
  });
}
