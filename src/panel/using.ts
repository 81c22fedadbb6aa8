import {
  type CameraDocument,
  readCamera,
} from "../document/camera-document.ts";
import type { Edit } from "../document/edits-document.ts";
import type { ArrangedLayer } from "../document/layers-document.ts";
import type { Point } from "../edits/placement.ts";
import { chosenObject } from "./arrangement.ts";
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
import type { Arranged } from "./panel-state.ts";
import { describeProblem } from "./problem.ts";
import { UsePreview } from "./use-preview.ts";
import type { Uses } from "./uses.ts";

/** A use that a button makes. */
export type UseName =
  "remove" | "effects-only" | "duplicate" | "shift" | "backdrop" | "title";

/** Makes uses of finished layers: shown at once, kept by the service beside the layers as `edits.json`. */
export class Using {
  readonly #desk: Desk;
  /** The frame that somebody looks at, counted from 1. */
  #frame = 1;
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
      const { edits, stack, edited } = await service.edits(jobId);
      if (this.#now?.jobId !== jobId) return;
      this.#desk.store.set({ uses: { ...start(camera), edits, edited } });
      // The list may have been changed where nobody could keep it with the edits.
      const plain = runLayers(stackLayers(document));
      if (edits.length > 0 && !sameStack(stack ?? plain, this.#stack ?? plain))
        this.#send();
      await this.#measure();
    } catch (error) {
      this.#change({ problem: describeProblem(error) });
    }
  }

  /** Notes which frame one looks at: what is made is made for it. */
  look(frame: number): void {
    this.#frame = frame;
  }

  /** Makes a use of the chosen layer, or of all of them, and shows its settings. */
  add(name: UseName): void {
    const now = this.#now;
    const { arranged } = this.#desk.store.state;
    if (now === undefined || arranged === undefined) return;
    const edit = newEdit(name, arranged, this.#frame, now);
    if (edit === undefined) return;
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
    const { folders = [], edited = "" } = this.#now ?? {};
    const needed = new Set(
      [
        edited,
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
        const { edited } = await this.#desk.service.keepEdits(jobId, {
          edits,
          ...(stack && { stack }),
        });
        change = { edited, isUnsaved: false, problem: undefined };
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

/** How far beside its layer a new duplicate stands, as a share of the picture's width. */
const BESIDE = 0.18;
/** Where a new title lies, as shares of the picture: on the ground, narrower in the distance. */
const TITLE_CORNERS = [
  [0.3, 0.66],
  [0.7, 0.66],
  [0.8, 0.9],
  [0.2, 0.9],
] as const;
const NEW_BACKDROP = "#4a6b7c";

function newEdit(
  name: UseName,
  arranged: Arranged,
  frame: number,
  { edits }: Uses,
): Edit | undefined {
  const { width, height } = arranged.document;
  const layer = chosenObject(arranged);
  const free = (base: string): string => {
    const taken = new Set([
      ...arranged.layers.map(({ id }) => id),
      ...edits.flatMap((edit) => ("id" in edit ? [edit.id] : [])),
    ]);
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
    return id;
  };
  if (name === "backdrop")
    return { use: "backdrop", fill: "colour", colour: NEW_BACKDROP };
  if (name === "title") {
    const [a, b, c, d] = TITLE_CORNERS.map(([x, y]): [number, number] => [
      Math.round(x * width),
      Math.round(y * height),
    ]);
    return {
      use: "insert",
      what: "text",
      text: "TITLE",
      font: "sans-serif",
      colour: "#ffffff",
      id: free("title"),
      corners: [a!, b!, c!, d!],
      at: frame,
      above: arranged.document.layers[0]!.id,
      blend: "normal",
      opacity: 1,
      lock: arranged.document.camera === undefined ? "frame" : "camera",
    };
  }
  if (layer === undefined) return undefined;
  switch (name) {
    case "remove":
      return { use: "remove", layer, parts: "all" };
    case "effects-only":
      return { use: "remove", layer, parts: "subject" };
    case "shift":
      return { use: "shift", layer, frames: 0, fill: "hold", fade: 12 };
    case "duplicate":
      return {
        use: "duplicate",
        layer,
        id: free(`${layer}-2`),
        frames: 0,
        offset: [Math.round(width * BESIDE), 0] as [number, number],
        at: frame,
        scale: 1,
        flip: false,
        fill: "trim",
        parts: "all",
      };
  }
}

/** To tenths of a pixel. */
export const roundPoint = ([x, y]: Point): [number, number] => [
  Math.round(10 * x) / 10,
  Math.round(10 * y) / 10,
];
