import {
  type CameraDocument,
  readCamera,
} from "../document/camera-document.ts";
import type { Edit } from "../document/edits-document.ts";
import type { ArrangedLayer } from "../document/layers-document.ts";
import type { Point } from "../edits/placement.ts";
import { freeId, newUse, placeOnGround, type UseName } from "./new-use.ts";
import { LaminaError } from "../errors/failure.ts";
import { workspaceOf } from "../host/run-note.ts";
import type { ChosenFile } from "./preparation.ts";
import { comparablePath } from "../host/file-path.ts";
import type { EditedFolder } from "../protocol/service-api.ts";
import { act, type Desk } from "./desk.ts";
import {
  rearranged,
  runLayers,
  sameStack,
  stackLayers,
} from "./layer-stack.ts";
import { noHistory, remember, stepBack, stepForth } from "./history.ts";
import { chosenObject } from "./arrangement.ts";
import {
  alignMarks,
  anchorOf,
  type Mark,
  ownFrame,
  withMark,
} from "./marks.ts";
import { describeProblem } from "./problem.ts";
import { UsePreview } from "./use-preview.ts";
import {
  deletePreset,
  loadPresets,
  presetUse,
  savePreset,
  type UsePreset,
} from "./use-presets.ts";
import type { Uses } from "./uses.ts";

/** Makes uses of finished layers: shown at once, kept by the service beside the layers as `edits.json`. */
export class Using {
  readonly #desk: Desk;
  /** The frame that somebody looks at, counted from 1. */
  #frame = 1;
  /** Whether it is shown as uses make it. */
  #isWithUses = false;
  #isStale = false;
  #isSending = false;
  /** How often it was asked which renderings there are. */
  #turn = 0;
  /** Whether changes belong to one gesture, which is one step of undo. */
  #inGesture = false;

  constructor(desk: Desk) {
    this.#desk = desk;
    // Layers lie in the edited stack as the list has them.
    let { arranged, runs } = desk.store.state;
    desk.store.follow((state) => {
      if (state.runs !== runs) {
        ({ runs } = state);
        void this.#measure();
      }
      const before = arranged;
      ({ arranged } = state);
      const now = this.#now;
      if (before === undefined || now?.jobId !== arranged?.jobId) return;
      if (before.jobId !== arranged?.jobId || now!.edits.length === 0) return;
      if (!sameStack(before.layers, arranged.layers)) this.#send();
    });
  }

  /** Takes up what was kept before, or says why nothing can be. */
  async open(jobId: string): Promise<void> {
    const { arranged } = this.#desk.store.state;
    if (arranged?.jobId !== jobId) return;
    const { document, documentPath } = arranged;
    const { service } = this.#desk;
    const start = (camera?: CameraDocument): Uses => ({
      jobId,
      edits: [],
      history: noHistory,
      preview: new UsePreview(service, jobId, document, documentPath, camera),
      camera,
      isUnsaved: false,
    });
    this.#desk.store.set({ uses: start() });
    try {
      const camera =
        document.camera === undefined
          ? undefined
          : readCamera(
              new TextDecoder().decode(
                await service.resultFile(jobId, document.camera),
              ),
              document.camera,
            );
      const { edits, stack, ...places } = await service.edits(jobId);
      if (this.#now?.jobId !== jobId) return;
      this.#desk.store.set({
        uses: { ...start(camera), edits, ...places },
      });
      // The list may have been changed where nobody could keep it with the edits.
      const plain = runLayers(stackLayers(document));
      if (edits.length > 0 && !sameStack(stack ?? plain, this.#stack ?? plain))
        this.#send();
      await this.#measure();
    } catch (error) {
      this.#change({ problem: describeProblem(error) });
    }
  }

  /** Notes which frame one looks at, and whether as uses make it: what is made is made for it. */
  look(frame: number, isWithUses = false): void {
    this.#frame = frame;
    this.#isWithUses = isWithUses;
  }

  /** Marks what a layer, or a duplicate, shows in the frame that one looks at, so that it can be shown together with moments of others. */
  mark(layer: string): void {
    const now = this.#now;
    const { arranged } = this.#desk.store.state;
    if (now === undefined || arranged === undefined) return;
    const isCopy = !arranged.layers.some(({ id }) => id === layer);
    const edits = this.#isWithUses || isCopy ? now.edits : [];
    const { document } = arranged;
    try {
      const all = { version: 1, edits } as const;
      const frame = ownFrame(document, all, layer, this.#frame);
      if (frame === undefined)
        throw new LaminaError({
          code: "usage",
          problem: "It is not to be seen in this frame.",
        });
      const marks = withMark(now.marks ?? [], { layer, frame });
      this.#change({ marks, problem: undefined });
    } catch (error) {
      this.#change({ problem: describeProblem(error) });
    }
  }

  /** The moments that were marked, of layers and duplicates that there are. */
  get marks(): readonly Mark[] {
    const { marks = [], edits = [] } = this.#now ?? {};
    const { arranged } = this.#desk.store.state;
    return marks.filter(
      ({ layer }) =>
        arranged?.layers.some(({ id }) => id === layer) === true ||
        edits.some((edit) => edit.use === "duplicate" && edit.id === layer),
    );
  }

  /** Forgets the moment that was marked of a layer. */
  unmark(layer: string): void {
    const marks = this.#now?.marks?.filter((each) => each.layer !== layer);
    this.#change({ marks });
  }

  /** Moves the marked layers in time so that their moments come together: one step of undo. */
  align(): void {
    const now = this.#now;
    const { arranged } = this.#desk.store.state;
    if (now === undefined || arranged === undefined) return;
    const { marks } = this;
    const anchor = anchorOf(marks, chosenObject(arranged));
    if (anchor === undefined || marks.length < 2) return;
    this.#change({ chosen: undefined });
    this.#set(alignMarks(now.edits, marks, anchor));
  }

  /** Makes a use of the chosen layer, or of all of them, and shows its settings. */
  add(name: UseName): void {
    const now = this.#now;
    const { arranged } = this.#desk.store.state;
    if (now === undefined || arranged === undefined) return;
    const edit = newUse(name, arranged, this.#frame, now.edits);
    if (edit === undefined) return;
    this.#append(now, edit);
  }

  /**
   * Puts a picture or movie on the ground, or in the background's place.
   *
   * @param given a file that was chosen, which is kept with the run, or the absolute path of one
   * @param index the use whose picture it replaces; a new one is made when absent
   */
  bring(
    given: ChosenFile | string,
    role: "backdrop" | "insert",
    index?: number,
  ): Promise<boolean> {
    return act(this.#desk, "Taking the picture", async () => {
      const { arranged } = this.#desk.store.state;
      const path =
        typeof given === "string" ? given : await this.#takeIn(given);
      const now = this.#now;
      if (now === undefined || arranged?.jobId !== now.jobId) return;
      const kind = isPicture.test(path) ? "image" : "movie";
      const old = index === undefined ? undefined : now.edits[index];
      if (index !== undefined && old?.use === "insert") {
        if (old.what !== "text")
          this.alter(index, { ...old, what: kind, path });
        return;
      }
      if (role === "backdrop") {
        const lock = old !== undefined && "lock" in old ? old.lock : "frame";
        this.#append(now, { use: "backdrop", fill: kind, path, lock, at: 1 });
        return;
      }
      this.#append(now, {
        use: "insert",
        what: kind,
        path,
        id: freeId("picture", arranged, now.edits),
        ...placeOnGround(arranged, this.#frame),
      });
    });
  }

  /** Keeps a use's settings under a name, for other clips. */
  savePreset(index: number, name: string): void {
    const { arranged } = this.#desk.store.state;
    const edit = this.#now?.edits[index];
    if (edit === undefined || arranged === undefined) return;
    savePreset(this.#desk.memory, name, edit, arranged.document);
    this.#change({});
  }

  /** Makes a use of the chosen layer with the settings that were kept under a name. */
  applyPreset(name: string): void {
    const now = this.#now;
    const { arranged } = this.#desk.store.state;
    if (now === undefined || arranged === undefined) return;
    const preset = this.presets.find((each) => each.name === name);
    const edit = preset && presetUse(preset, arranged, this.#frame, now.edits);
    if (edit !== undefined) this.#append(now, edit);
  }

  /** Forgets such settings. */
  deletePreset(name: string): void {
    deletePreset(this.#desk.memory, name);
    this.#change({});
  }

  /** The settings that were kept, by name. */
  get presets(): readonly UsePreset[] {
    return loadPresets(this.#desk.memory);
  }

  /** Puts a chosen file where the run's frames are; tells its path. */
  async #takeIn(file: ChosenFile): Promise<string> {
    const { store, service, now } = this.#desk;
    const { jobs } = store.state;
    const job = jobs?.find(({ id }) => id === this.#now?.jobId);
    const workspace = job && workspaceOf(job);
    if (workspace === undefined)
      throw new LaminaError({
        code: "usage",
        problem:
          "This run has no folder of the panel's to keep the file in; name the file by its path.",
      });
    // What an earlier use shows is not replaced by a file of the same name.
    const folder = `uses/${now().getTime().toString(36)}`;
    const bytes = new Uint8Array(await file.arrayBuffer());
    const place = `${folder}/${file.name}`;
    return (await service.putFile(workspace, place, bytes)).path;
  }

  /** Adds a use and shows its settings. */
  #append(now: Uses, edit: Edit): void {
    const isThere = now.edits.some(
      (each) => JSON.stringify(each) === JSON.stringify(edit),
    );
    if (edit.use === "remove" && isThere) return;
    // There is one backdrop.
    const others = now.edits.filter(
      ({ use }) => use !== "backdrop" || edit.use !== "backdrop",
    );
    this.#change({ chosen: others.length });
    this.#set([...others, edit]);
    if (edit.use === "backdrop") void this.#readProject();
  }

  /**
   * Puts another use in the place of one.
   *
   * @param goesOn whether more of the same gesture follows
   */
  alter(index: number, edit: Edit, goesOn = false): void {
    const now = this.#now;
    if (now === undefined) return;
    this.#set(
      now.edits.map((each, i) => (i === index ? edit : each)),
      goesOn,
    );
  }

  /** Takes a use back. */
  remove(index: number): void {
    const now = this.#now;
    if (now === undefined) return;
    this.#change({ chosen: undefined });
    this.#set(now.edits.filter((_, i) => i !== index));
  }

  /** Shows a use's settings and handles, or puts them away. */
  choose(index: number): void {
    const now = this.#now;
    if (now === undefined) return;
    this.#change({ chosen: now.chosen === index ? undefined : index });
    if (now.edits[index]?.use === "backdrop") void this.#readProject();
  }

  /** Looks what the project has for a backdrop. Where that cannot be told, there are still files. */
  async #readProject(): Promise<void> {
    const { store, host } = this.#desk;
    const all = await host.projectClips().catch(() => []);
    // Numbered stills are named by their first, which would stand still.
    const projectClips = all.filter(({ path }) => !isPicture.test(path));
    store.set({ projectClips });
  }

  /** Undoes the last change, or does it again. */
  step(way: "back" | "forth"): void {
    const now = this.#now;
    if (now === undefined) return;
    const take = way === "back" ? stepBack : stepForth;
    const step = take(now.history, now.edits);
    if (step === undefined) return;
    this.#change({
      edits: step.state,
      history: step.history,
      chosen: undefined,
    });
    this.#send();
  }

  /** Renderings of the uses that nothing in the open project shows, and that are not what would be placed now. */
  get unused(): readonly EditedFolder[] {
    const { folders = [], edited = "", rendered = edited } = this.#now ?? {};
    const needed = new Set(
      [
        edited,
        rendered,
        ...this.#desk.store.state.runs.map((run) => run.documentPath),
      ].map(comparablePath),
    );
    return folders.filter((each) => !needed.has(comparablePath(each.edited)));
  }

  /** Removes the renderings that are not used. */
  discard(): Promise<boolean> {
    return act(this.#desk, "Deleting renderings", async () => {
      const { jobId } = this.#now ?? {};
      if (jobId === undefined) return;
      // Another panel, or Undo, may have brought one back.
      this.#desk.store.set({ runs: await this.#desk.host.findRuns() });
      const gone = this.unused.map(({ edited }) => edited);
      await this.#tell(jobId, this.#desk.service.discardEdited(jobId, gone));
    });
  }

  /** Looks what was rendered. That it cannot be told keeps nobody from anything. */
  async #measure(): Promise<void> {
    const { jobId } = this.#now ?? {};
    if (jobId === undefined) return;
    const asked = this.#desk.service.editedFolders(jobId);
    await this.#tell(jobId, asked).catch(() => undefined);
  }

  /** Notes which renderings there are, unless something newer is known by then. */
  async #tell(
    jobId: string,
    asked: Promise<readonly EditedFolder[]>,
  ): Promise<void> {
    const turn = ++this.#turn;
    const folders = await asked;
    if (this.#turn === turn && this.#now?.jobId === jobId)
      this.#change({ folders });
  }

  get #now(): Uses | undefined {
    return this.#desk.store.state.uses;
  }

  /** How the layers are arranged; undefined where that is as their document has them. */
  get #stack(): readonly ArrangedLayer[] | undefined {
    const { arranged } = this.#desk.store.state;
    return arranged && rearranged(arranged);
  }

  #set(edits: readonly Edit[], goesOn = false): void {
    const now = this.#now;
    if (now === undefined) return;
    const history = this.#inGesture
      ? now.history
      : remember(now.history, now.edits);
    this.#inGesture = goesOn;
    this.#change({ edits, history, isUnsaved: true });
    if (!goesOn) this.#send();
  }

  #change(change: Partial<Uses>): void {
    const now = this.#now;
    if (now !== undefined)
      this.#desk.store.set({ uses: { ...now, ...change } });
  }

  /** Has the service keep what there is; one request at a time, the newest last. */
  #send(): void {
    this.#isStale = true;
    this.#change({ isUnsaved: true });
    if (this.#isSending) return;
    this.#isSending = true;
    void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    while (this.#isStale) {
      this.#isStale = false;
      const now = this.#now;
      if (now === undefined) break;
      const { jobId, edits } = now;
      let change: Partial<Uses>;
      try {
        const stack = this.#stack;
        const { edited, rendered, opacities } =
          await this.#desk.service.keepEdits(jobId, {
            edits,
            ...(stack && { stack }),
          });
        const places = { edited, rendered, opacities };
        change = { ...places, isUnsaved: false, problem: undefined };
      } catch (error) {
        change = { problem: describeProblem(error) };
      }
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- something may have been changed meanwhile
      if (this.#isStale || this.#now?.jobId !== jobId) continue;
      this.#isSending = false;
      this.#change(change);
    }
    this.#isSending = false;
  }
}

/** Files that are one picture; everything else is asked for as a movie. */
const isPicture = /\.(png|jpe?g|tiff?|webp|avif|exr|dpx|tga)$/i;

/** To tenths of a pixel. */
export const roundPoint = ([x, y]: Point): [number, number] => [
  Math.round(10 * x) / 10,
  Math.round(10 * y) / 10,
];
