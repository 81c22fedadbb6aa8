import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import {
  type LocalHttpApp,
  type LocalHttpOptions,
  LocalHttpServer,
  type SocketRoute,
} from "../local-http/local-http-server.ts";
import { makeSecret } from "../local-http/secret.ts";
import { TicketDoor } from "../local-http/ticket-door.ts";
import {
  apiRoot,
  serviceProtocolVersion,
  type ServiceStatus,
  largestUploadBytes,
} from "../protocol/service-api.ts";
import type { Discovery } from "../protocol/discovery.ts";
import { servicePorts } from "../protocol/service-ports.ts";
import { subjectsPath } from "../protocol/subject-api.ts";
import { turnPath } from "../protocol/turn.ts";
import { modelsFolder } from "./data-folder.ts";
import {
  makeServiceFolder,
  removeDiscovery,
  writeDiscovery,
} from "./discovery-file.ts";
import { IdleWatch } from "./idle-watch.ts";
import { JobEvents } from "./job-events.ts";
import { JobQueue, type RunJob } from "./job-queue.ts";
import { addJobRoutes } from "./job-routes.ts";
import { JobStore } from "./job-store.ts";
import { addEditRoutes } from "./edit-routes.ts";
import { addFarmRoutes, type FarmPort } from "./farm-routes.ts";
import { FarmFile } from "./named-farm.ts";
import { EditedResults } from "./edited-results.ts";
import { addCorrectionRoutes, isCorrectionPath } from "./correction-routes.ts";
import { Correctors } from "./correctors.ts";
import { addMaskFitRoute } from "./mask-fit-route.ts";
import { MeasuredSpeeds } from "./measured-speeds.ts";
import { addModelRoutes } from "./model-routes.ts";
import { addPanelRoutes } from "./panel-routes.ts";
import { addPictureRoute } from "./picture-route.ts";
import { addProbeRoute } from "./probe-route.ts";
import { addRunRoutes } from "./run-routes.ts";
import { RunTrash } from "./run-trash.ts";
import { SourceFrames } from "./source-frames.ts";
import { SubjectSessions } from "./subject-sessions.ts";
import { Turns } from "./turns.ts";
import { answerWith } from "./wire-route.ts";
import { addWorkspaceRoutes, isUploadPath } from "./workspace-routes.ts";
import { Workspaces } from "./workspaces.ts";

/** What a service is made of. */
export interface LocalServiceOptions {
  /** The program's. */
  readonly version: string;
  /** Where lamina keeps what outlives a job. */
  readonly dataFolder: string;
  /** Where jobs keep intermediate results. */
  readonly cachePath: string;
  /** Where the built page of the panel lies, if it does. */
  readonly panelFolder: string;
  /** Listens here; when absent on one of `servicePorts`, or on a free port. */
  readonly port?: number | undefined;
  /** Ends by itself after so many minutes without a job, a follower or a request; 0 for never. */
  readonly idleMinutes: number;
  readonly run: RunJob;
  /** Reaches farms. */
  readonly farm?: FarmPort;
  /** More WebSocket routes by path. */
  readonly sockets?: Readonly<Record<string, SocketRoute>>;
  /** Told of what went wrong that is nobody's expected failure, or that no answer can carry. */
  readonly onTrouble: (error: unknown) => void;
}

/** A day: what is tidied away has not been used for days. */
const TIDY_EVERY_MS = 24 * 3600e3;
/** Bytes of a body where nothing is uploaded: calls are small records. */
const LARGEST_CALL_BYTES = 1 << 20;
/** Followers only listen. */
const LONGEST_SOCKET_MESSAGE_BYTES = 1024;

/** The local service: it keeps jobs going while panels come and go. Only one may use a data folder; `serve` sees to that. */
export class LocalService {
  /** Where it is and how to get in. */
  readonly discovery: Discovery;
  /** Resolves when it has ended, whoever wanted that. */
  readonly ended: Promise<void>;
  readonly #options: LocalServiceOptions;
  readonly #state: State;
  readonly #server: LocalHttpServer;
  readonly #idle: IdleWatch;
  readonly #tidying: NodeJS.Timeout;

  private constructor(
    options: LocalServiceOptions,
    state: State,
    server: LocalHttpServer,
    discovery: Discovery,
  ) {
    const { idleMinutes, onTrouble } = options;
    const { queue, events, workspaces, subjects } = state;
    this.#options = options;
    this.#state = state;
    this.#server = server;
    this.discovery = discovery;
    this.ended = state.shutDown.then(() => this.#end());
    this.#idle = new IdleWatch(
      idleMinutes === 0 ? Infinity : idleMinutes * 60e3,
      () =>
        queue.unfinished > 0 ||
        events.followers > 0 ||
        subjects.open > 0 ||
        state.turns.open > 0 ||
        state.takeTouch(),
      state.askToShutDown,
    );
    const tidy = (): void => {
      workspaces.forgetOld(queue.list()).catch(onTrouble);
      state.trash.purgeOld().catch(onTrouble);
    };
    this.#tidying = setInterval(tidy, TIDY_EVERY_MS).unref();
    tidy();
    queue.start();
  }

  /**
   * Starts the service, goes on with the jobs that an earlier one left, and says where it is.
   *
   * @throws LaminaError `port-taken`, `disk-full`, `output-unwritable`
   */
  static async start(options: LocalServiceOptions): Promise<LocalService> {
    const { version, dataFolder, panelFolder, port, onTrouble } = options;
    const state = await openState(options);
    const token = makeSecret();
    const door = new TicketDoor();
    const startedAt = new Date().toISOString();
    const server = await startOn(port, {
      policy: { token, door },
      largestBodyBytes: (at) =>
        isUploadPath(at) || isCorrectionPath(at)
          ? largestUploadBytes
          : LARGEST_CALL_BYTES,
      routes: (app) => {
        addRoutes(app, state, version, startedAt);
        addPanelRoutes(app, panelFolder, door);
        addModelRoutes(app, modelsFolder(dataFolder));
        if (options.farm !== undefined)
          addFarmRoutes(app, state.farmFile, options.farm);
      },
      sockets: {
        ...options.sockets,
        [`${apiRoot}/events`]: {
          longestMessageBytes: LONGEST_SOCKET_MESSAGE_BYTES,
          accept: (socket) => {
            state.events.accept(socket);
          },
        },
        [subjectsPath]: state.subjects.route,
        [turnPath]: state.turns.route,
      },
      onBug: onTrouble,
    });
    const { pid } = process;
    const discovery = { port: server.port, token, pid, version, startedAt };
    try {
      await writeDiscovery(dataFolder, discovery);
    } catch (error) {
      await server.close();
      throw error;
    }
    return new LocalService(options, state, server, discovery);
  }

  /** Ends the service; a running job goes on from its cache in the next one. */
  async stop(): Promise<void> {
    this.#state.askToShutDown();
    await this.ended;
  }

  async #end(): Promise<void> {
    const { queue, sources, subjects, events, correctors, edited } =
      this.#state;
    this.#idle[Symbol.dispose]();
    clearInterval(this.#tidying);
    await queue.stop();
    await this.#state.speeds.end();
    await correctors.clear();
    await edited.clear();
    // What cannot be removed now is removed by the next service.
    await sources.clear().catch(this.#options.onTrouble);
    await subjects.clear().catch(this.#options.onTrouble);
    // From here on the next service may start: nothing is written any more.
    await removeDiscovery(this.#options.dataFolder, this.discovery);
    events[Symbol.dispose]();
    await this.#server.close();
  }
}

/**
 * Starts a server on the port that was named; else on the first of the service's own that is free, else on any.
 *
 * @throws LaminaError `port-taken` for a named one
 */
async function startOn(
  named: number | undefined,
  options: Omit<LocalHttpOptions, "port">,
): Promise<LocalHttpServer> {
  if (named !== undefined) {
    return LocalHttpServer.start({ ...options, port: named });
  }
  for (const port of servicePorts) {
    try {
      return await LocalHttpServer.start({ ...options, port });
    } catch (error) {
      const isTaken =
        error instanceof LaminaError && error.failure.code === "port-taken";
      if (!isTaken) throw error;
    }
  }
  return LocalHttpServer.start(options);
}

/** What the routes work with. */
interface State {
  readonly queue: JobQueue;
  readonly events: JobEvents;
  readonly workspaces: Workspaces;
  readonly trash: RunTrash;
  readonly speeds: MeasuredSpeeds;
  readonly sources: SourceFrames;
  readonly subjects: SubjectSessions;
  readonly turns: Turns;
  readonly correctors: Correctors;
  readonly edited: EditedResults;
  readonly farmFile: FarmFile;
  /** Notes that somebody asked for something. */
  readonly touch: () => void;
  /** Whether somebody has, since the last time this was asked. */
  readonly takeTouch: () => boolean;
  /** Resolves when the service is to end. */
  readonly shutDown: Promise<void>;
  readonly askToShutDown: () => void;
  readonly isShuttingDown: () => boolean;
}

async function openState(options: LocalServiceOptions): Promise<State> {
  const { dataFolder, cachePath, run, farm, onTrouble } = options;
  const folder = await makeServiceFolder(dataFolder);
  const sources = new SourceFrames(path.join(folder, "sources"));
  await sources.clear();
  const workspacesFolder = path.join(folder, "workspaces");
  const workspaces = new Workspaces(workspacesFolder);
  const subjects = new SubjectSessions({
    folder: path.join(folder, "subjects"),
    workspacesFolder,
    modelsFolder: modelsFolder(dataFolder),
    onTrouble,
  });
  await subjects.clear();
  const store = new JobStore(path.join(folder, "jobs"));
  const farmFile = new FarmFile(folder);
  const queue = await JobQueue.open({
    store,
    run,
    ...(farm && {
      runFarm: async (job) => farm.run(await farmFile.address(), job),
    }),
    cachePath,
    onTrouble,
  });
  let touched = false;
  let asked = false;
  let ask = (): void => undefined;
  const shutDown = new Promise<void>((resolve) => {
    ask = resolve;
  });
  return {
    queue,
    events: new JobEvents(queue),
    workspaces,
    trash: new RunTrash(queue, workspaces, onTrouble),
    speeds: new MeasuredSpeeds(
      path.join(folder, "speeds.json"),
      queue,
      onTrouble,
    ),
    sources,
    subjects,
    turns: new Turns(),
    correctors: new Correctors(
      async (result) => [
        cachePath,
        ...((await farm?.caches(result, (await farmFile.shown())?.storage)) ??
          []),
      ],
      onTrouble,
    ),
    edited: new EditedResults(),
    farmFile,
    touch: () => {
      touched = true;
    },
    takeTouch: () => {
      const was = touched;
      touched = false;
      return was;
    },
    shutDown,
    askToShutDown: () => {
      asked = true;
      ask();
    },
    isShuttingDown: () => asked,
  };
}

function addRoutes(
  app: LocalHttpApp,
  state: State,
  version: string,
  startedAt: string,
): void {
  const { queue, workspaces, sources, subjects } = state;
  app.use(async (_, next) => {
    state.touch();
    await next();
  });
  app.get(`${apiRoot}/status`, (context) => {
    const { backend } = queue.list().findLast((job) => job.backend) ?? {};
    return answerWith(context, {
      version,
      protocolVersion: serviceProtocolVersion,
      pid: process.pid,
      startedAt,
      unfinishedJobs: queue.unfinished,
      stopping: state.isShuttingDown(),
      ...(backend === undefined ? {} : { backend }),
    } satisfies ServiceStatus);
  });
  app.post(`${apiRoot}/shutdown`, (context) => {
    // Whoever asked is to hear of it before the connection ends.
    context.env.outgoing.once("close", state.askToShutDown);
    return answerWith(context, null);
  });
  addJobRoutes(app, queue, sources);
  app.get(`${apiRoot}/speed`, async (context) =>
    answerWith(context, await state.speeds.speed()),
  );
  addRunRoutes(app, queue, state.trash, sources);
  addCorrectionRoutes(app, queue, state.correctors);
  addEditRoutes(app, queue, state.edited);
  addWorkspaceRoutes(app, workspaces, queue, subjects);
  addMaskFitRoute(app, workspaces);
  addPictureRoute(app);
  addProbeRoute(app);
}
