import { parentPort, workerData } from "node:worker_threads";
import { wrap } from "comlink";
import { assert } from "../errors/assert.ts";
import { guarded } from "../protocol/rpc/guarded.ts";
import { offer } from "../protocol/rpc/offer.ts";
import { SocketLink } from "../protocol/rpc/socket-endpoint.ts";
import type { SubjectEvents } from "../protocol/subject-api.ts";
import { SubjectService } from "./subject-service.ts";
import { Workspaces } from "./workspaces.ts";

/** What a session's thread is started with. */
export interface SubjectWorkerData {
  readonly workspacesFolder: string;
  readonly workspaceId: string;
  /** For what it computes. */
  readonly temporaryFolder: string;
  readonly modelsFolder: string;
}

/** What a session's thread is sent: what came on the socket, or that it is over. */
export type ToSubjectWorker = Uint8Array | "end";

/** What it sends: what is to go on the socket, that what came is no message, or a bug for the log. */
export type FromSubjectWorker =
  Uint8Array | "refused" | { readonly trouble: string };

const ownerPort = parentPort;
assert(ownerPort !== null, "this script runs in a worker thread");
const post = (message: FromSubjectWorker): void => {
  ownerPort.postMessage(message);
};

const { workspacesFolder, workspaceId, temporaryFolder, modelsFolder } =
  workerData as SubjectWorkerData;
const link = new SocketLink({ send: post });
const never = new Promise<never>(() => undefined);
const service = new SubjectService({
  workspaces: new Workspaces(workspacesFolder),
  workspaceId,
  temporaryFolder,
  modelsFolder,
  events: guarded<SubjectEvents>(wrap(link.endpoint("calls-back")), never),
  onTrouble: (error) => {
    const trouble = error instanceof Error ? error.stack : undefined;
    post({ trouble: trouble ?? String(error) });
  },
});
offer(service.api, link.endpoint("calls"));

ownerPort.on("message", (message: ToSubjectWorker) => {
  if (message === "end") {
    void service[Symbol.asyncDispose]().finally(() => {
      ownerPort.close();
    });
    return;
  }
  try {
    link.receive(message);
  } catch {
    post("refused");
  }
});
