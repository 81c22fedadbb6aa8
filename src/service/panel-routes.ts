import { stat } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { folderHandler } from "../local-http/file-answer.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import type { TicketDoor } from "../local-http/ticket-door.ts";
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
  app: LocalHttpApp,
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
