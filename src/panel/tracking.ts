import { LaminaError } from "../errors/failure.ts";
import { joinPath } from "../host/file-path.ts";
import type { ExportedFrames, SelectedClip } from "../host/host.ts";
import type { Matte, Workspace } from "../protocol/broker-api.ts";
import { packMask } from "../protocol/mask-bits.ts";
import type {
  Click,
  ProposedSubject,
  TrackedMask,
} from "../protocol/subject-api.ts";
import type { SubjectLink } from "../protocol/subject-link.ts";
import type { Desk } from "./desk.ts";
import {
  addSubject,
  type Draft,
  mergeNearest,
  type Search,
  tracksOf,
} from "./draft.ts";
import { describeProblem } from "./problem.ts";
import { framesFolderName } from "../host/run-note.ts";
import {
  newTrack,
  type Painting,
  paintingOf,
  paintTrack,
  stepTrack,
  tellTrack,
  type Track,
} from "./tracks.ts";

/**
 * The clip of a draft on its way to be painted on: exported once into the draft's workspace, opened in a session of the service,
 * looked through for what moves. What is painted goes to the session, and what follows from it comes back into the draft.
 */
export class Tracking {
  readonly #desk: Desk;
  readonly #clip: SelectedClip;
  #workspace: Promise<Workspace> | undefined;
  #exporting: AbortController | undefined;
  #frames: Promise<ExportedFrames> | undefined;
  #link: SubjectLink | undefined;
  #opening: Promise<SubjectLink> | undefined;
  /** Of each track, how many changes were sent. */
  readonly #changes = new Map<number, number>();
  /** Tracks of which nothing is to be heard any more. */
  readonly #dropped = new Set<number>();
  #over = false;

  constructor(desk: Desk, clip: SelectedClip) {
    this.#desk = desk;
    this.#clip = clip;
  }

  /** The draft's workspace, made when it is first asked for. */
  workspace(): Promise<Workspace> {
    this.#workspace ??= this.#desk.service
      .createWorkspace({ name: this.#clip.name })
      .then((workspace) => {
        this.#change((draft) => ({ ...draft, workspace }));
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

  /** Asks which models the user has. */
  async askModels(): Promise<void> {
    await this.#try(async () => {
      const all = await this.#desk.service.models();
      const models = all.filter(({ problem }) => problem === undefined);
      this.#change((draft) => ({ ...draft, models }));
    });
  }

  /**
   * Looks for subjects and proposes them, from the export on.
   *
   * @param model the user's model that looks; null for what moves
   */
  async seek(model: string | null = null): Promise<void> {
    await this.#try(async () => {
      const link = await this.#session();
      this.#search({ kind: "looking", share: 0 });
      const proposals = await link.calls.propose(model);
      this.#change((draft) => ({ ...draft, proposals }));
      this.#search({ kind: "ready", looked: true });
    });
  }

  /** Breaks off whatever is on its way; the frames stay once they are there. */
  stop(): void {
    this.#exporting?.abort();
    this.#link?.close();
    this.#search({ kind: "idle" });
  }

  /** Makes a subject of a proposal. */
  async use(proposed: ProposedSubject): Promise<void> {
    await this.#try(async () => {
      this.dismiss(proposed);
      await this.#begin(proposed.proposal);
    });
  }

  /** Makes subjects of all proposals: those that look like parts of one together, the nearest in front. */
  async useAll(): Promise<void> {
    await this.#try(async () => {
      const { proposals = [] } = this.#draft ?? {};
      for (const parts of farthestFirst(proposals)) {
        for (const proposed of parts) {
          this.dismiss(proposed);
          await this.#begin(proposed.proposal);
        }
        this.#change((draft) => mergeNearest(draft, parts.length));
      }
    });
  }

  /** Takes a proposal off the list. */
  dismiss({ proposal }: ProposedSubject): void {
    this.#change((draft) => ({
      ...draft,
      proposals: draft.proposals.filter((each) => each.proposal !== proposal),
    }));
  }

  /**
   * Begins a subject that is painted from nothing.
   *
   * @returns whether there is one now
   */
  beginPainting(): Promise<boolean> {
    return this.#try(async () => {
      await this.#begin(null);
    });
  }

  /** Paints a frame of a subject, or takes its painting back; what follows from it comes by itself. */
  paint(id: number, frame: number, bits: Painting): void {
    this.#paint(id, frame, (track) => paintTrack(track, frame, bits));
  }

  /** Says that a subject is not in view in a frame. */
  paintNothing(id: number, frame: number): void {
    const { width, height } = this.#draft?.opened ?? { width: 0, height: 0 };
    this.paint(id, frame, packMask(new Uint8Array(width * height)));
  }

  /** Undoes the last painting of a frame, or does it again. */
  step(id: number, frame: number, way: "back" | "forth"): void {
    this.#paint(id, frame, (track) => stepTrack(track, frame, way));
  }

  /** Where a snapping outline goes from one place to another of a frame, in the session's pixels. */
  async snapFrom(frame: number, x: number, y: number): Promise<void> {
    await (await this.#session()).calls.snapFrom(frame, x, y);
  }

  /** See `snapFrom`. */
  async snapTo(x: number, y: number): Promise<Float32Array> {
    return (await this.#session()).calls.snapTo(x, y);
  }

  /** What the user's model makes of clicks into a frame, packed. */
  async click(
    model: string,
    frame: number,
    clicks: readonly Click[],
  ): Promise<Uint8Array> {
    return (await this.#session()).calls.click(model, frame, clicks);
  }

  /** Writes a track's masks as a matte into the workspace, once all its frames are there. */
  async accept(id: number, name: string): Promise<Matte> {
    return (await this.#session()).calls.accept(id, name);
  }

  /** Forgets the tracks that are no longer in any subject. */
  dropUnused(): void {
    const draft = this.#draft;
    if (draft === undefined) return;
    const used = new Set(tracksOf(draft));
    for (const id of draft.tracks.keys()) {
      if (used.has(id)) continue;
      this.#dropped.add(id);
      this.#change((now) => {
        const tracks = new Map(now.tracks);
        tracks.delete(id);
        return { ...now, tracks };
      });
      void this.#try(async () => {
        await (await this.#session()).calls.drop(id);
      });
    }
  }

  /** Ends an export that is on its way. */
  cancelExport(): void {
    this.#exporting?.abort();
  }

  /**
   * Lets go of the clip; resolves when nothing is written any more.
   *
   * @returns the workspace, if there is one
   */
  async end(): Promise<Workspace | undefined> {
    this.#over = true;
    this.#exporting?.abort();
    this.#link?.close();
    await this.#frames?.catch(() => undefined);
    return this.#workspace?.catch(() => undefined);
  }

  get #draft(): Draft | undefined {
    return this.#over ? undefined : this.#desk.store.state.draft;
  }

  #change(change: (draft: Draft) => Draft): void {
    const draft = this.#draft;
    if (draft !== undefined) this.#desk.store.set({ draft: change(draft) });
  }

  #search(search: Search): void {
    this.#change((draft) => ({ ...draft, search }));
  }

  /** Says what went wrong, and that nothing is on its way then. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return !this.#over;
    } catch (error) {
      if (this.#over) return false;
      this.#settle();
      this.#say(error);
      return false;
    }
  }

  #say(error: unknown): void {
    const problem = describeProblem(error);
    if (problem !== undefined) this.#desk.store.set({ problem });
  }

  /** Nothing is on its way. */
  #settle(): void {
    this.#change((draft) => ({
      ...draft,
      search:
        draft.opened === undefined
          ? { kind: "idle" }
          : { kind: "ready", looked: false },
    }));
  }

  async #export(): Promise<ExportedFrames> {
    const workspace = await this.workspace();
    this.#exporting = new AbortController();
    try {
      return await this.#desk.host.exportClip(
        this.#clip,
        joinPath(workspace.path, framesFolderName),
        { signal: this.#exporting.signal },
      );
    } finally {
      this.#exporting = undefined;
    }
  }

  #session(): Promise<SubjectLink> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  async #open(): Promise<SubjectLink> {
    this.#search({ kind: "exporting" });
    await this.frames();
    const { id } = await this.workspace();
    this.#search({ kind: "analysing", share: 0 });
    const link = this.#desk.service.subjects(id, {
      progress: (done, total) => {
        const search = this.#draft?.search;
        if (search?.kind === "analysing" || search?.kind === "looking")
          this.#search({ ...search, share: done / total });
      },
      mask: (mask) => {
        this.#hear(mask);
      },
    });
    this.#link = link;
    void link.ended.then(() => {
      this.#lose(link);
    });
    const opened = await link.calls.open();
    this.#change((draft) => ({ ...draft, opened }));
    this.#settle();
    return link;
  }

  /** A proposal's masks come before the session has said which track they are. */
  #hear(mask: TrackedMask): void {
    const { opened, tracks } = this.#draft ?? {};
    if (opened === undefined || this.#dropped.has(mask.track)) return;
    const track = tracks?.get(mask.track) ?? newTrack(mask.track, opened);
    this.#keep(tellTrack(track, mask));
  }

  #keep(track: Track): void {
    this.#change((draft) => ({
      ...draft,
      tracks: new Map(draft.tracks).set(track.id, track),
    }));
  }

  /** Without its session a track is gone. */
  #lose(link: SubjectLink): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    this.#opening = undefined;
    const draft = this.#draft;
    if (draft === undefined) return;
    const lost = new Set(tracksOf(draft));
    if (lost.size > 0) this.#say(new LaminaError({ code: "subjects-lost" }));
    this.#change((now) => ({
      ...now,
      search: { kind: "idle" },
      opened: undefined,
      proposals: [],
      tracks: new Map(),
      subjects: now.subjects.filter(({ parts }) =>
        parts.every(({ kind }) => kind !== "track"),
      ),
    }));
  }

  async #begin(proposal: number | null): Promise<void> {
    const { calls } = await this.#session();
    const opened = this.#draft?.opened;
    if (opened === undefined) return;
    const trackId = await calls.begin(proposal);
    if (this.#draft?.tracks.has(trackId) === false)
      this.#keep(newTrack(trackId, opened));
    const part = { kind: "track", name: "Subject", trackId } as const;
    this.#change((draft) => addSubject(draft, part));
  }

  #paint(
    id: number,
    frame: number,
    change: (track: Track) => Track | undefined,
  ): void {
    const before = this.#draft?.tracks.get(id);
    const after = before && change(before);
    if (after === undefined) return;
    const turn = (this.#changes.get(id) ?? 0) + 1;
    this.#changes.set(id, turn);
    this.#keep({ ...after, following: true });
    const painting = paintingOf(after, frame);
    void this.#try(async () => {
      const { calls } = await this.#session();
      await (painting === undefined
        ? calls.forget(id, frame)
        : calls.correct(id, frame, painting));
    }).finally(() => {
      if (this.#changes.get(id) !== turn) return;
      const track = this.#draft?.tracks.get(id);
      if (track !== undefined) this.#keep({ ...track, following: false });
    });
  }
}

/** Proposals by group, the farthest group first, and so within each. */
function farthestFirst(
  proposals: readonly ProposedSubject[],
): ProposedSubject[][] {
  const groups: ProposedSubject[][] = [];
  for (const proposed of [...proposals].sort((a, b) => a.depth - b.depth)) {
    const { group } = proposed;
    const same = groups.find(
      ([other]) => group !== undefined && other?.group === group,
    );
    if (same === undefined) groups.push([proposed]);
    else same.push(proposed);
  }
  return groups;
}
