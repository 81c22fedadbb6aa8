import { joinPath, nameOf } from "../host/file-path.ts";
import { describeObstacle } from "../host/obstacle.ts";
import type { Workspace } from "../protocol/broker-api.ts";
import { act, type Desk } from "./desk.ts";
import {
  addSubject,
  type Draft,
  draftObstacle,
  mergeSubjects,
  moveSubject,
  removeSubject,
  renameSubject,
} from "./draft.ts";
import {
  framesFolderName,
  noteFileName,
  outputPathFor,
  writeNote,
} from "../host/run-note.ts";
import { type Settings, writeSettings } from "./settings.ts";

/** A file that the user has chosen; a browser's `File` fits as it is. */
export interface ChosenFile {
  readonly name: string;
  /** With the folders above it when a whole folder was chosen; else empty. */
  readonly webkitRelativePath: string;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** From the selected clip to a job in the queue. */
export class Preparation {
  readonly #desk: Desk;
  #export: AbortController | undefined;
  #uploads = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Begins to prepare the selected clip. */
  begin(): void {
    const { clip, obstacles } = this.#state.selection ?? { obstacles: [] };
    const [obstacle] = obstacles;
    if (clip === undefined || obstacle !== undefined) {
      // Only a menu of the editing program asks for what the panel itself does not offer.
      const action = describeObstacle(obstacle ?? { code: "nothing-selected" });
      const sentence = "There is no clip that can be decomposed.";
      this.#set({ problem: { sentence, action } });
      return;
    }
    if (this.#state.draft !== undefined) {
      this.#set({ view: { kind: "subjects" } });
      return;
    }
    this.#set({ draft: { clip, subjects: [] }, view: { kind: "subjects" } });
  }

  /** Gives it up; nothing of it is left. */
  async leave(): Promise<void> {
    const workspace = this.#state.draft?.workspace;
    this.#set({ draft: undefined, view: { kind: "clip" }, problem: undefined });
    if (workspace === undefined) return;
    await act(this.#desk, "Clearing up", () =>
      this.#desk.service.removeWorkspace(workspace.id),
    );
  }

  /** Takes a matte from a path: a folder of images, a movie or one image. */
  addPath(path: string): Promise<boolean> {
    const source = path.trim().replace(/^"(.*)"$/, "$1");
    return this.#takeIn(plainName(nameOf(source)), nameOf(source), () =>
      Promise.resolve(source),
    );
  }

  /** Takes a matte from files: the images of a folder, a movie or one image. */
  async addFiles(files: readonly ChosenFile[]): Promise<boolean> {
    const [first] = files;
    if (first === undefined) return false;
    const folder = first.webkitRelativePath.split("/").at(-2);
    const origin =
      files.length > 1
        ? `${folder ?? plainName(first.name)} (${files.length} files)`
        : first.name;
    const name = plainName(folder ?? first.name);
    return this.#takeIn(name, origin, async ({ id, path }) => {
      const { service } = this.#desk;
      const upload = `uploads/${++this.#uploads}`;
      const images = files.filter(
        (file) => files.length === 1 || /\.(png|jpe?g)$/i.test(file.name),
      );
      for (const file of images) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        await service.putFile(id, `${upload}/${file.name}`, bytes);
      }
      const folderPath = joinPath(path, "uploads", String(this.#uploads));
      return files.length === 1 ? joinPath(folderPath, first.name) : folderPath;
    });
  }

  /** Calls a subject otherwise. */
  rename(key: number, name: string): void {
    this.#change((draft) => renameSubject(draft, key, name));
  }

  /** Takes a subject out. */
  remove(key: number): void {
    this.#change((draft) => removeSubject(draft, key));
  }

  /** Moves a subject by `steps` towards the back. */
  move(key: number, steps: number): void {
    this.#change((draft) => moveSubject(draft, key, steps));
  }

  /** Makes one subject of two: a rider and the bicycle. */
  merge(near: number, far: number): Promise<boolean> {
    return act(this.#desk, "Merging mattes", async () => {
      const { draft } = this.#state;
      const parts = draft?.subjects.filter(
        ({ key }) => key === near || key === far,
      );
      const workspace = draft?.workspace;
      if (workspace === undefined || parts?.length !== 2) return;
      const matte = await this.#desk.service.addMatte(workspace.id, {
        name: parts.map(({ name }) => name).join(" + "),
        sources: parts.map(({ matte: { path } }) => path),
        ...this.#frames(),
      });
      this.#change((now) => mergeSubjects(now, near, far, matte));
    });
  }

  /** Changes settings and remembers them. */
  changeSettings(change: Partial<Settings>): void {
    const settings = { ...this.#state.settings, ...change };
    writeSettings(this.#desk.memory, settings);
    this.#set({ settings });
  }

  /** Exports the clip and queues the job. */
  async run(): Promise<void> {
    const { draft, settings } = this.#state;
    const { host, service, now } = this.#desk;
    const workspace = draft?.workspace;
    if (workspace === undefined || draftObstacle(draft!) !== undefined) return;
    const { clip, subjects } = draft!;
    const outputPath = outputPathFor(clip, settings.layersFolder, now());
    if (outputPath === undefined) {
      this.#set({
        view: { kind: "settings" },
        problem: {
          sentence:
            "This clip has no media file that its layers could be kept beside.",
          action: "Name a folder for the layers.",
        },
      });
      return;
    }
    this.#set({ view: { kind: "export" } });
    this.#export = new AbortController();
    const { signal } = this.#export;
    const done = await act(this.#desk, "Exporting the clip", async () => {
      const frames = await host.exportClip(
        clip,
        joinPath(workspace.path, framesFolderName),
        { signal },
      );
      const note = new TextEncoder().encode(writeNote({ clip }));
      await service.putFile(workspace.id, noteFileName, note);
      const job = await service.submitJob({
        clipPath: frames.folder,
        // The list shows the nearest first; the engine wants the farthest first.
        subjects: [...subjects].reverse().map(({ name, matte }) => ({
          name: name.trim(),
          maskPath: matte.path,
        })),
        outputPath,
        frameRate: frames.frameRate,
        quality: settings.quality,
        backend: settings.backend,
        prores: settings.prores,
      });
      this.#set({ draft: undefined, view: { kind: "job", jobId: job.id } });
    });
    if (!done) this.#set({ view: { kind: "subjects" } });
  }

  /** Ends an export that runs; the mattes stay. */
  cancelExport(): void {
    this.#export?.abort();
  }

  get #state() {
    return this.#desk.store.state;
  }

  #set(change: Partial<Desk["store"]["state"]>): void {
    this.#desk.store.set(change);
  }

  #change(change: (draft: Draft) => Draft): void {
    const { draft } = this.#state;
    if (draft !== undefined) this.#set({ draft: change(draft) });
  }

  /** The clip's size and length, which mattes must fit. */
  #frames() {
    const { sequence, frameCount } = this.#state.draft!.clip;
    return { width: sequence.width, height: sequence.height, frameCount };
  }

  #takeIn(
    name: string,
    origin: string,
    bring: (workspace: Workspace) => Promise<string>,
  ): Promise<boolean> {
    return act(this.#desk, "Taking the matte in", async () => {
      const { draft } = this.#state;
      if (draft === undefined) return;
      const { service } = this.#desk;
      const workspace =
        draft.workspace ??
        (await service.createWorkspace({ name: draft.clip.name }));
      this.#change((now) => ({ ...now, workspace }));
      const matte = await service.addMatte(workspace.id, {
        name,
        sources: [await bring(workspace)],
        ...this.#frames(),
      });
      this.#change((now) => addSubject(now, { name, matte, origin }));
    });
  }
}

/** A file's name without ending and number: `boy_0001.png` is `boy`. */
function plainName(fileName: string): string {
  const plain = fileName
    .replace(/\.[A-Za-z0-9]{2,4}$/, "")
    .replace(/[ _.-]*\d+$/, "");
  return plain === "" ? "Subject" : plain;
}
