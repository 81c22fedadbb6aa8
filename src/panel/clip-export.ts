import { joinPath } from "../host/file-path.ts";
import type { ExportedFrames, SelectedClip } from "../host/host.ts";
import { framesFolderName } from "../job-contract/frame-files.ts";
import type { Workspace } from "../protocol/service-api.ts";
import { checkOpaque } from "./clip-alpha.ts";
import type { Desk } from "./desk.ts";

/** What an earlier panel has made of a clip. */
export interface ClipThere {
  readonly workspace: Workspace;
  /** Absent when the export had not come to its end: what there may be of it is removed. */
  readonly frames?: ExportedFrames | undefined;
}

/** A clip that is exported once, into a workspace that is made for it. */
export class ClipExport {
  readonly #desk: Desk;
  readonly #clip: SelectedClip;
  readonly #onWorkspace: (workspace: Workspace) => void;
  #workspace: Promise<Workspace> | undefined;
  #frames: Promise<ExportedFrames> | undefined;
  #exporting: AbortController | undefined;
  #exported: ExportedFrames | undefined;
  /** Whether an earlier panel may have left some of the frames. */
  #isBegun = false;

  /** @param there what an earlier panel has made of it */
  constructor(
    desk: Desk,
    clip: SelectedClip,
    onWorkspace: (workspace: Workspace) => void,
    there?: ClipThere,
  ) {
    this.#desk = desk;
    this.#clip = clip;
    this.#onWorkspace = onWorkspace;
    if (there === undefined) return;
    this.#workspace = Promise.resolve(there.workspace);
    const { frames } = there;
    this.#exported = frames;
    this.#isBegun = frames === undefined;
    if (frames !== undefined) this.#frames = Promise.resolve(frames);
  }

  /** The clip's frames when all of them are there. */
  get exported(): ExportedFrames | undefined {
    return this.#exported;
  }

  /** The workspace, made when it is first asked for. */
  workspace(): Promise<Workspace> {
    this.#workspace ??= this.#desk.service
      .createWorkspace({ name: this.#clip.name })
      .then((workspace) => {
        this.#onWorkspace(workspace);
        return workspace;
      })
      .catch((error: unknown) => {
        this.#workspace = undefined;
        throw error;
      });
    return this.#workspace;
  }

  /** The clip's frames, exported when they are first asked for. */
  frames(): Promise<ExportedFrames> {
    this.#frames ??= this.#export().catch((error: unknown) => {
      this.#frames = undefined;
      throw error;
    });
    return this.#frames;
  }

  /** Breaks off an export that is on its way. */
  cancel(): void {
    this.#exporting?.abort();
  }

  /**
   * Breaks off what is on its way; resolves when nothing is written any more.
   *
   * @returns the workspace, if there is one
   */
  async end(): Promise<Workspace | undefined> {
    this.cancel();
    await this.#frames?.catch(() => undefined);
    return this.#workspace?.catch(() => undefined);
  }

  async #export(): Promise<ExportedFrames> {
    const workspace = await this.workspace();
    this.#exporting = new AbortController();
    const { signal } = this.#exporting;
    try {
      const folder = joinPath(workspace.path, framesFolderName);
      const { host, service } = this.#desk;
      if (this.#isBegun) await service.removeFrames(workspace.id);
      this.#isBegun = false;
      const frames = await host.exportClip(this.#clip, folder, { signal });
      await checkOpaque(service, workspace.id, frames.frameCount);
      this.#exported = frames;
      return frames;
    } finally {
      this.#exporting = undefined;
    }
  }
}
