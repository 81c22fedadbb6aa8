import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { assert } from "../../errors/assert.ts";
import { LaminaError } from "../../errors/failure.ts";
import {
  checkCorrections,
  correctionsFileName,
  correctionsMark,
  noCorrections,
  readCorrections,
  writeCorrections,
  type Correction,
  type CorrectionsDocument,
} from "../../document/corrections-document.ts";
import {
  documentFileName,
  frameFileName,
  readDocument,
  type LayersDocument,
} from "../../document/layers-document.ts";
import { checkMarked } from "../../media/marked-file.ts";
import { writeWholeFile } from "../../media/replace-file.ts";
import { readTextFile } from "../../media/text-file.ts";
import { shortHash } from "../cache-key.ts";
import type { Size } from "../../units/size.ts";
import { FolderHold } from "../cache/folder-hold.ts";
import type { ComposeTasks } from "../compose/compose-tasks.ts";
import { Artifacts } from "../execution/artifacts.ts";
import { WorkerPool } from "../execution/worker-pool.ts";
import { writeDelivered } from "../finish/write-deliveries.ts";
import { effectFacts } from "../refine/fit-effects.ts";
import { registrationFacts } from "../register/register-camera.ts";
import { strokesIn, type CarryingClip } from "./carry-strokes.ts";
import { findKeptRun, type KeptRun } from "./kept-run.ts";
import { StagedFrames } from "./staged-frames.ts";
import { readSubjectPaths } from "./subject-path.ts";

/** Raised when the same strokes give other layers. */
const CORRECTING_VERSION = 1;

/** What a correction has done. */
export interface Corrected {
  /** The frames that were composed anew, counted from 1. */
  readonly frames: readonly number[];
  /** Frames that still show other strokes. */
  readonly left: number;
}

/** How a correction is followed. */
export interface CorrectionWatch {
  readonly signal: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * Corrects a finished result by strokes: what they touch is composed anew from what the run has found on the way, nothing before that is
 * done again, and the layers compose to the clip as before. Strokes lie beside the layers, so that they can be taken back.
 */
export class LayerCorrector implements AsyncDisposable {
  readonly document: LayersDocument;
  readonly #folder: string;
  readonly #run: KeptRun;
  readonly #hold: FolderHold;
  readonly #pool: WorkerPool<ComposeTasks>;
  #through: Promise<CarryingClip> | undefined;

  private constructor(
    folder: string,
    document: LayersDocument,
    run: KeptRun,
    hold: FolderHold,
    pool: WorkerPool<ComposeTasks>,
  ) {
    this.#folder = folder;
    this.document = document;
    this.#run = run;
    this.#hold = hold;
    this.#pool = pool;
  }

  /**
   * Opens a result.
   *
   * @param folder  that holds `layers.json`
   * @param cachePaths where its run may have kept what it found
   * @param worker  the worker threads' script
   * @param threadsFor how many of them a clip is given
   * @throws LaminaError `input-missing`, `document-invalid`, `document-too-new`, `run-forgotten`
   */
  static async open(
    folder: string,
    cachePaths: readonly string[],
    worker: URL,
    threadsFor: (clip: Size & { readonly frameCount: number }) => number,
  ): Promise<LayerCorrector> {
    const path = join(resolve(folder), documentFileName);
    const document = readDocument(await readTextFile(path), path);
    const run = await findKeptRun(cachePaths, document, resolve(folder));
    const hold = await FolderHold.take(run.folder);
    const layers = document.layers.map(({ frames }) =>
      join(resolve(folder), frames),
    );
    const plan = { ...run.plan, layers };
    const threads = threadsFor(run.plan.clip);
    const pool = new WorkerPool<ComposeTasks>(worker, threads, plan);
    return new LayerCorrector(resolve(folder), document, run, hold, pool);
  }

  /**
   * The strokes that lie beside a result, once it is sure that it can be corrected.
   *
   * @throws what `open` and `read` throw
   */
  static async look(
    folder: string,
    cachePaths: readonly string[],
  ): Promise<CorrectionsDocument> {
    const path = join(resolve(folder), documentFileName);
    const document = readDocument(await readTextFile(path), path);
    await findKeptRun(cachePaths, document, resolve(folder));
    return readStrokes(resolve(folder));
  }

  /**
   * The strokes that lie beside the result; none when nobody has painted any.
   *
   * @throws LaminaError `document-invalid`, `document-too-new`
   */
  read(): Promise<CorrectionsDocument> {
    return readStrokes(this.#folder);
  }

  /**
   * Has the result show these strokes and no others, and keeps them beside it.
   *
   * @param from   where the strokes come from, for messages
   * @param first  composes only so many frames, the nearest to one that is counted from 1, and leaves the others to another time
   * @throws LaminaError `document-invalid`, `output-foreign`, `disk-full`, `output-unwritable`; AbortError
   */
  async apply(
    wanted: Pick<CorrectionsDocument, "strokes">,
    from: string,
    { signal, onProgress }: CorrectionWatch,
    first?: { readonly frame: number; readonly most: number },
  ): Promise<Corrected> {
    const { strokes } = wanted;
    checkCorrections({ ...noCorrections, strokes }, this.document, from);
    const file = join(this.#folder, correctionsFileName);
    await checkMarked(file, correctionsMark);
    const turn = await this.#hold.turn("corrections", {
      signal,
      onWait: () => undefined,
    });
    try {
      const staged = await StagedFrames.open(this.#folder);
      const before = (await this.read()).applied ?? {};
      const { frameCount } = this.document;
      const stale: number[] = [];
      for (let number = 1; number <= frameCount; number++)
        if (before[number] !== digestOf(strokes, number)) stale.push(number);
      if (first !== undefined)
        stale.sort(
          (a, b) => Math.abs(a - first.frame) - Math.abs(b - first.frame),
        );
      const now = stale.slice(0, first?.most);
      // What was painted is kept before anything is made of it.
      await this.#write(file, strokes, before);
      try {
        await this.#compose(staged, strokes, now, signal, onProgress);
        await staged.finish();
      } catch (error) {
        await staged.discard();
        throw error;
      }
      const applied = { ...before };
      for (const number of now) {
        const digest = digestOf(strokes, number);
        if (digest === undefined) Reflect.deleteProperty(applied, number);
        else applied[number] = digest;
      }
      await this.#write(file, strokes, applied);
      return { frames: now, left: stale.length - now.length };
    } finally {
      await turn.end();
    }
  }

  /**
   * Writes the layers' movies and OpenEXR files anew, where they have some.
   *
   * @throws what `writeDelivered` throws
   */
  async writeMovies(signal: AbortSignal): Promise<void> {
    const result = { ...this.document, folder: this.#folder };
    for (const layer of result.layers)
      await writeDelivered(layer, result, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    await this.#hold[Symbol.asyncDispose]();
  }

  async #compose(
    staged: StagedFrames,
    strokes: readonly Correction[],
    numbers: readonly number[],
    signal: AbortSignal,
    onProgress: CorrectionWatch["onProgress"],
  ): Promise<void> {
    const artifacts = new Artifacts(this.#run.plan.folders);
    const effects = await artifacts.readFacts(effectFacts);
    assert(effects !== undefined, "a finished run has fitted its effects");
    this.#through ??= this.#carrying(artifacts);
    const through = await this.#through;
    const { layers, apart } = this.document;
    const parts =
      apart === undefined ? layers.flatMap((layer) => layer.parts ?? []) : [];
    const tasks = [];
    for (const number of numbers) {
      const place = (frames: string): Promise<string> =>
        staged.place(join(this.#folder, frameFileName(frames, number)));
      const files = [];
      for (const { frames } of [...layers, ...parts])
        files.push(await place(frames));
      tasks.push({
        kind: "compose-frame" as const,
        frame: number - 1,
        maps: through.maps,
        subjects: effects.subjects,
        files,
        ...(apart !== undefined && { apart: await place(apart) }),
        strokes: strokesIn(strokes, number - 1, through),
      });
    }
    const outcomes = await this.#pool.runAll(tasks, signal, (done) => {
      onProgress?.(done, tasks.length);
    });
    for (const { recompositionError } of outcomes)
      assert(
        recompositionError === 0,
        `the corrected layers are off by ${recompositionError} when recomposed`,
      );
  }

  async #carrying(artifacts: Artifacts): Promise<CarryingClip> {
    const { clip, working } = this.#run.plan;
    const registration = await artifacts.readFacts(registrationFacts);
    assert(registration !== undefined, "a finished run is registered");
    return {
      clip,
      working,
      maps: registration.maps,
      paths: await readSubjectPaths(artifacts, clip.frameCount),
      subjects: this.document.layers.slice(1).map(({ id }) => id),
    };
  }

  async #write(
    file: string,
    strokes: readonly Correction[],
    applied: Readonly<Record<string, string>>,
  ): Promise<void> {
    if (strokes.length === 0 && Object.keys(applied).length === 0) {
      await rm(file, { force: true });
      return;
    }
    const document = { ...noCorrections, strokes, applied };
    await writeWholeFile(file, writeCorrections(document));
  }
}

async function readStrokes(folder: string): Promise<CorrectionsDocument> {
  const path = join(folder, correctionsFileName);
  const text = await readTextFile(path).catch((error: unknown) => {
    if (error instanceof LaminaError && error.failure.code === "input-missing")
      return undefined;
    throw error;
  });
  return text === undefined ? noCorrections : readCorrections(text, path);
}

/** What a frame's strokes come down to; undefined when there are none. */
function digestOf(
  strokes: readonly Correction[],
  number: number,
): string | undefined {
  const here = strokes.filter(
    ({ on, from, to }) => on && from <= number && number <= to,
  );
  if (here.length === 0) return undefined;
  const facts = here.map(
    ({ kind, layer, frame, carried, along, radius, points }) => ({
      ...{ kind, layer, frame, carried, along, radius, points },
    }),
  );
  return shortHash(String(CORRECTING_VERSION), JSON.stringify(facts));
}
