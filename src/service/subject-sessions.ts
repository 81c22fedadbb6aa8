import type { IncomingMessage } from "node:http";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import "../media/sharp-library.ts"; // Before any thread is started.
import type { WebSocket } from "ws";
import type { SocketRoute } from "../local-http/local-http-server.ts";
import { Slots } from "./slots.ts";
import type {
  FromSubjectWorker,
  SubjectWorkerData,
  ToSubjectWorker,
} from "./subject-worker.ts";

/** Every session has threads and a good part of the memory. */
const MOST_SESSIONS = 2;
/** Nobody paints this long without a stroke. */
const LONGEST_IDLE_MS = 2 * 3600e3;
/** A task at work is finished first; whatever takes longer is broken off. */
const SESSION_ENDS_WITHIN_MS = 20_000;
/** A painted frame is the longest message. */
const LONGEST_STROKE_MESSAGE_BYTES = 256 << 10;

/** What sessions are kept with. */
export interface SubjectSessionsOptions {
  /** For what they compute; whatever is in it may be removed. */
  readonly folder: string;
  readonly workspacesFolder: string;
  readonly modelsFolder: string;
  readonly onTrouble: (error: unknown) => void;
}

interface Session {
  readonly workspaceId: string;
  /** Whether it was asked to end. */
  readonly ending: boolean;
  /** Resolves when nothing of it is left. */
  readonly end: () => Promise<void>;
}

/**
 * Sessions in which panels find and paint subjects. Each lives as long as its socket, in a thread of its own, because to follow
 * a subject into one frame takes tenths of a second, in which the service could answer nobody.
 */
export class SubjectSessions {
  readonly route: SocketRoute;
  readonly #options: SubjectSessionsOptions;
  readonly #sessions = new Set<Session>();
  readonly #threads = new Slots(MOST_SESSIONS);

  constructor(options: SubjectSessionsOptions) {
    this.#options = options;
    this.route = {
      longestMessageBytes: LONGEST_STROKE_MESSAGE_BYTES,
      accept: (socket, request) => {
        this.#accept(socket, request);
      },
    };
  }

  /** How many there are. */
  get open(): number {
    return this.#sessions.size;
  }

  /** Ends the sessions on a workspace. */
  async endOn(workspaceId: string): Promise<void> {
    const there = [...this.#sessions].filter(
      (session) => session.workspaceId === workspaceId,
    );
    await Promise.all(there.map(({ end }) => end()));
  }

  /** Ends all sessions and removes what they, or those of an earlier process, have computed. */
  async clear(): Promise<void> {
    await Promise.all([...this.#sessions].map(({ end }) => end()));
    await rm(this.#options.folder, { recursive: true, force: true });
  }

  #accept(socket: WebSocket, request: IncomingMessage): void {
    const { searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
    const workspaceId = searchParams.get("workspace") ?? "";
    // A panel that is gone may not have been missed yet; the one that comes now is there.
    const active = [...this.#sessions].filter(({ ending }) => !ending);
    if (active.length >= MOST_SESSIONS) void active[0]?.end();
    const session = startSession(
      socket,
      workspaceId,
      this.#threads,
      this.#options,
    );
    this.#sessions.add(session);
    session.ended
      .catch(this.#options.onTrouble)
      .finally(() => this.#sessions.delete(session));
  }
}

/**
 * Ties a socket to a thread: what comes on one goes to the other, and when one ends both do.
 *
 * @param threads a thread takes as long to end as its task at work and begins with 30 MB: until one of them is gone, the next
 *   is not begun, and never for a socket that has closed meanwhile
 */
function startSession(
  socket: WebSocket,
  workspaceId: string,
  threads: Slots,
  { folder, workspacesFolder, modelsFolder, onTrouble }: SubjectSessionsOptions,
): Session & { readonly ended: Promise<void> } {
  // An error is always followed by a close.
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => {
    socket.once("close", () => {
      resolve();
    });
  });
  // Messages that come before the thread is there wait for it.
  const early: ToSubjectWorker[] = [];
  let send = (message: ToSubjectWorker): void => {
    early.push(message);
  };
  const idle = setTimeout(() => {
    socket.close();
  }, LONGEST_IDLE_MS);
  socket.on("message", (bytes: Buffer) => {
    idle.refresh();
    send(new Uint8Array(bytes));
  });
  const work = async (): Promise<void> => {
    const release = await threads.take(closed);
    try {
      if (release !== undefined && socket.readyState === socket.OPEN)
        await inThread();
    } finally {
      release?.();
    }
  };
  const inThread = async (): Promise<void> => {
    await mkdir(folder, { recursive: true });
    const temporaryFolder = await mkdtemp(path.join(folder, "s"));
    const workerData: SubjectWorkerData = {
      workspacesFolder,
      workspaceId,
      temporaryFolder,
      modelsFolder,
    };
    try {
      const script = new URL("./subjects.mjs", import.meta.url);
      const worker = new Worker(script, { workerData });
      const gone = new Promise<void>((resolve) => {
        worker.once("exit", () => {
          resolve();
        });
      });
      send = (message) => {
        worker.postMessage(message);
      };
      for (const message of early) send(message);
      worker.on("message", (message: FromSubjectWorker) => {
        if (message instanceof Uint8Array) socket.send(message);
        else if (message === "refused") socket.terminate();
        else onTrouble(new Error(message.trouble));
      });
      worker.on("error", onTrouble);
      await Promise.race([closed, gone]);
      send("end");
      const late = setTimeout(
        () => void worker.terminate(),
        SESSION_ENDS_WITHIN_MS,
      );
      await gone;
      clearTimeout(late);
    } finally {
      await rm(temporaryFolder, { recursive: true, force: true });
    }
  };
  const ended = work().finally(() => {
    clearTimeout(idle);
    socket.terminate();
  });
  let ending = false;
  return {
    workspaceId,
    ended,
    get ending() {
      return ending;
    },
    end: async () => {
      ending = true;
      socket.close();
      socket.terminate();
      await ended.catch(() => undefined);
    },
  };
}
