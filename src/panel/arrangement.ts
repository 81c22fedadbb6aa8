import { isAsOpaque, isOpacityRefusal } from "../host/clip-opacity.ts";
import { comparablePath } from "../host/file-path.ts";
import type { PlacedRun, PlaceRequest, SelectedClip } from "../host/host.ts";
import { LaminaError } from "../errors/failure.ts";
import {
  documentFileName,
  type LayersDocument,
  readDocument,
} from "../document/layers-document.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import { act, type Desk } from "./desk.ts";
import {
  changeLayer,
  moveLayer,
  runLayers,
  sameStack,
  stackLayers,
  type StackLayer,
} from "./layer-stack.ts";
import type { Arranged, PanelState } from "./panel-state.ts";
import { describeProblem, hasCode } from "./problem.ts";
import { compareStack } from "./stack-comparison.ts";
import { editedStack, isEditedOf } from "./edited-stack.ts";
import { ownBackdrop } from "./own-backdrop.ts";
import { describeLeft } from "./left-over.ts";
import type { Uses } from "./uses.ts";
import {
  noteFileName,
  readNote,
  type RunNote,
  workspaceOf,
  writeNote,
} from "../host/run-note.ts";

/** A finished job's layers: their order, names and visibility, and their way into the timeline and out. */
export class Arrangement {
  readonly #desk: Desk;
  #saving: Promise<unknown> = Promise.resolve();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Opens a finished job's layers. */
  open(job: ServiceJob): Promise<boolean> {
    return act(this.#desk, "Opening the layers", async () => {
      const { service } = this.#desk;
      const documentPath = job.summary?.documentPath ?? "";
      const text = new TextDecoder().decode(
        await service.resultFile(job.id, documentFileName),
      );
      const document = readDocument(text, documentPath);
      const note = await readRunNote(this.#desk, job);
      await this.readRuns();
      const run = findRun(this.#state.runs, documentPath);
      const layers = stackLayers(document, run?.layers ?? note?.layers);
      this.#desk.store.set({
        arranged: { jobId: job.id, document, documentPath, layers },
        view: { kind: "layers", jobId: job.id },
      });
    });
  }

  /** Moves a layer by `steps` towards the top. */
  move(id: string, steps: number): void {
    this.#arrange((layers) => moveLayer(layers, id, steps));
  }

  /** Calls a layer otherwise. */
  rename(id: string, name: string): void {
    const plain = name.trim();
    if (plain !== "")
      this.#arrange((layers) => changeLayer(layers, id, { name: plain }));
  }

  /** Hides a layer or shows it again. */
  toggle(id: string): void {
    this.#arrange((layers) => {
      const hidden = !layers.some((layer) => layer.id === id && layer.hidden);
      return changeLayer(layers, id, { hidden });
    });
  }

  /** Shows a layer alone in the viewer, or all again; the timeline is not concerned. */
  solo(id: string): void {
    const { arranged } = this.#state;
    if (arranged === undefined) return;
    const solo = arranged.solo === id ? undefined : id;
    this.#desk.store.set({ arranged: { ...arranged, chosen: id, solo } });
  }

  /** Makes a layer the one that “Layer” and “Alpha” show; who sees another one alone sees this one alone. */
  choose(id: string): void {
    const { arranged } = this.#state;
    if (arranged === undefined) return;
    const solo = arranged.solo === undefined ? undefined : id;
    this.#desk.store.set({ arranged: { ...arranged, chosen: id, solo } });
  }

  /** Puts the layers above their clip. */
  async addToTimeline(
    job: ServiceJob,
    options: { readonly movesOthers?: boolean } = {},
  ): Promise<boolean> {
    const seen = { covered: false };
    const done = await act(this.#desk, "Adding to the timeline", async () => {
      const { arranged, selection, settings } = this.#state;
      if (arranged === undefined) return;
      const { documentPath } = arranged;
      // Another panel may have put them there meanwhile.
      if ((await this.#findAgain(documentPath)) !== undefined) return;
      const noted = (await readRunNote(this.#desk, job))?.clip;
      const clip = clipFor(arranged.document, noted, selection?.clip);
      if (clip === undefined) {
        this.#desk.store.set({
          problem: {
            sentence: "It is not known which clip these layers belong to.",
            action:
              "Select the clip in the timeline, then choose “Add to timeline”.",
          },
        });
        return;
      }
      const request = {
        clip,
        arrangement: settings.arrangement,
        files: settings.files,
        ...options,
      };
      let run: PlacedRun;
      try {
        run = await this.#place(arranged, request);
      } catch (error) {
        seen.covered = hasCode(error, "clip-covered");
        throw error;
      }
      await this.readRuns();
      // What was put to use is not what the clip shows.
      if (comparablePath(run.documentPath) === comparablePath(documentPath))
        await this.#compare(job, run);
    });
    // ExtendScript cannot copy clips with all that is on them.
    const canMove = this.#state.host?.technology === "uxp";
    if (seen.covered && canMove && options.movesOthers !== true) {
      this.#offer("Move what lies above", () =>
        this.addToTimeline(job, { movesOthers: true }),
      );
    }
    return done;
  }

  /** Places what goes onto tracks; where the program does not take a clip's opacity, with strengths of effects rendered. */
  async #place(
    arranged: Arranged,
    request: Omit<PlaceRequest, keyof TrackContents>,
  ): Promise<PlacedRun> {
    const { host } = this.#desk;
    const stack = await this.#trackStack(arranged);
    try {
      return await host.placeLayers({ ...request, ...stack });
    } catch (error) {
      if (!this.#learnsOpacities(error)) throw error;
      const rendered = await this.#trackStack(arranged);
      return await host.placeLayers({ ...request, ...rendered });
    }
  }

  /** Notes that the program does not take a clip's opacity, if that is what went wrong and there is another way. */
  #learnsOpacities(error: unknown): boolean {
    const { uses, rendersStrength } = this.#state;
    if (rendersStrength === true || uses?.rendered === undefined) return false;
    if (!isOpacityRefusal(error)) return false;
    this.#desk.store.set({ rendersStrength: true });
    return true;
  }

  /** What goes onto tracks: the layers, or what uses make of them. */
  async #trackStack(arranged: Arranged): Promise<TrackContents> {
    const { layers, jobId } = arranged;
    if (this.#wantedPath === undefined) {
      const { document, documentPath } = arranged;
      return { document, documentPath, layers: runLayers(layers) };
    }
    const edited = await editedStack(
      this.#desk,
      jobId,
      this.#state.rendersStrength === true,
    );
    const { document, documentPath, opacities } = edited;
    // Its objects are those that are seen; the ground is there too, for whoever wants it back.
    const ground = layers.find(({ kind }) => kind === "background");
    const { uses } = this.#state;
    const isReplaced = uses?.edits.some(({ use }) => use === "backdrop");
    const backdrop = await ownBackdrop(this.#desk.host, uses);
    const made = stackLayers(document).map((layer) => ({
      ...layer,
      hidden:
        layer.kind === "background" &&
        (backdrop !== undefined ||
          (ground?.hidden === true && isReplaced !== true)),
      opacity: opacities[layer.id],
    }));
    return { document, documentPath, layers: runLayers(made), backdrop };
  }

  /** Where the layers lie that uses make of the arranged ones; undefined without uses. */
  get #wantedPath(): string | undefined {
    const { arranged, uses, rendersStrength } = this.#state;
    if (uses?.jobId !== arranged?.jobId || (uses?.edits.length ?? 0) === 0)
      return undefined;
    return (
      (rendersStrength === true ? uses?.rendered : undefined) ??
      uses?.edited ??
      ""
    );
  }

  /** Takes a run's layers out and puts in their place what uses make of them now. */
  async #layAnew(job: ServiceJob, run: PlacedRun): Promise<void> {
    const { arranged, selection } = this.#state;
    if (arranged === undefined) return;
    const noted = (await readRunNote(this.#desk, job))?.clip;
    const clip = clipFor(arranged.document, noted, selection?.clip);
    if (clip === undefined || run.place === undefined)
      throw new LaminaError({
        code: "run-changed",
        run: run.name,
        detail: "its layers are no longer one stack over its clip",
      });
    // All that takes long, or may fail, comes before anything is taken out.
    await this.#trackStack(arranged);
    await this.#desk.host.removeRun(run);
    await this.#place(arranged, {
      clip,
      arrangement: run.arrangement,
      files: this.#state.settings.files,
    });
  }

  /** Offers beside what is said to do something all the same. */
  #offer(label: string, work: () => Promise<unknown>): void {
    const { problem } = this.#state;
    if (problem === undefined) return;
    const go = (): void => void work();
    this.#desk.store.set({ problem: { ...problem, anyway: { label, go } } });
  }

  /** Looks whether the timeline shows the clip. That it cannot be told is said beside the layers; they are in place all the same. */
  async #compare(job: ServiceJob, run: PlacedRun): Promise<void> {
    const say = (comparison: Arranged["comparison"]): void => {
      const { arranged } = this.#state;
      if (arranged?.jobId !== job.id) return;
      this.#desk.store.set({ arranged: { ...arranged, comparison } });
    };
    try {
      const largest = await compareStack(this.#desk, job, run);
      if (largest !== undefined) say({ largest });
    } catch (error) {
      const problem = describeProblem(error);
      if (problem !== undefined) say({ problem });
    }
  }

  /** Makes the tracks follow the list. */
  async updateTracks(
    run: PlacedRun,
    options: { readonly losesEffects?: boolean } = {},
  ): Promise<boolean> {
    const seen = { edited: false, opacity: false };
    const { arranged: shown } = this.#state;
    const wanted = this.#wantedPath ?? shown?.documentPath ?? run.documentPath;
    const isOther = comparablePath(wanted) !== comparablePath(run.documentPath);
    if (isOther && options.losesEffects !== true) {
      this.#desk.store.set({
        problem: {
          sentence:
            "Uses change which layers there are, so their tracks are laid anew.",
          action:
            "Effects and keyframes that you have put on their clips are lost with that.",
        },
      });
      this.#offer("Lay them anew", () =>
        this.updateTracks(run, { losesEffects: true }),
      );
      return false;
    }
    const done = await act(this.#desk, "Updating the tracks", async () => {
      const { arranged } = this.#state;
      if (arranged === undefined) return;
      if ((await this.#findAgain(run.documentPath)) === undefined) return;
      const job = this.#state.jobs?.find(({ id }) => id === arranged.jobId);
      if (isOther && job !== undefined) {
        await this.#layAnew(job, run);
        await this.readRuns();
        return;
      }
      const { layers } = await this.#trackStack(arranged);
      try {
        await this.#desk.host.updateRun(run, layers, options);
      } catch (error) {
        seen.edited = hasCode(error, "layers-edited");
        seen.opacity = this.#learnsOpacities(error);
        if (!seen.opacity) throw error;
      }
      await this.readRuns();
    });
    // Now other layers are wanted, with strengths rendered.
    if (seen.opacity) return this.updateTracks(run, options);
    if (seen.edited) {
      this.#offer("Update all the same", () =>
        this.updateTracks(run, { losesEffects: true }),
      );
    }
    return done;
  }

  /** Takes a run out of the project; its files stay. */
  removeFromTimeline(run: PlacedRun): Promise<boolean> {
    return act(this.#desk, "Removing from the timeline", async () => {
      if ((await this.#findAgain(run.documentPath)) === undefined) return;
      const removed = await this.#desk.host.removeRun(run);
      await this.readRuns();
      const technology = this.#state.host?.technology;
      const problem = describeLeft(removed, technology);
      if (problem !== undefined) this.#desk.store.set({ problem });
    });
  }

  /** The run as it is in the project now: another panel, or Undo, may have changed that. */
  async #findAgain(documentPath: string): Promise<PlacedRun | undefined> {
    await this.readRuns();
    return findRun(this.#state.runs, documentPath);
  }

  /** Looks which runs are in the open project. */
  async readRuns(): Promise<void> {
    this.#desk.store.set({ runs: await this.#desk.host.findRuns() });
  }

  get #state(): PanelState {
    return this.#desk.store.state;
  }

  #arrange(
    change: (layers: readonly StackLayer[]) => readonly StackLayer[],
  ): void {
    const { arranged, jobs } = this.#state;
    if (arranged === undefined) return;
    const layers = change(arranged.layers);
    if (sameStack(layers, arranged.layers)) return;
    this.#desk.store.set({ arranged: { ...arranged, layers } });
    const job = jobs?.find(({ id }) => id === arranged.jobId);
    if (job !== undefined) this.#save(job, arranged, layers);
  }

  /** Notes the arrangement, one after the other, so that the last one stays. */
  #save(
    job: ServiceJob,
    { jobId }: Arranged,
    layers: readonly StackLayer[],
  ): void {
    const id = workspaceOf(job);
    if (id === undefined) return;
    const save = async (): Promise<void> => {
      // A newer arrangement is noted by its own turn.
      const now = this.#state.arranged;
      if (now?.jobId === jobId && now.layers !== layers) return;
      const note = await readRunNote(this.#desk, job);
      if (note === undefined) return;
      const text = writeNote({ ...note, layers: runLayers(layers) });
      const bytes = new TextEncoder().encode(text);
      await this.#desk.service.putFile(id, noteFileName, bytes);
    };
    this.#saving = this.#saving.then(save).catch((error: unknown) => {
      this.#desk.store.set({ problem: describeProblem(error) });
    });
  }
}

/** What goes onto tracks, of a request to place it. */
type TrackContents = Pick<
  PlaceRequest,
  "document" | "documentPath" | "layers" | "backdrop"
>;

/** The run in the timeline that a document's layers, or what uses have made of them, are. */
export const findRun = (
  runs: readonly PlacedRun[],
  documentPath: string,
): PlacedRun | undefined =>
  runs.find(
    (run) =>
      comparablePath(run.documentPath) === comparablePath(documentPath) ||
      isEditedOf(run, documentPath),
  );

/** The layer that is shown where one is: the chosen one, else the topmost; none of no layers. */
export const chosenLayer = ({
  chosen,
  layers,
}: Pick<Arranged, "chosen" | "layers">): string =>
  layers.find(({ id }) => id === chosen)?.id ?? layers.at(-1)?.id ?? "";

/** The object layer that uses are about: the chosen one, else the topmost; none where there is only the background. */
export const chosenObject = (arranged: Arranged): string | undefined => {
  const objects = arranged.layers.filter(({ kind }) => kind === "object");
  const chosen = chosenLayer(arranged);
  return (objects.find(({ id }) => id === chosen) ?? objects.at(-1))?.id;
};

/** Whether the tracks are as the list has them. */
export function followsList(
  run: PlacedRun,
  { layers, documentPath, jobId }: Arranged,
  uses: Uses | undefined,
): boolean {
  const has = uses?.jobId === jobId && uses.edits.length > 0;
  const isSame = (path: string | undefined): boolean =>
    path !== undefined &&
    comparablePath(run.documentPath) === comparablePath(path);
  if (has)
    return (
      uses.edited !== undefined &&
      !uses.isUnsaved &&
      (isSame(uses.rendered) ||
        (isSame(uses.edited) &&
          run.layers.every((layer) =>
            isAsOpaque(layer, { opacity: uses.opacities?.[layer.id] }),
          )))
    );
  return (
    comparablePath(run.documentPath) === comparablePath(documentPath) &&
    sameStack(run.layers, runLayers(layers))
  );
}

/**
 * The note that the panel left beside a job's frames.
 *
 * @returns undefined when there is none, or none that can be read
 */
export async function readRunNote(
  { service }: Desk,
  job: ServiceJob,
): Promise<RunNote | undefined> {
  const id = workspaceOf(job);
  if (id === undefined) return undefined;
  try {
    const bytes = await service.workspaceFile(id, noteFileName);
    return readNote(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof RemoteError && error.code === "not-found") {
      return undefined;
    }
    throw error;
  }
}

/** The clip to place layers over: the selected one when it is the same shot, for it may have been moved; else as it was. */
function clipFor(
  { frameCount, width, height }: LayersDocument,
  noted: SelectedClip | undefined,
  selected: SelectedClip | undefined,
): SelectedClip | undefined {
  const fits =
    selected?.frameCount === frameCount &&
    selected.sequence.width === width &&
    selected.sequence.height === height &&
    (noted === undefined ||
      (selected.sourcePath === noted.sourcePath &&
        selected.inPoint === noted.inPoint));
  return fits ? selected : noted;
}
