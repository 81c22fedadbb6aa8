import { isImageName } from "../job-contract/image-format.ts";
import { folderOf, joinPath, nameOf } from "../host/file-path.ts";
import { describeObstacle } from "../host/obstacle.ts";
import type { SelectedClip } from "../host/host.ts";
import type { Labels, ServiceJob, Workspace } from "../protocol/service-api.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { ProposedSubject } from "../protocol/subject-api.ts";
import type { FrameRange } from "../units/frame-range.ts";
import { readRunNote } from "./arrangement.ts";
import { act, type Desk } from "./desk.ts";
import {
  addSubject,
  type Draft,
  draftObstacle,
  maskParts,
  mergeDraftSubjects,
  moveSubject,
  newDraft,
  removeSubject,
  renameSubject,
  splitSubject,
  type Subject,
} from "./draft.ts";
import {
  noteFileName,
  outputPathFor,
  workspaceOf,
  writeNote,
} from "../host/run-note.ts";
import type { ClipThere } from "./clip-export.ts";
import {
  type DraftAside,
  findDraftsAside,
  isSameClip,
} from "./drafts-aside.ts";
import type { KeptSubjects } from "./kept-subjects.ts";
import type { PanelState, View } from "./panel-state.ts";
import {
  readSubjectsFile,
  runSubjectsFile,
  subjectsOfRun,
  workingSubjectsFile,
} from "./subject-files.ts";
import { lookAtMasks } from "./mask-looks.ts";
import { SubjectKeeper } from "./subject-keeper.ts";
import { type Settings, writeSettings } from "./settings.ts";
import { Tracking } from "./tracking.ts";
import { trialRange } from "./trial.ts";
import { isEmptyTrack, isUntouched } from "./tracks.ts";

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
  #tracking: Tracking | undefined;
  #keeper: SubjectKeeper | undefined;
  #uploads = 0;
  /** Another panel, or this one before it was opened anew, may have put files into the same workspace. */
  readonly #opened = Date.now().toString(36);
  /** Gives up the run that is about to be queued. */
  #giveUp = (): void => undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** The clip of the draft on its way to be painted on; there while there is a draft. */
  get tracking(): Tracking | undefined {
    return this.#tracking;
  }

  /** Begins to prepare the selected clip, and to look for what moves in it. */
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
    const aside = this.#state.aside.find((each) => isSameClip(each.clip, clip));
    if (aside !== undefined) {
      void this.goOn(aside);
      return;
    }
    const tracking = this.#open(newDraft(clip));
    void tracking.seek();
  }

  /** Goes on with a draft that was put aside. */
  goOn({ workspace }: DraftAside): Promise<boolean> {
    return act(this.#desk, "Opening the subjects", async () => {
      const { service } = this.#desk;
      const file = workingSubjectsFile(undefined);
      const kept = await readSubjectsFile(service, workspace.id, file);
      this.#take(kept, workspace, undefined);
    });
  }

  /** Opens a run's subjects as they were, to be corrected and run again. */
  correct(job: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Opening the subjects", async () => {
      const { service } = this.#desk;
      const id = workspaceOf(job);
      const kept = id && (await subjectsOfRun(service, id, job.id));
      const path = folderOf(job.request.clipPath);
      this.#take(kept || undefined, { id: id ?? "", path }, job.id);
    });
  }

  /** Throws a draft away that was put aside, with everything painted in it. */
  throwAway({ workspace }: DraftAside): Promise<boolean> {
    return act(this.#desk, "Clearing up", async () => {
      await this.#desk.service.removeWorkspace(workspace.id);
      this.#set({
        aside: this.#state.aside.filter((e) => e.workspace.id !== workspace.id),
      });
    });
  }

  /** Looks for drafts that were put aside. */
  async findAside(): Promise<void> {
    const { jobs = [], draft } = this.#state;
    const found = await findDraftsAside(this.#desk.service, jobs);
    const open = draft?.workspace?.id;
    this.#set({
      aside: found.filter(({ workspace }) => workspace.id !== open),
    });
  }

  /** Goes back to where it was begun: subjects are kept and can be gone on with; without any, nothing of it is left. */
  async leave(): Promise<void> {
    const { draft } = this.#state;
    const tracking = this.#tracking;
    const keeper = this.#keeper;
    const view = this.#before(draft);
    if (draft !== undefined && (draft.of !== undefined || hasSubjects(draft))) {
      this.#set({ view, problem: undefined });
      const isKept = (await keeper?.flush()) === true;
      const now = this.#state;
      // What cannot be kept on disk stays in the panel; and somebody may be back already.
      if (!isKept || now.view.kind !== view.kind || this.#tracking !== tracking)
        return;
      this.#tracking = undefined;
      const { workspace, clip, of } = draft;
      const aside =
        of === undefined && workspace !== undefined
          ? [{ workspace, clip }, ...now.aside]
          : now.aside;
      this.#set({ draft: undefined, aside });
      await keeper?.end();
      await tracking?.end();
      return;
    }
    this.#tracking = undefined;
    this.#set({ draft: undefined, view, problem: undefined });
    await keeper?.end();
    const workspace = await tracking?.end();
    if (workspace === undefined) return;
    await act(this.#desk, "Clearing up", () =>
      this.#desk.service.removeWorkspace(workspace.id),
    );
  }

  /** Takes a mask from a path: a folder of images, a movie or one image. */
  addPath(path: string): Promise<boolean> {
    const source = path.trim().replace(/^"(.*)"$/, "$1");
    return this.#takeIn(plainName(nameOf(source)), nameOf(source), () =>
      Promise.resolve(source),
    );
  }

  /** Takes a mask from files: the images of a folder, a movie or one image. */
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
      const upload = this.#nextUpload();
      const images = files.filter(
        (file) => files.length === 1 || isImageName(file.name),
      );
      for (const file of images) {
        const bytes = new Uint8Array(await file.arrayBuffer());
        await service.putFile(id, `uploads/${upload}/${file.name}`, bytes);
      }
      const folderPath = joinPath(path, "uploads", upload);
      return files.length === 1 ? joinPath(folderPath, first.name) : folderPath;
    });
  }

  #nextUpload(): string {
    return `${this.#opened}-${++this.#uploads}`;
  }

  /** Takes the selected clip of the timeline in as the mask of the draft's clip, by its alpha where it has one. */
  async addSelected(): Promise<boolean> {
    const clip = selectedMask(this.#state);
    if (clip === undefined) return false;
    return this.#takeIn(plainName(clip.name), clip.name, async ({ path }) => {
      const folder = joinPath(path, "uploads", this.#nextUpload());
      return (await this.#desk.host.exportClip(clip, folder)).folder;
    });
  }

  /** Calls a subject otherwise. */
  rename(key: number, name: string): void {
    this.#change((draft) => renameSubject(draft, key, name));
  }

  /** Takes a subject out. */
  remove(key: number): void {
    this.#change((draft) => removeSubject(draft, key));
    this.#tracking?.dropUnused();
  }

  /** Moves a subject by `steps` towards the back. */
  move(key: number, steps: number): void {
    this.#change((draft) => moveSubject(draft, key, steps));
  }

  /** Makes one subject of two: a rider and the bicycle. */
  merge(near: number, far: number): void {
    this.#change((draft) => mergeDraftSubjects(draft, near, far));
  }

  /** Makes subjects of the parts of a merged one again. */
  split(key: number): void {
    this.#change((draft) => splitSubject(draft, key));
  }

  /** Makes a subject of what was found. */
  use(proposed: ProposedSubject): Promise<void> {
    return this.#tracking?.use(proposed) ?? Promise.resolve();
  }

  /** Begins a new subject and goes to where it is painted. */
  async paintNew(): Promise<void> {
    if ((await this.#tracking?.beginPainting()) !== true) return;
    const [subject] = this.#state.draft?.subjects ?? [];
    if (subject !== undefined) this.paint(subject.key);
  }

  /** Goes to where a subject is painted. */
  paint(key: number): void {
    this.#set({ view: { kind: "paint", key }, problem: undefined });
  }

  /** Goes back to the list of subjects. */
  showSubjects(): void {
    const { view } = this.#state;
    this.#set({ view: { kind: "subjects" } });
    if (view.kind === "paint") this.#dropUnpainted(view.key);
  }

  /** A subject in which nothing was ever painted is none, and would only stand in the way of the run. */
  #dropUnpainted(key: number): void {
    const { draft } = this.#state;
    const subject = draft?.subjects.find((each) => each.key === key);
    const tracks = subject?.parts.map((part) =>
      part.kind === "track" ? draft?.tracks.get(part.trackId) : undefined,
    );
    if (tracks?.every((track) => track !== undefined && isUntouched(track)))
      this.remove(key);
  }

  /** Changes settings and remembers them. */
  changeSettings(change: Partial<Settings>): void {
    const settings = { ...this.#state.settings, ...change };
    writeSettings(this.#desk.memory, settings);
    this.#set({ settings });
  }

  /** Queues a job over a few frames around the playhead, to see what comes of it before the whole clip is done. */
  async tryFrames(): Promise<void> {
    const clip = this.#state.draft?.clip;
    if (clip === undefined) return;
    const { id, ticksPerFrame } = clip.sequence;
    const at = await this.#desk.host.playhead(id).then(
      (ticks) => Number((ticks - clip.start) / ticksPerFrame),
      // A program that does not tell where its playhead is has the clip's middle tried.
      () => clip.frameCount >> 1,
    );
    await this.run(trialRange(clip.frameCount, at));
  }

  /** Queues a job over the whole clip of one that was tried on some of its frames, with the same masks and settings. */
  doWhole(job: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Queueing the whole clip", async () => {
      const { service, now } = this.#desk;
      const id = workspaceOf(job);
      const clip = (await readRunNote(this.#desk, job))?.clip;
      const folder = folderOf(job.request.outputPath);
      const outputPath = clip && outputPathFor(clip, folder, now());
      if (id === undefined || outputPath === undefined) return;
      const { range: _, ...request } = job.request;
      const whole = await service.submitJob({
        ...request,
        overwrite: false,
        outputPath,
      });
      this.#set({ view: { kind: "job", jobId: whole.id } });
      const subjects = await service
        .workspaceFile(id, runSubjectsFile(job.id))
        // Without them the run can be done all the same, and not corrected.
        .catch(() => undefined);
      if (subjects === undefined) return;
      const file = runSubjectsFile(whole.id);
      await service.putFile(id, file, new Uint8Array(subjects));
    });
  }

  /**
   * Exports the clip unless that was done, and queues the job.
   *
   * @param range frames to do; all of them when absent
   */
  async run(range?: FrameRange): Promise<void> {
    const { draft, settings } = this.#state;
    const { service, now } = this.#desk;
    const tracking = this.#tracking;
    const keeper = this.#keeper;
    if (draft === undefined || tracking === undefined) return;
    if (draftObstacle(draft) !== undefined) return;
    const { clip, subjects } = draft;
    const whole = outputPathFor(clip, settings.layersFolder, now());
    const outputPath = range && whole ? `${whole} trial` : whole;
    if (outputPath === undefined) {
      this.#set({
        view: { kind: "settings" },
        problem: {
          sentence:
            "This clip has no media file that its layers could be kept beside.",
          action: "Name a folder under “Layers are kept”.",
        },
      });
      return;
    }
    this.#set({ view: { kind: "export", writes: "frames" } });
    const givenUp = new Promise<never>((_, reject) => {
      this.#giveUp = () => {
        tracking.cancelExport();
        reject(new DOMException("given up", "AbortError"));
      };
    });
    // Nobody waits for it once the job is queued.
    givenUp.catch(() => undefined);
    const unlessGivenUp = <T>(step: Promise<T>): Promise<T> =>
      Promise.race([step, givenUp]);
    const seen = { doubt: false };
    const done = await act(this.#desk, "Exporting the clip", async () => {
      // It was pressed twice.
      if (this.#tracking !== tracking) return;
      // A farm that is not there is told before the clip is exported for it.
      if (settings.compute === "farm")
        await unlessGivenUp(service.checkFarm(outputPath));
      const frames = await unlessGivenUp(tracking.frames());
      const workspace = await unlessGivenUp(tracking.workspace());
      // It is not known before the clip's frames are there.
      seen.doubt = await unlessGivenUp(lookAtMasks(this.#desk, frames));
      if (seen.doubt) return;
      this.#set({ view: { kind: "export", writes: "masks" } });
      const note = new TextEncoder().encode(writeNote({ clip }));
      // A run that is corrected has its note, with the order of its layers.
      if (draft.of === undefined)
        await service.putFile(workspace.id, noteFileName, note);
      const masked = [];
      // The list shows the nearest first; the engine wants the farthest first.
      for (const subject of [...subjects].reverse()) {
        const maskPath = await unlessGivenUp(
          this.#maskPath(subject, workspace, tracking),
        );
        masked.push({ name: subject.name.trim(), maskPath });
      }
      const job = await service.submitJob({
        clipPath: frames.folder,
        subjects: masked,
        outputPath,
        frameRate: frames.frameRate,
        quality: settings.quality,
        backend: settings.backend,
        prores: settings.prores || settings.files === "movies",
        ...(settings.exr && { format: "exr" }),
        ...(settings.compute === "farm" && { compute: settings.compute }),
        ...(range && { range }),
      });
      this.#tracking = undefined;
      const now = this.#state.draft ?? draft;
      this.#set({ draft: undefined, view: { kind: "job", jobId: job.id } });
      // The run goes on without; its subjects stay where they were kept before.
      await keeper?.hand(job.id, now).catch(() => undefined);
      void tracking.end();
    });
    if (!done || seen.doubt) this.#set({ view: { kind: "subjects" } });
    if (seen.doubt) this.#sayDoubt(range);
  }

  /** Says before a run which masks do not follow the clip, which the draft shows from now on, and lets it be begun all the same. */
  #sayDoubt(range: FrameRange | undefined): void {
    const { draft } = this.#state;
    const names = draft?.subjects.flatMap((subject) =>
      maskParts({ subjects: [subject] }).some((part) => part.follows === false)
        ? [`“${subject.name}”`]
        : [],
    );
    this.#set({
      problem: {
        sentence: `${names?.join(" and ")} follows nothing in this clip: the mask may be another clip's, or very rough.`,
        action: "Look at it in the list of subjects.",
        anyway: {
          label: "Decompose all the same",
          go: () => void this.run(range),
        },
      },
    });
  }

  /** Gives up a run that is about to be queued; the draft stays. */
  cancelRun(): void {
    this.#giveUp();
  }

  get #state() {
    return this.#desk.store.state;
  }

  #set(change: Partial<Desk["store"]["state"]>): void {
    this.#desk.store.set(change);
  }

  /** Where a draft was begun. */
  #before(draft: Draft | undefined): View {
    const jobId = draft?.of;
    if (jobId === undefined) return { kind: "clip" };
    const isArranged = this.#state.arranged?.jobId === jobId;
    return { kind: isArranged ? "layers" : "job", jobId };
  }

  /** Makes a draft the present one, and keeps it from now on. */
  #open(draft: Draft, there?: ClipThere): Tracking {
    const tracking = new Tracking(this.#desk, draft.clip, there);
    this.#tracking = tracking;
    this.#set({ draft, view: { kind: "subjects" }, problem: undefined });
    const frames = () => tracking.exported;
    this.#keeper = new SubjectKeeper(this.#desk, draft.of, frames);
    void tracking.askModels();
    const stop = this.#desk.store.follow(() => {
      // Frames and masks come in either order.
      if (this.#tracking !== tracking) stop();
      else void lookAtMasks(this.#desk, tracking.exported);
    });
    return tracking;
  }

  #take(
    kept: KeptSubjects | undefined,
    workspace: Workspace,
    of: string | undefined,
  ): void {
    if (this.#state.draft !== undefined) {
      this.#set({
        view: { kind: "subjects" },
        problem: {
          sentence: "These subjects could not be kept yet.",
          action: "Go on with them first, or free some room on the disk.",
        },
      });
      return;
    }
    if (kept === undefined) {
      this.#set({
        problem: {
          sentence: "The subjects of this run were not kept.",
          action: "Select its clip and choose “Decompose into layers…”.",
        },
      });
      return;
    }
    const { clip, frames, quality, opened, tracks, subjects } = kept;
    this.changeSettings({ quality });
    const draft = {
      ...newDraft(clip),
      of,
      workspace,
      opened,
      tracks,
      subjects,
    };
    const { aside } = this.#state;
    this.#set({ aside: aside.filter((e) => e.workspace.id !== workspace.id) });
    const tracking = this.#open(draft, { workspace, frames });
    if (frames !== undefined && tracks.size > 0) void tracking.goOn();
  }

  #change(change: (draft: Draft) => Draft): void {
    const { draft } = this.#state;
    if (draft !== undefined) this.#set({ draft: change(draft) });
  }

  /** The clip's size and length, which masks must fit. */
  #frames() {
    const { sequence, frameCount } = this.#state.draft!.clip;
    return { width: sequence.width, height: sequence.height, frameCount };
  }

  /** One mask for a subject, whatever it is made of. */
  async #maskPath(
    { name, parts }: Subject,
    { id }: Workspace,
    tracking: Tracking,
  ): Promise<string> {
    const paths: string[] = [];
    for (const part of parts) {
      // The only part of a subject is called what the subject is called now.
      const called = parts.length === 1 ? name : part.name;
      const mask =
        part.kind === "mask"
          ? part.mask
          : await tracking.accept(part.trackId, called);
      paths.push(mask.path);
    }
    const [only, ...others] = paths;
    if (only !== undefined && others.length === 0) return only;
    const request = { name, sources: paths, ...this.#frames() };
    return (await this.#desk.service.addMask(id, request)).path;
  }

  #takeIn(
    name: string,
    origin: string,
    bring: (workspace: Workspace) => Promise<string>,
  ): Promise<boolean> {
    return act(this.#desk, "Taking the mask in", async () => {
      const workspace = await this.#tracking?.workspace();
      if (workspace === undefined) return;
      const { service } = this.#desk;
      const source = await bring(workspace);
      const labels = await this.#labels(workspace, source);
      const among = labels.map(({ colour }) => colour);
      // Images of one colour are a plain mask.
      const takings =
        labels.length > 1
          ? labels.map(({ name: own, colour }) => ({
              name: own,
              label: { colour, among },
            }))
          : [{ name }];
      for (const taking of takings) {
        const mask = await service.addMask(workspace.id, {
          ...taking,
          sources: [source],
          ...this.#frames(),
        });
        const part = {
          kind: "mask",
          name: taking.name,
          mask,
          origin,
        } as const;
        this.#change((now) => addSubject(now, part));
      }
    });
  }

  /** The label colours that a mask's images hold; none for what is no such images. */
  async #labels({ id }: Workspace, path: string): Promise<Labels> {
    const { frameCount } = this.#frames();
    try {
      return await this.#desk.service.labels(id, { path, frameCount });
    } catch (error) {
      if (error instanceof RemoteError && error.code === "labels-unclear")
        return [];
      throw error;
    }
  }
}

/** Whether there is a subject of which something was painted, found or brought. */
const hasSubjects = ({ subjects, tracks }: Draft): boolean =>
  subjects.some(({ parts }) =>
    parts.some((part) => {
      const track =
        part.kind === "track" ? tracks.get(part.trackId) : undefined;
      return part.kind === "mask" || (track && !isEmptyTrack(track));
    }),
  );

/**
 * The clip that is selected in the timeline, when it can serve as a mask: another one than the draft's, over the same range of
 * the same sequence.
 */
export function selectedMask({
  draft,
  selection,
}: PanelState): SelectedClip | undefined {
  const clip = selection?.clip;
  const over = draft?.clip;
  const fits =
    clip !== undefined &&
    over !== undefined &&
    selection?.obstacles.length === 0 &&
    clip.clipId !== over.clipId &&
    clip.sequence.id === over.sequence.id &&
    clip.start === over.start &&
    clip.end === over.end;
  return fits ? clip : undefined;
}

/** A file's name without ending and number: `boy_0001.png` is `boy`. */
function plainName(fileName: string): string {
  const plain = fileName
    .replace(/\.[A-Za-z0-9]{2,4}$/, "")
    .replace(/[ _.-]*\d+$/, "");
  return plain === "" ? "Subject" : plain;
}
