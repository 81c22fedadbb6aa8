import { framesFolderName } from "../job-contract/frame-files.ts";
import { rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { LaminaError } from "../errors/failure.ts";
import { EdgeSnap } from "../segmentation/edge-snap.ts";
import {
  openSubjectSession,
  type OpenSubjects,
} from "../segmentation/open-session.ts";
import {
  proposeWithModel,
  showsSubject,
} from "../segmentation/propose-with-model.ts";
import type {
  FrameMask,
  SubjectProposal,
  SubjectTrack,
} from "../segmentation/subject-session.ts";
import { writeMasks } from "../segmentation/write-masks.ts";
import { errorAnswer } from "../local-http/wire-answer.ts";
import { findModel } from "../models/model-folder.ts";
import { openModel } from "../models/open-model.ts";
import { describeIssue, type WorkspaceMask } from "../protocol/service-api.ts";
import { packMask, unpackMask } from "../protocol/mask-bits.ts";
import type { Guarded } from "../protocol/rpc/guarded.ts";
import {
  type Answer,
  type Click,
  type FollowedMask,
  type OpenedSubjects,
  type ProposedSubject,
  type SubjectApi,
  subjectCalls,
  type SubjectEvents,
} from "../protocol/subject-api.ts";
import type { Size } from "../units/size.ts";
import { ClickedModel } from "./clicked-model.ts";
import { makeMaskFolder } from "./mask-folder.ts";
import type { Workspaces } from "./workspaces.ts";

/** Nobody reads progress more often. */
const QUIET_MS = 100;

/** What a session works with. */
export interface SubjectServiceOptions {
  readonly workspaces: Workspaces;
  readonly workspaceId: string;
  readonly temporaryFolder: string;
  /** Where the user's models lie. */
  readonly modelsFolder: string;
  /** Whoever is told of masks and progress. */
  readonly events: Guarded<SubjectEvents>;
  /** Told of what is nobody's expected failure. */
  readonly onTrouble: (error: unknown) => void;
}

/** A subject and what is being done for it. */
interface Followed {
  readonly track: SubjectTrack;
  readonly stop: AbortController;
  work: Promise<unknown>;
}

/** One panel's session on the subjects of one clip. */
export class SubjectService implements AsyncDisposable {
  readonly api: SubjectApi;
  readonly #options: SubjectServiceOptions;
  readonly #over = new AbortController();
  #opening: Promise<OpenSubjects> | undefined;
  /** By their numbers, which are never used again: a panel may still show those of an earlier search. */
  #proposals = new Map<number, SubjectProposal>();
  #lastProposal = -1;
  readonly #tracks = new Map<number, Followed>();
  #lastTrack = 0;
  #snap:
    { readonly frame: number; readonly edges: Promise<EdgeSnap> } | undefined;
  #clicked: ClickedModel | undefined;

  constructor(options: SubjectServiceOptions) {
    this.#options = options;
    const checked =
      <Call extends keyof SubjectApi>(
        call: Call,
        work: (...parameters: Parameters<SubjectApi[Call]>) => Promise<unknown>,
      ) =>
      async (...parameters: Parameters<SubjectApi[Call]>): Promise<never> => {
        const answer = await this.#answer(() => {
          const read = v.safeParse(subjectCalls[call], parameters);
          if (read.success) return work(...parameters);
          throw invalid(describeIssue(read.issues[0]));
        });
        return answer as never;
      };
    this.api = {
      open: checked("open", () => this.#open()),
      propose: checked("propose", (model) => this.#propose(model)),
      begin: checked("begin", (proposal) => this.#begin(proposal)),
      recall: checked("recall", (track, mask) => this.#recall(track, mask)),
      correct: checked("correct", (track, frame, bits) =>
        this.#correct(track, frame, bits),
      ),
      forget: checked("forget", (track, frame) => this.#forget(track, frame)),
      drop: checked("drop", (track) => this.#drop(track)),
      snapFrom: checked("snapFrom", (frame, x, y) =>
        this.#snapFrom(frame, x, y),
      ),
      snapTo: checked("snapTo", (x, y) => this.#snapTo(x, y)),
      click: checked("click", (model, frame, clicks) =>
        this.#click(model, frame, clicks),
      ),
      accept: checked("accept", (track, name) => this.#accept(track, name)),
    };
  }

  /** Breaks off whatever is being done and removes what was computed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#forgetSnap();
    const session = await this.#opening?.catch(() => undefined);
    await this.#clicked?.[Symbol.asyncDispose]();
    await Promise.allSettled([...this.#tracks.values()].map((t) => t.work));
    await session?.[Symbol.asyncDispose]();
  }

  async #answer(work: () => Promise<unknown>): Promise<Answer<unknown>> {
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      // When the session is over nobody hears the answer.
      if (!(error instanceof LaminaError) && !this.#over.signal.aborted)
        this.#options.onTrouble(error);
      return errorAnswer(error).body;
    }
  }

  async #open(): Promise<OpenedSubjects> {
    if (this.#opening !== undefined) throw invalid("it is open already");
    const { workspaces, workspaceId, temporaryFolder } = this.#options;
    this.#opening = workspaces
      .path(workspaceId)
      .then((folder) =>
        openSubjectSession(
          { clipPath: path.join(folder, framesFolderName), temporaryFolder },
          this.#watch(),
        ),
      );
    const { size, frameCount } = await this.#opening;
    return { ...size, frameCount };
  }

  async #propose(model: string | null): Promise<ProposedSubject[]> {
    const session = await this.#session();
    const found =
      model === null
        ? await session.propose(this.#watch())
        : await this.#see(session, model);
    this.#proposals = new Map(
      found.map((each) => [++this.#lastProposal, each]),
    );
    return [...this.#proposals].map(([proposal, proposed]) => {
      const { confidence, startInclusive, endExclusive, group } = proposed;
      const { frame, mask } = proposed.frames.reduce((a, b) =>
        b.confidence > a.confidence ? b : a,
      );
      const best = { frame, bits: packMask(mask) };
      return {
        proposal,
        confidence,
        startInclusive,
        endExclusive,
        ...(group === undefined ? {} : { group }),
        depth: proposed.depth ?? 0,
        best,
      };
    });
  }

  async #see(
    session: OpenSubjects,
    name: string,
  ): Promise<readonly SubjectProposal[]> {
    const found = await findModel(this.#options.modelsFolder, name);
    const watch = this.#watch();
    await using model = await openModel(found, watch);
    if (model.gives === "clicked-masks")
      throw invalid("this model wants to be shown the subject");
    return await proposeWithModel(session, model, watch);
  }

  async #begin(proposal: number | null): Promise<number> {
    const session = await this.#session();
    const proposed =
      proposal === null ? undefined : this.#proposals.get(proposal);
    if (proposal !== null && proposed === undefined)
      throw new LaminaError({
        code: "not-found",
        what: `proposal ${proposal}`,
      });
    const id = this.#lastTrack + 1;
    this.#keep(id, session.track(proposed));
    for (const mask of proposed?.frames ?? []) this.#tell(id, mask);
    return id;
  }

  async #recall(id: number, known: FollowedMask | null): Promise<null> {
    const session = await this.#session();
    if (!this.#tracks.has(id)) this.#keep(id, session.track());
    if (known === null) return null;
    const { frame, bits, confidence } = known;
    await this.#checkFrame(frame);
    const mask = unpacked(bits, session.size);
    this.#track(id).track.recall({ frame, mask, confidence });
    return null;
  }

  #keep(id: number, track: SubjectTrack): void {
    const stop = new AbortController();
    this.#tracks.set(id, { track, stop, work: Promise.resolve() });
    this.#lastTrack = Math.max(this.#lastTrack, id);
  }

  async #correct(
    id: number,
    frame: number,
    bits: Uint8Array,
  ): Promise<boolean> {
    const { size } = await this.#session();
    const mask = unpacked(bits, size);
    return this.#follow(id, frame, (track, watch) =>
      track.correct(frame, mask, watch),
    );
  }

  #forget(id: number, frame: number): Promise<boolean> {
    return this.#follow(id, frame, (track, watch) =>
      track.forget(frame, watch),
    );
  }

  async #follow(
    id: number,
    frame: number,
    work: (
      track: SubjectTrack,
      watch: Parameters<SubjectTrack["forget"]>[1],
    ) => Promise<void>,
  ): Promise<boolean> {
    await this.#checkFrame(frame);
    const followed = this.#track(id);
    const signal = AbortSignal.any([this.#over.signal, followed.stop.signal]);
    const onMask = (mask: FrameMask): void => {
      this.#tell(id, mask);
    };
    const done = work(followed.track, { signal, onMask });
    followed.work = done.catch(() => undefined);
    try {
      await done;
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "AbortError") return false;
      throw error;
    }
  }

  async #drop(id: number): Promise<null> {
    const session = await this.#session();
    const followed = this.#tracks.get(id);
    if (followed === undefined) return null;
    followed.stop.abort();
    session.drop(followed.track);
    this.#tracks.delete(id);
    return null;
  }

  async #snapFrom(frame: number, x: number, y: number): Promise<null> {
    const session = await this.#checkFrame(frame);
    if (this.#snap?.frame !== frame) {
      void this.#forgetSnap();
      this.#snap = { frame, edges: EdgeSnap.on(session, frame) };
    }
    const snap = this.#snap;
    try {
      (await snap.edges).from(x, y);
    } catch (error) {
      if (this.#snap === snap) this.#snap = undefined;
      throw error;
    }
    return null;
  }

  async #forgetSnap(): Promise<void> {
    const snap = this.#snap;
    this.#snap = undefined;
    const edges = await snap?.edges.catch(() => undefined);
    edges?.[Symbol.dispose]();
  }

  async #snapTo(x: number, y: number): Promise<Float32Array> {
    await this.#session();
    if (this.#snap === undefined) throw invalid("there is no outline yet");
    return (await this.#snap.edges).to(x, y);
  }

  async #click(
    model: string,
    frame: number,
    clicks: readonly Click[],
  ): Promise<Uint8Array> {
    const session = await this.#checkFrame(frame);
    const { modelsFolder } = this.#options;
    this.#clicked ??= new ClickedModel(session, modelsFolder);
    const { signal } = this.#over;
    const mask = await this.#clicked.mask(model, frame, clicks, signal);
    if (!showsSubject({ mask }))
      throw new LaminaError({ code: "clicks-found-nothing", model });
    return packMask(mask);
  }

  async #accept(id: number, name: string): Promise<WorkspaceMask> {
    const session = await this.#session();
    const { workspaces, workspaceId } = this.#options;
    const followed = this.#track(id);
    for (let last; last !== followed.work;) {
      last = followed.work;
      await last;
    }
    const made = await makeMaskFolder(await workspaces.path(workspaceId));
    try {
      const { coverage, fullestFrame } = await writeMasks(
        session,
        (frame) => followed.track.at(frame),
        made.path,
        this.#over.signal,
      );
      if (coverage === 0)
        throw new LaminaError({ code: "mask-empty", mask: name });
      return { ...made, notices: [], coverage, fullestFrame: fullestFrame + 1 };
    } catch (error) {
      await rm(made.path, { recursive: true, force: true });
      throw error;
    }
  }

  #session(): Promise<OpenSubjects> {
    if (this.#opening === undefined) throw invalid("it was not opened");
    return this.#opening;
  }

  #track(id: number): Followed {
    const followed = this.#tracks.get(id);
    if (followed !== undefined) return followed;
    throw new LaminaError({ code: "not-found", what: `track ${id}` });
  }

  async #checkFrame(frame: number): Promise<OpenSubjects> {
    const session = await this.#session();
    if (frame < session.frameCount) return session;
    throw new LaminaError({ code: "not-found", what: `frame ${frame + 1}` });
  }

  #tell(id: number, { frame, mask, confidence }: FrameMask): void {
    const track = this.#tracks.get(id)?.track;
    if (track === undefined) return;
    const painted = track.painted.includes(frame);
    const bits = packMask(mask);
    void this.#options.events
      .mask({ track: id, frame, bits, confidence, painted })
      .catch(this.#options.onTrouble);
  }

  #watch() {
    let next = 0;
    return {
      signal: this.#over.signal,
      onProgress: (done: number, total: number) => {
        if (Date.now() < next && done < total) return;
        next = Date.now() + QUIET_MS;
        void this.#options.events
          .progress(done, total)
          .catch(this.#options.onTrouble);
      },
    };
  }
}

/** @throws LaminaError `request-invalid` when it is not of this size */
function unpacked(bits: Uint8Array, { width, height }: Size): Uint8Array {
  const area = width * height;
  if (bits.length !== (area + 7) >> 3) throw invalid("its mask does not fit");
  return unpackMask(bits, area);
}

const invalid = (detail: string): LaminaError =>
  new LaminaError({ code: "request-invalid", detail });
