import { LaminaError } from "../errors/failure.ts";
import type { ExportedFrames, SelectedClip } from "../host/host.ts";
import type { WorkspaceMask, Workspace } from "../protocol/service-api.ts";
import { packMask } from "../protocol/mask-bits.ts";
import type {
  Click,
  ProposedSubject,
  TrackedMask,
} from "../protocol/subject-api.ts";
import type { SubjectLink } from "../protocol/subject-link.ts";
import { ClipExport, type ClipThere } from "./clip-export.ts";
import type { Desk } from "./desk.ts";
import {
  addSubject,
  type Draft,
  mergeAll,
  type Search,
  tracksOf,
} from "./draft.ts";
import { describeProblem } from "./problem.ts";
import { bySureness } from "./sureness.ts";
import {
  followedMasks,
  newTrack,
  paintedFrames,
  type Painting,
  paintingOf,
  paintTrack,
  stepTrack,
  tellTrack,
  type MaskTrack,
} from "./tracks.ts";

/**
 * The clip of a draft on its way to be painted on: exported once into the draft's workspace, opened in a session of the service,
 * looked through for what moves. What is painted goes to the session, and what follows from it comes back into the draft.
 */
export class Tracking {
  readonly #desk: Desk;
  readonly #clip: ClipExport;
  #link: SubjectLink | undefined;
  #opening: Promise<SubjectLink> | undefined;
  /** How many sessions there have been. */
  #sessions = 0;
  /** Of each track, how many changes were sent. */
  readonly #changes = new Map<number, number>();
  /** Tracks of which nothing is to be heard any more. */
  readonly #dropped = new Set<number>();
  #over = false;

  /** @param there what an earlier panel has made of the clip */
  constructor(desk: Desk, clip: SelectedClip, there?: ClipThere) {
    this.#desk = desk;
    this.#clip = new ClipExport(
      desk,
      clip,
      (workspace) => {
        this.#change((draft) => ({ ...draft, workspace }));
      },
      there,
    );
  }

  /** The clip's frames when all of them are there. */
  get exported(): ExportedFrames | undefined {
    return this.#clip.exported;
  }

  /** Opens a session that knows the draft's tracks, to paint on. */
  async goOn(): Promise<void> {
    await this.#try(async () => {
      await this.#session();
    });
  }

  /** The draft's workspace, made when it is first asked for. */
  workspace(): Promise<Workspace> {
    return this.#clip.workspace();
  }

  /** The clip's frames, exported when they are first asked for. */
  frames(): Promise<ExportedFrames> {
    return this.#clip.frames();
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
      const { calls } = await this.#session();
      this.#search({ kind: "looking", model, share: 0 });
      try {
        const proposals = await calls.propose(model);
        this.#change((draft) => ({ ...draft, proposals }));
        this.#search({ kind: "ready", looked: true });
      } catch (error) {
        this.#settle();
        throw error;
      }
    });
  }

  /** Breaks off whatever is on its way; the frames stay once they are there. */
  stop(): void {
    this.#clip.cancel();
    const link = this.#link;
    this.#forgetSession();
    link?.close();
    this.#search({ kind: "idle" });
  }

  /** Makes a subject of a proposal. */
  async use(proposed: ProposedSubject): Promise<void> {
    await this.#try(async () => {
      await this.#spend(proposed);
    });
  }

  /** Makes subjects of all proposals that are sure enough: those that look like parts of one together, the nearest in front. */
  async useAll(): Promise<void> {
    await this.#try(async () => {
      const { proposals = [] } = this.#draft ?? {};
      const { sure } = bySureness(proposals);
      for (const parts of farthestFirst(sure)) {
        const keys: number[] = [];
        for (const proposed of parts) {
          const key = await this.#spend(proposed);
          if (key === undefined) return;
          keys.unshift(key);
        }
        this.#change((draft) => mergeAll(draft, keys));
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

  /** Writes a track's masks into the workspace as one that was brought in, once all its frames are there. */
  async accept(id: number, name: string): Promise<WorkspaceMask> {
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
      // A session that is not there yet will not be told of it.
      const session = this.#opening;
      if (session === undefined) continue;
      void this.#try(async () => {
        await (await session).calls.drop(id);
      });
    }
  }

  /** Ends an export that is on its way. */
  cancelExport(): void {
    this.#clip.cancel();
  }

  /**
   * Lets go of the clip; resolves when nothing is written any more.
   *
   * @returns the workspace, if there is one
   */
  async end(): Promise<Workspace | undefined> {
    this.#over = true;
    this.#link?.close();
    return this.#clip.end();
  }

  get #draft(): Draft | undefined {
    return this.#over ? undefined : this.#desk.store.state.draft;
  }

  #change(change: (draft: Draft) => Draft): void {
    const draft = this.#draft;
    if (draft !== undefined) this.#desk.store.set({ draft: change(draft) });
  }

  /**
   * Makes a subject of a proposal. It is off the list meanwhile, so that a second press makes no second one of it, and back in its
   * place if it cannot be.
   *
   * @returns the subject's key; undefined if none was made
   */
  async #spend(proposed: ProposedSubject): Promise<number | undefined> {
    const place =
      this.#draft?.proposals.findIndex(
        ({ proposal }) => proposal === proposed.proposal,
      ) ?? -1;
    if (place < 0) return;
    const session = this.#sessions;
    this.dismiss(proposed);
    try {
      return await this.#begin(proposed.proposal);
    } catch (error) {
      // What was proposed goes with its session.
      if (session !== this.#sessions) throw error;
      this.#change((draft) => ({
        ...draft,
        proposals: [
          ...draft.proposals.slice(0, place),
          proposed,
          ...draft.proposals.slice(place),
        ],
      }));
      throw error;
    }
  }

  #search(search: Search): void {
    this.#change((draft) => ({ ...draft, search }));
  }

  /** Says what went wrong, but for the end of a session: that is nothing, or said when it is noticed. */
  async #try(work: () => Promise<void>): Promise<boolean> {
    try {
      await work();
      return !this.#over;
    } catch (error) {
      const lost =
        error instanceof LaminaError && error.failure.code === "subjects-lost";
      if (!this.#over && !lost) this.#say(error);
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

  #session(): Promise<SubjectLink> {
    if (this.#opening === undefined) {
      const opening = this.#open();
      this.#opening = opening;
      opening.catch(() => {
        if (this.#opening !== opening) return;
        this.#opening = undefined;
        this.#settle();
      });
    }
    return this.#opening;
  }

  async #open(): Promise<SubjectLink> {
    const turn = this.#sessions;
    this.#search({ kind: "exporting" });
    await this.frames();
    const { id } = await this.workspace();
    if (turn !== this.#sessions)
      throw new LaminaError({ code: "subjects-lost" });
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
    await this.#recall(link);
    this.#settle();
    return link;
  }

  /** Tells a new session of the subjects that an earlier one knew. */
  async #recall({ calls }: SubjectLink): Promise<void> {
    for (const track of this.#draft?.tracks.values() ?? []) {
      await calls.recall(track.id, null);
      for (const mask of followedMasks(track))
        await calls.recall(track.id, mask);
      // It may have been painted meanwhile.
      const now = this.#draft?.tracks.get(track.id);
      if (now === undefined) continue;
      for (const frame of paintedFrames(now)) this.#send(now, frame);
    }
  }

  /** A proposal's masks come before the session has said which track they are. */
  #hear(mask: TrackedMask): void {
    const { opened, tracks } = this.#draft ?? {};
    if (opened === undefined || this.#dropped.has(mask.track)) return;
    const track = tracks?.get(mask.track) ?? newTrack(mask.track, opened);
    this.#keep(tellTrack(track, mask));
  }

  #keep(track: MaskTrack): void {
    this.#change((draft) => ({
      ...draft,
      tracks: new Map(draft.tracks).set(track.id, track),
    }));
  }

  /** A session has ended by itself; whatever needs one next opens another, which is told of the tracks. */
  #lose(link: SubjectLink): void {
    if (this.#link !== link) return;
    const { search, tracks } = this.#draft ?? {};
    const isSearching =
      search?.kind === "analysing" || search?.kind === "looking";
    const isFollowing = [...(tracks?.values() ?? [])].some(
      ({ following }) => following,
    );
    if (isSearching || isFollowing)
      this.#say(new LaminaError({ code: "subjects-lost" }));
    this.#forgetSession();
    this.#settle();
  }

  /** What was proposed goes with its session; tracks stay. */
  #forgetSession(): void {
    this.#sessions++;
    this.#link = undefined;
    this.#opening = undefined;
    this.#dropped.clear();
    this.#change((draft) => ({ ...draft, proposals: [] }));
  }

  /** @returns the new subject's key; undefined when the draft is gone */
  async #begin(proposal: number | null): Promise<number | undefined> {
    const { calls } = await this.#session();
    const opened = this.#draft?.opened;
    if (opened === undefined) return undefined;
    const trackId = await calls.begin(proposal);
    if (this.#draft?.tracks.has(trackId) === false)
      this.#keep(newTrack(trackId, opened));
    const part = { kind: "track", name: "Subject", trackId } as const;
    this.#change((draft) => addSubject(draft, part));
    return this.#draft?.subjects[0]?.key;
  }

  #paint(
    id: number,
    frame: number,
    change: (track: MaskTrack) => MaskTrack | undefined,
  ): void {
    const before = this.#draft?.tracks.get(id);
    const after = before && change(before);
    if (after === undefined) return;
    this.#send(after, frame);
  }

  /** Tells the session what a frame is painted with, and follows that. */
  #send(track: MaskTrack, frame: number): void {
    const { id } = track;
    const turn = (this.#changes.get(id) ?? 0) + 1;
    this.#changes.set(id, turn);
    this.#keep({ ...track, following: true });
    const painting = paintingOf(track, frame);
    void this.#try(async () => {
      const { calls } = await this.#session();
      await (painting === undefined
        ? calls.forget(id, frame)
        : calls.correct(id, frame, painting));
    }).finally(() => {
      if (this.#changes.get(id) !== turn) return;
      const now = this.#draft?.tracks.get(id);
      if (now !== undefined) this.#keep({ ...now, following: false });
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
