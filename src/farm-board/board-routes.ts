import assert from "node:assert/strict";
import path from "node:path";
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  ControllerHandlerReturnType,
  IServerAdapter,
  UIConfig,
} from "@bull-board/api/typings/app";
import { answerWithFile } from "../local-http/file-answer.ts";
import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import { boardPage } from "./board-page.ts";

/**
 * Collects what Bull Board is made of, and serves it at the root of a server of ours. Its own adapter for such servers has a page with
 * letters from elsewhere, and finds its files from the folder that the program was started in.
 */
export class BoardRoutes implements IServerAdapter {
  #queues: BullBoardQueues = new Map();
  #views = "";
  #statics: readonly [route: string, folder: string] = ["", ""];
  #entry: AppViewRoute | undefined;
  #routes: readonly AppControllerRoute[] = [];
  #uiConfig: UIConfig = {};
  #onError: ((error: Error) => ControllerHandlerReturnType) | undefined;

  setQueues(queues: BullBoardQueues): this {
    this.#queues = queues;
    return this;
  }

  setViewsPath(folder: string): this {
    this.#views = folder;
    return this;
  }

  setStaticPath(route: string, folder: string): this {
    this.#statics = [route, folder];
    return this;
  }

  setEntryRoute(route: AppViewRoute): this {
    this.#entry = route;
    return this;
  }

  setErrorHandler(
    handler: (error: Error) => ControllerHandlerReturnType,
  ): this {
    this.#onError = handler;
    return this;
  }

  setApiRoutes(routes: AppControllerRoute[]): this {
    this.#routes = routes;
    return this;
  }

  setUIConfig(config: UIConfig): this {
    this.#uiConfig = config;
    return this;
  }

  /** Adds all of it to a server. */
  addTo(app: LocalHttpApp): void {
    const [prefix, folder] = this.#statics;
    app.get(`${prefix}/*`, (context) =>
      answerWithFile(
        context,
        folder,
        context.req.path.slice(prefix.length + 1),
      ),
    );
    for (const route of this.#routes) this.#addApi(app, route);
    const entry = this.#entry;
    assert(entry !== undefined);
    for (const at of [entry.route].flat())
      app.get(at, async (context) => {
        const { name, params } = entry.handler({
          basePath: "/",
          uiConfig: this.#uiConfig,
        });
        return context.html(
          await boardPage(path.join(this.#views, name), params),
        );
      });
  }

  #addApi(app: LocalHttpApp, route: AppControllerRoute): void {
    for (const at of [route.route].flat())
      app.on([route.method].flat(), at, async (context) => {
        // Most of what the page sends has no body.
        const body: unknown =
          context.req.method === "GET"
            ? {}
            : await context.req.json().catch(() => ({}));
        const answered = async (): Promise<ControllerHandlerReturnType> => {
          try {
            return await route.handler({
              queues: this.#queues,
              uiConfig: this.#uiConfig,
              params: context.req.param(),
              query: context.req.query(),
              body: body as Record<string, unknown>,
              headers: context.req.header(),
            });
          } catch (error) {
            if (this.#onError === undefined || !(error instanceof Error))
              throw error;
            return this.#onError(error);
          }
        };
        const { status = 200, body: answer } = await answered();
        if (status === 204) return context.body(null, 204);
        return typeof answer === "string"
          ? context.text(answer, status)
          : context.json(answer, status);
      });
  }
}
