import type { ExportedFrames } from "../host/host.ts";
import { noteFileName, writeNote } from "../host/run-note.ts";
import type { Desk } from "./desk.ts";
import type { Draft } from "./draft.ts";
import { writeSubjects } from "./kept-subjects.ts";
import { describeProblem } from "./problem.ts";
import { runSubjectsFile, workingSubjectsFile } from "./subject-files.ts";

/**
 * Has the service keep a draft's subjects from stroke to stroke, so that they outlive the panel. One file is written at a time, the
 * newest state always last; what could not be written is tried again with the next change, and when the service is there again.
 */
export class SubjectKeeper {
  readonly #desk: Desk;
  readonly #of: string | undefined;
  readonly #frames: () => ExportedFrames | undefined;
  readonly #stop: () => void;
  #seen: Draft | undefined;
  #kept = "";
  #writing: Promise<void> | undefined;
  #isStale = false;
  #isNoted = false;
  #hasComplained = false;
  #over = false;

  /**
   * @param of     the run whose subjects are corrected; undefined for new ones
   * @param frames the clip's, once they are there
   */
  constructor(
    desk: Desk,
    of: string | undefined,
    frames: () => ExportedFrames | undefined,
  ) {
    this.#desk = desk;
    this.#of = of;
    this.#frames = frames;
    this.#seen = desk.store.state.draft;
    let { service } = desk.store.state;
    this.#stop = desk.store.follow((state) => {
      const isBack = state.service === "connected" && service !== "connected";
      service = state.service;
      if (this.#hasChanged(state.draft) || (isBack && this.#isStale))
        this.#write();
    });
  }

  /** Writes what there is to write; whether all of it is kept now. */
  async flush(): Promise<boolean> {
    this.#write();
    await this.#writing;
    return !this.#isStale;
  }

  /** Follows the draft no longer; resolves when nothing is written any more. */
  async end(): Promise<void> {
    this.#stop();
    this.#over = true;
    await this.#writing;
  }

  /** Keeps the draft as the subjects of a run that has begun with it, and no longer as one that is being prepared. */
  async hand(jobId: string, draft: Draft): Promise<void> {
    await this.end();
    const { workspace } = draft;
    if (workspace === undefined) return;
    await this.#put(workspace.id, runSubjectsFile(jobId), this.#text(draft));
    await this.#put(workspace.id, workingSubjectsFile(this.#of), "");
  }

  #hasChanged(draft: Draft | undefined): boolean {
    const before = this.#seen;
    if (draft?.workspace === undefined) return false;
    this.#seen = draft;
    return (
      before?.subjects !== draft.subjects ||
      before.tracks !== draft.tracks ||
      before.workspace !== draft.workspace
    );
  }

  #write(): void {
    this.#isStale = this.#seen?.workspace !== undefined;
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#isStale && !this.#over) {
      const draft = this.#seen;
      if (draft?.workspace === undefined) return;
      const { id } = draft.workspace;
      const text = draft.subjects.length === 0 ? "" : this.#text(draft);
      this.#isStale = false;
      if (text === this.#kept) continue;
      try {
        if (!this.#isNoted && this.#of === undefined)
          await this.#put(id, noteFileName, writeNote({ clip: draft.clip }));
        this.#isNoted = true;
        await this.#put(id, workingSubjectsFile(this.#of), text);
        this.#kept = text;
        this.#hasComplained = false;
      } catch (error) {
        this.#isStale = true;
        this.#complain(error);
        return;
      }
    }
  }

  #complain(error: unknown): void {
    // That the service is away is said beneath all views; the rest once, until it works again.
    if (this.#hasComplained || this.#desk.store.state.service !== "connected")
      return;
    this.#hasComplained = true;
    const problem = describeProblem(error);
    if (problem !== undefined) this.#desk.store.set({ problem });
  }

  #text(draft: Draft): string {
    const { quality } = this.#desk.store.state.settings;
    return writeSubjects(draft, quality, this.#frames());
  }

  async #put(id: string, file: string, text: string): Promise<void> {
    await this.#desk.service.putFile(id, file, new TextEncoder().encode(text));
  }
}
