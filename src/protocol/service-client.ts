import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import type { ArrangedLayer } from "../document/layers-document.ts";
import type { Correction } from "../document/corrections-document.ts";
import {
  type Edit,
  type EditsDocument,
  editsFileName,
  readEdits,
} from "../document/edits-document.ts";
import {
  answerSchemas,
  apiRoot,
  type CorrectionRequest,
  type EditedFolder,
  type EditedLayers,
  type FarmCheck,
  type FarmNaming,
  type NamedFarm,
  type LetteringRequest,
  type JobWords,
  type RetryChanges,
  type RunSize,
  type ServiceStatus,
  encodePath,
  type ServiceJob,
  type JobRequestInput,
  type ListedModel,
  type Labels,
  type MachineSpeed,
  type LabelsRequest,
  type WorkspaceMask,
  type MaskRequest,
  type PictureRequest,
  type SourceFacts,
  type StoredFile,
  wireAnswerSchema,
  type Workspace,
  type WorkspaceRequest,
} from "./service-api.ts";
import { EventStream, type EventWatch } from "./event-stream.ts";
import { RemoteError } from "./remote-error.ts";
import { type SubjectEvents, subjectsPath } from "./subject-api.ts";
import { SubjectLink } from "./subject-link.ts";
import type { AnswerLike, Surroundings } from "./surroundings.ts";
import { takeTurn, type TurnOptions, turnPath } from "./turn.ts";

/** Where a service is and how to get in. */
export interface ServiceAddress {
  readonly port: number;
  /** Absent on pages that the service itself serves: their cookie lets them in. */
  readonly token?: string;
}

type Body =
  { readonly json: unknown } | { readonly bytes: Uint8Array<ArrayBuffer> };

/**
 * Talks to the local service. Every call throws
 * - RemoteError when the service refuses or fails, with the failure's code, facts and sentence,
 * - LaminaError `service-unreachable` when there is no answer: also when the service ends, or `close` is called, meanwhile.
 */
export class ServiceClient {
  readonly #address: ServiceAddress;
  readonly #surroundings: Surroundings;
  readonly #streams = new Set<EventStream | SubjectLink>();
  readonly #pending = new Set<{ abort(): void }>();
  #closed = false;

  /** @param surroundings `window`, or the like in Node */
  constructor(address: ServiceAddress, surroundings: Surroundings) {
    this.#address = address;
    this.#surroundings = surroundings;
  }

  /** What the service says of itself. */
  status(): Promise<ServiceStatus> {
    return this.#ask(answerSchemas.status, "GET", "/status");
  }

  /** Makes a folder for exported frames and masks. It lives until it is removed, or for two weeks without a job. */
  createWorkspace(request: WorkspaceRequest = {}): Promise<Workspace> {
    return this.#ask(answerSchemas.workspace, "POST", "/workspaces", {
      json: request,
    });
  }

  /** The workspaces in which subjects are being prepared, the latest first. */
  preparedWorkspaces(): Promise<readonly Workspace[]> {
    return this.#ask(answerSchemas.workspaces, "GET", "/workspaces/prepared");
  }

  /**
   * Puts a file into a workspace, replacing one of the same name; folders are made as needed.
   *
   * @param path under the workspace, such as `masks/boy/00001.png`
   */
  putFile(
    workspaceId: string,
    path: string,
    bytes: Uint8Array<ArrayBuffer>,
  ): Promise<StoredFile> {
    return this.#ask(
      answerSchemas.storedFile,
      "PUT",
      `/workspaces/${workspaceId}/files/${encodePath(path)}`,
      { bytes },
    );
  }

  /** Reads a file of a workspace. */
  workspaceFile(workspaceId: string, path: string): Promise<ArrayBuffer> {
    return this.#read(`/workspaces/${workspaceId}/files/${encodePath(path)}`);
  }

  /** Removes a workspace with everything in it; refused while an unfinished job needs it. */
  async removeWorkspace(workspaceId: string): Promise<void> {
    const path = `/workspaces/${workspaceId}`;
    await this.#ask(answerSchemas.nothing, "DELETE", path);
  }

  /** Removes what an export has left in a workspace that was broken off; refused once a job was made of it. */
  async removeFrames(workspaceId: string): Promise<void> {
    const path = `/workspaces/${workspaceId}/frames`;
    await this.#ask(answerSchemas.nothing, "DELETE", path);
  }

  /**
   * Takes masks into a workspace as one mask that fits the clip; several are merged. Refused when one does not fit.
   */
  addMask(workspaceId: string, request: MaskRequest): Promise<WorkspaceMask> {
    return this.#ask(
      answerSchemas.mask,
      "POST",
      `/workspaces/${workspaceId}/masks`,
      { json: request },
    );
  }

  /**
   * Whether a mask that a workspace has taken in follows what the clip shows whose frames lie there.
   *
   * @param mask   its folder, as the workspace has told it
   * @returns      null where it cannot be told
   */
  async followsClip(
    workspaceId: string,
    { folder }: Pick<WorkspaceMask, "folder">,
    frameCount: number,
  ): Promise<boolean | null> {
    const mask = folder.slice(folder.lastIndexOf("/") + 1);
    const path = `/workspaces/${workspaceId}/mask-fit`;
    const body = { json: { mask, frameCount } };
    return (await this.#ask(answerSchemas.maskFit, "POST", path, body)).follows;
  }

  /** The subjects that images with label colours hold, to be added one by one as masks with a `label`. */
  labels(workspaceId: string, request: LabelsRequest): Promise<Labels> {
    return this.#ask(
      answerSchemas.labels,
      "POST",
      `/workspaces/${workspaceId}/labels`,
      { json: request },
    );
  }

  /** A moment of a movie, or an image, as a small PNG file. */
  picture(request: PictureRequest): Promise<ArrayBuffer> {
    return this.#read("/pictures", { json: request });
  }

  /** What a source file is, in words. */
  probe(path: string): Promise<SourceFacts> {
    return this.#ask(answerSchemas.probe, "POST", "/probe", { json: { path } });
  }

  /** The models that the user brought, those that cannot be used among them. */
  models(): Promise<readonly ListedModel[]> {
    return this.#ask(answerSchemas.models, "GET", "/models");
  }

  /** The farm that is named; null when none is. */
  farm(): Promise<NamedFarm | null> {
    return this.#ask(answerSchemas.farm, "GET", "/farm");
  }

  /** Names a farm in place of the one before; its password is kept by the service and told to nobody. */
  nameFarm(farm: FarmNaming): Promise<NamedFarm | null> {
    return this.#ask(answerSchemas.farm, "PUT", "/farm", { json: farm });
  }

  /** Who is there of the farm that is named; refused when it cannot be reached, or could not write layers at a place. */
  checkFarm(outputPath?: string): Promise<FarmCheck> {
    return this.#ask(answerSchemas.farmCheck, "POST", "/farm/check", {
      json: outputPath === undefined ? {} : { outputPath },
    });
  }

  /** Queues a decomposition. */
  submitJob(request: JobRequestInput): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", "/jobs", { json: request });
  }

  /** All jobs that the service remembers, oldest first. */
  jobs(): Promise<readonly ServiceJob[]> {
    return this.#ask(answerSchemas.jobs, "GET", "/jobs");
  }

  /** One job. */
  job(id: string): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "GET", `/jobs/${id}`);
  }

  /**
   * Cancels a job that waits or runs, and answers when it has stopped, with nothing at its output path; forgets a job that
   * is over, but keeps its result.
   */
  removeJob(id: string): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "DELETE", `/jobs/${id}`);
  }

  /** Queues a failed or cancelled job again, perhaps with changes; it goes on from what is still there. */
  retryJob(id: string, changes: RetryChanges = {}): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", `/jobs/${id}/retry`, {
      json: changes,
    });
  }

  /** How quick the service's machine is. */
  speed(): Promise<MachineSpeed> {
    return this.#ask(answerSchemas.speed, "GET", "/speed");
  }

  /** Begins no job that waits, or begins them again; the one at work goes on. */
  async pauseQueue(paused: boolean): Promise<void> {
    await this.#ask(answerSchemas.nothing, "POST", "/queue", {
      json: { paused },
    });
  }

  /** Calls a job otherwise, or notes something about it; empty texts take the words away. */
  describeJob(id: string, words: JobWords): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", `/jobs/${id}/words`, {
      json: words,
    });
  }

  /** Moves a job that waits by so many places towards the end of the queue, or its beginning where that is negative. */
  moveJob(id: string, places: number): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", `/jobs/${id}/place`, {
      json: { places },
    });
  }

  /** What a job has written, and how much. */
  runSize(id: string): Promise<RunSize> {
    return this.#ask(answerSchemas.runSize, "GET", `/jobs/${id}/size`);
  }

  /** Deletes a job that is over, with its layers, so that both can be brought back for a day. */
  discardRun(id: string): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", `/jobs/${id}/discard`);
  }

  /** Brings a deleted job back. */
  restoreRun(id: string): Promise<ServiceJob> {
    return this.#ask(answerSchemas.job, "POST", `/jobs/${id}/restore`);
  }

  /** Removes a deleted job for good; names the folders that stay, because something of somebody else's lies in them. */
  async purgeRun(id: string): Promise<readonly string[]> {
    const path = `/jobs/${id}/purge`;
    return (await this.#ask(answerSchemas.purged, "POST", path)).left;
  }

  /** Shows a job's layers in the system's file manager. */
  async revealRun(id: string): Promise<void> {
    await this.#ask(answerSchemas.nothing, "POST", `/jobs/${id}/reveal`);
  }

  /** The strokes with which a finished job's layers are corrected; refused when they can no longer be. */
  async corrections(id: string): Promise<readonly Correction[]> {
    const path = `/jobs/${id}/corrections`;
    return (await this.#ask(answerSchemas.corrections, "GET", path)).strokes;
  }

  /** Has a finished job's layers show these strokes and no others, so many frames at a time. */
  correct(
    id: string,
    request: CorrectionRequest,
  ): Promise<{ readonly frames: readonly number[]; readonly left: number }> {
    const path = `/jobs/${id}/corrections`;
    return this.#ask(answerSchemas.corrected, "POST", path, { json: request });
  }

  /** The edits of a finished job's layers, and where the edited layers are. */
  async edits(id: string): Promise<KeptEdits> {
    const path = `/jobs/${id}/edits`;
    return keptEdits(await this.#ask(answerSchemas.edits, "GET", path));
  }

  /** Keeps these edits of a finished job's layers and no others; refused when one of them cannot be done. */
  async keepEdits(
    id: string,
    { edits, stack }: Pick<EditsDocument, "edits" | "stack">,
  ): Promise<KeptEdits> {
    const path = `/jobs/${id}/edits`;
    const body = { json: { edits, ...(stack && { stack }) } };
    return keptEdits(await this.#ask(answerSchemas.edits, "POST", path, body));
  }

  /**
   * Renders a finished job's edited layers, or tells how far that is.
   *
   * @param rendersStrength whether strengths of effects are rendered instead of being left to clips' opacities
   */
  editedLayers(id: string, rendersStrength = false): Promise<EditedLayers> {
    const path = `/jobs/${id}/edited`;
    const json = rendersStrength ? { rendersStrength } : {};
    return this.#ask(answerSchemas.edited, "POST", path, { json });
  }

  /** What was rendered of a finished job's edited layers, now or with other edits. */
  editedFolders(id: string): Promise<readonly EditedFolder[]> {
    const path = `/jobs/${id}/edited`;
    return this.#ask(answerSchemas.editedFolders, "GET", path);
  }

  /** Removes some of it, and tells what is left. */
  discardEdited(
    id: string,
    edited: readonly string[],
  ): Promise<readonly EditedFolder[]> {
    const path = `/jobs/${id}/edited/discard`;
    const body = { json: { edited } };
    return this.#ask(answerSchemas.editedFolders, "POST", path, body);
  }

  /** Words as a PNG file with alpha, cut to their ink. */
  lettering(request: LetteringRequest): Promise<ArrayBuffer> {
    return this.#read("/lettering", { json: request });
  }

  /** Reads a file of a finished job's result, such as `layers.json` or `boy/00001.png`. */
  resultFile(id: string, path: string): Promise<ArrayBuffer> {
    return this.#read(`/jobs/${id}/files/${encodePath(path)}`);
  }

  /** One frame of a job's clip as a PNG file; `frameNumber` counts from 1 within the job's range. */
  sourceFrame(id: string, frameNumber: number): Promise<ArrayBuffer> {
    return this.#read(`/jobs/${id}/source/${frameNumber}`);
  }

  /** A picture of a running job's latest preview as a PNG file; `layer` counts from 0 at the bottom. */
  previewPicture(id: string, layer: number): Promise<ArrayBuffer> {
    return this.#read(`/jobs/${id}/preview/${layer}`);
  }

  /** An address under which a browser opens the panel, once and within two minutes. */
  async panelAddress(): Promise<string> {
    return (await this.#ask(answerSchemas.panel, "POST", "/panel-ticket")).url;
  }

  /** Asks the service to end; a running job keeps what it has done and goes on when the service is started again. */
  async shutDown(): Promise<void> {
    await this.#ask(answerSchemas.nothing, "POST", "/shutdown");
  }

  /** Follows all jobs until the returned stream, or the client, is closed. */
  watch(watch: EventWatch): EventStream {
    const stream = new EventStream(
      this.#socketAddress(`${apiRoot}/events`),
      this.#socketProtocols(),
      watch,
      this.#surroundings,
    );
    this.#streams.add(stream);
    return stream;
  }

  /**
   * Connects to a session in which the subjects of a clip in a workspace are found and painted; it ends with the link.
   */
  subjects(workspaceId: string, events: SubjectEvents): SubjectLink {
    const link = new SubjectLink(
      `${this.#socketAddress(subjectsPath)}?workspace=${workspaceId}`,
      this.#socketProtocols(),
      events,
      this.#surroundings,
    );
    this.#streams.add(link);
    void link.ended.then(() => this.#streams.delete(link));
    return link;
  }

  /**
   * Waits for a turn to change the open project; see `turnPath`.
   *
   * @returns ends the turn
   * @throws LaminaError `project-busy`, `service-unreachable`; AbortError
   */
  takeTurn(options: TurnOptions): Promise<() => void> {
    return takeTurn(
      this.#socketAddress(turnPath),
      this.#socketProtocols(),
      this.#surroundings,
      options,
    );
  }

  /** Ends all streams and makes every pending call throw. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#streams) stream.close();
    for (const call of this.#pending) call.abort();
  }

  #socketAddress(path: string): string {
    return `ws://127.0.0.1:${this.#address.port}${path}`;
  }

  #socketProtocols(): string[] {
    const { token } = this.#address;
    return ["lamina", ...(token === undefined ? [] : [`token.${token}`])];
  }

  async #ask<T>(
    schema: v.GenericSchema<unknown, T>,
    method: string,
    path: string,
    body?: Body,
  ): Promise<T> {
    const text = await this.#send(method, path, body, (a) => a.text());
    return v.parse(schema, openAnswer(text));
  }

  async #read(path: string, body?: Body): Promise<ArrayBuffer> {
    const content = await this.#send<ArrayBuffer | string>(
      body === undefined ? "GET" : "POST",
      path,
      body,
      (answer) => (answer.ok ? answer.arrayBuffer() : answer.text()),
    );
    if (typeof content !== "string") return content;
    openAnswer(content);
    throw new Error("bug: a refusal without an error");
  }

  /** The only place where no answer is an answer: whatever fetch throws means that the service cannot be reached. */
  async #send<T>(
    method: string,
    path: string,
    body: Body | undefined,
    read: (answer: AnswerLike) => Promise<T>,
  ): Promise<T> {
    const { port, token } = this.#address;
    const { fetch, AbortController } = this.#surroundings;
    const call = new AbortController();
    if (this.#closed) call.abort();
    this.#pending.add(call);
    try {
      const answer = await fetch(`http://127.0.0.1:${port}${apiRoot}${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { "Content-Type": contentType(body) }),
        },
        signal: call.signal as never,
        ...(body === undefined ? {} : { body: bodyOf(body) }),
      });
      return await read(answer);
    } catch (error) {
      throw new LaminaError({ code: "service-unreachable" }, { cause: error });
    } finally {
      this.#pending.delete(call);
    }
  }
}

const contentType = (body: Body): string =>
  "json" in body ? "application/json" : "application/octet-stream";

const bodyOf = (body: Body): string | Uint8Array<ArrayBuffer> =>
  "json" in body ? JSON.stringify(body.json) : body.bytes;

/** The edits of a finished job's layers. */
export interface KeptEdits {
  readonly edits: readonly Edit[];
  /** How the layers are arranged, where that is not as `layers.json` has them. */
  readonly stack?: readonly ArrangedLayer[];
  /** Absolute path of the `layers.json` that the edited layers have, or will have; absent where there are no edits. */
  readonly edited?: string;
  /** The same where strengths of effects are rendered; absent where none is left to a clip's opacity. */
  readonly rendered?: string;
  /** How opaque clips of edited layers are to be, in 0…1, by the layers' ids; others are whole. */
  readonly opacities?: Readonly<Record<string, number>>;
}

const keptEdits = ({
  edits,
  stack,
  edited,
  rendered,
  opacities,
}: {
  readonly edits: readonly unknown[];
  readonly stack?: readonly ArrangedLayer[];
  readonly edited?: string;
  readonly rendered?: string;
  readonly opacities?: Readonly<Record<string, number>>;
}): KeptEdits => ({
  ...(stack && { stack }),
  edits: readEdits(JSON.stringify({ version: 1, edits }), editsFileName).edits,
  ...(edited !== undefined && { edited }),
  ...(rendered !== undefined && { rendered }),
  ...(opacities && { opacities }),
});

/** The value of an answer. */
function openAnswer(text: string): unknown {
  const answer = v.parse(wireAnswerSchema, JSON.parse(text));
  if (!answer.ok) throw new RemoteError(answer.error);
  return answer.value;
}
