import { createBullBoard } from "@bull-board/api";
import { BullMQAdapter } from "@bull-board/api/bullMQAdapter";
import type { QueueJobJson } from "@bull-board/api/typings/app";
import { type ClipProgress, readProgress } from "../farm/clip-progress.ts";
import type { Farm } from "../farm/farm.ts";
import { LocalHttpServer } from "../local-http/local-http-server.ts";
import { makeSecret } from "../local-http/secret.ts";
import { TicketDoor } from "../local-http/ticket-door.ts";
import { BoardRoutes } from "./board-routes.ts";

/** What a board needs beside its farm. */
interface BoardOptions {
  /** Listens here; on a free port when absent. */
  readonly port?: number;
  /** Says how far a clip is. */
  readonly describe: (progress: ClipProgress) => string;
  /** Told of errors that are nobody's expected failure. */
  readonly onBug: (error: unknown) => void;
}

/** What a queue is called on the page, and what is to be said of it. */
const titles = {
  clips: [
    "Clips",
    "What was submitted: lamina queue retry, cancel and priority change it.",
  ],
  cpu: ["Tasks", "What workers are asked: some frames of a clip each."],
  gpu: ["Training", "Networks to train."],
} as const;

/**
 * Bull Board over a farm's queues, as pages for this machine alone, and only for who comes by a ticket. One can look at everything and
 * change nothing: that a message is gone would have to be known where the clip is kept, and `lamina queue` sees to that. It is a server of its
 * own, apart from the local service, so that its scripts, which are not ours, reach nothing but what they show.
 */
export class FarmBoard implements AsyncDisposable {
  readonly #server: LocalHttpServer;
  readonly #door: TicketDoor;

  private constructor(server: LocalHttpServer, door: TicketDoor) {
    this.#server = server;
    this.#door = door;
  }

  /**
   * Starts to serve it.
   *
   * @throws LaminaError `port-taken`
   */
  static async start(farm: Farm, options: BoardOptions): Promise<FarmBoard> {
    const { port, describe, onBug } = options;
    const routes = new BoardRoutes();
    const adapters = Object.entries(farm.queues).map(([name, queue]) => {
      const [displayName, description] = titles[name as keyof typeof titles];
      const adapter = new BullMQAdapter(queue, {
        readOnlyMode: true,
        displayName,
        description,
      });
      if (name === "clips")
        adapter.setFormatter("name", (job: QueueJobJson) => {
          const progress = readProgress(job.progress);
          return job.finishedOn || progress === undefined
            ? job.name
            : `${job.name}: ${describe(progress)}`;
        });
      return adapter;
    });
    createBullBoard({
      queues: adapters,
      serverAdapter: routes,
      options: {
        uiConfig: {
          boardTitle: "Lamina farm",
          // It leads to a page elsewhere.
          hideDocsLink: true,
        },
      },
    });
    const door = new TicketDoor();
    const server = await LocalHttpServer.start({
      policy: { token: makeSecret(), door },
      routes: (app) => {
        routes.addTo(app);
      },
      pagesNameBase: true,
      ...(port !== undefined && { port }),
      onBug,
    });
    return new FarmBoard(server, door);
  }

  /** `http://127.0.0.1:<port>`, for who has come in before. */
  get origin(): string {
    return this.#server.origin;
  }

  /** An address by which a browser comes in, once and within two minutes. */
  address(): string {
    return `${this.origin}/?ticket=${this.#door.issue()}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close();
  }
}
