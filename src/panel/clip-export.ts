import { joinPath } from "../host/file-path.ts";
import type { ExportedFrames, SelectedClip } from "../host/host.ts";
import { framesFolderName } from "../job-contract/frame-files.ts";
import type { Workspace } from "../protocol/service-api.ts";
import { checkOpaque } from "./clip-alpha.ts";
import type { Desk } from "./desk.ts";

/** A clip that is exported once, into a workspace that is made for it. */
export class ClipExport {
  readonly #desk: Desk;
  readonly #clip: SelectedClip;
  readonly #onWorkspace: (workspace: Workspace) => void;
  #workspace: Promise<Workspace> | undefined;
  #frames: Promise<ExportedFrames> | undefined;
  #exporting: AbortController | undefined;

  constructor(
    desk: Desk,
    clip: SelectedClip,
    onWorkspace: (workspace: Workspace) => void,
  ) {
    this.#desk = desk;
    this.#clip = clip;
    this.#onWorkspace = onWorkspace;
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
      const frames = await host.exportClip(this.#clip, folder, { signal });
      await checkOpaque(service, workspace.id, frames.frameCount);
      return frames;
    } finally {
      this.#exporting = undefined;
    }
  }
}
