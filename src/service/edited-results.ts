import { createHash } from "node:crypto";
import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { correctionsFileName } from "../document/corrections-document.ts";
import {
  type EditsDocument,
  type GivenEdit,
  editsFileName,
  noEdits,
  readEdits,
  writeEdits,
} from "../document/edits-document.ts";
import {
  type ArrangedLayer,
  documentFileName,
} from "../document/layers-document.ts";
import { arrangedLayers } from "../edits/arranged-layers.ts";
import { clipOpacities, withOpacities } from "../edits/clip-opacities.ts";
import { stackLayers } from "../edits/stack-layers.ts";
import { planStack } from "../edits/stack.ts";
import { LaminaError } from "../errors/failure.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { readTextFile } from "../media/text-file.ts";
import type {
  EditedFolder,
  EditedLayers,
  ServiceJob,
} from "../protocol/service-api.ts";
import { openBrought } from "../render/brought-pictures.ts";
import { openLayers, planEdits } from "../render/render-edits.ts";
import { renderLayers } from "../render/render-layers.ts";
import {
  discardEdited,
  editedFolderName,
  editedFolders,
  sweepUnfinished,
} from "./edited-folders.ts";

/** How long an answer waits for the end of a rendering, in milliseconds. */
const PATIENCE_MS = 1000;

interface Rendering {
  done: number;
  total: number;
  readonly end: Promise<void>;
}

/** What is kept of a job's edits. */
interface Kept {
  readonly edits: readonly unknown[];
  readonly stack?: readonly ArrangedLayer[];
  readonly edited?: string;
  readonly rendered?: string;
  readonly opacities?: Readonly<Record<string, number>>;
}

/** What edits make of a result: where that goes, and how opaque the clips of its layers are to be. */
interface Made {
  readonly out: string;
  readonly opacities: Readonly<Record<string, number>>;
}

/**
 * Keeps the edits of finished jobs' layers beside them, and renders the edited layers into a folder beside the result's, named after what
 * they were made of: what is there already is not made again, and what a timeline shows is not changed under it. How strong effects are
 * is left to their clips' opacities as far as that can be, so that nothing is made anew for it.
 */
export class EditedResults {
  readonly #renderings = new Map<string, Rendering>();
  readonly #over = new AbortController();

  /** @throws LaminaError `request-conflict`, and what reading the documents throws */
  async read(job: ServiceJob): Promise<Kept> {
    const folder = resultOf(job);
    return this.#told(folder, (await editsIn(folder)) ?? noEdits);
  }

  /**
   * Replaces a job's edits, when all of them can be done; without any, nothing is kept.
   *
   * @param stack how the layers are arranged, where that is not as `layers.json` has them
   * @throws LaminaError `request-conflict`, `document-invalid`, `edit-impossible`, and what opening layers and media throws
   */
  async keep(
    job: ServiceJob,
    edits: readonly unknown[],
    stack?: readonly ArrangedLayer[],
  ): Promise<Kept> {
    const folder = resultOf(job);
    const file = path.join(folder, editsFileName);
    const text = writeEdits(edits as readonly GivenEdit[], stack);
    const read = readEdits(text, file);
    const opened = await openLayers(folder);
    const { document } = opened;
    planEdits(opened, read);
    const workFolder = await mkdtemp(path.join(os.tmpdir(), "lamina-edit-"));
    const { signal } = this.#over;
    try {
      await openBrought(read.edits, document, { folder, workFolder, signal });
    } finally {
      await rm(workFolder, { recursive: true, force: true });
    }
    if (edits.length === 0) await rm(file, { force: true });
    else await writeWholeFile(file, text);
    return this.#told(folder, read);
  }

  /**
   * Renders a job's edited layers, or goes on with it, and tells how far it is after a moment.
   *
   * @param rendersStrength whether strengths are rendered too, for hosts that do not take a clip's opacity
   * @throws LaminaError `request-conflict`, and what `renderLayers` throws
   */
  async render(
    job: ServiceJob,
    rendersStrength = false,
  ): Promise<EditedLayers> {
    const folder = resultOf(job);
    const edits = await editsIn(folder);
    if (edits === undefined)
      throw new LaminaError({
        code: "request-conflict",
        problem: "These layers have no edits.",
      });
    const { out, opacities } = await madeOf(folder, edits, rendersStrength);
    const edited = path.join(out, documentFileName);
    const isThere = await stat(edited).then(
      () => true,
      () => false,
    );
    if (!isThere) {
      await sweepUnfinished(folder);
      const rendering =
        this.#renderings.get(out) ??
        this.#begin(folder, edits, out, !rendersStrength);
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<"goes on">((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS, "goes on");
      });
      const state = await Promise.race([rendering.end, patience]).finally(
        () => {
          clearTimeout(timer);
        },
      );
      if (state === "goes on") {
        const { done, total } = rendering;
        return { done, total, edited };
      }
    }
    const document = await readTextFile(edited);
    return { done: 1, total: 1, document, edited, opacities };
  }

  /**
   * What has been rendered of a job's edited layers, now or with other edits.
   *
   * @throws LaminaError `request-conflict`
   */
  folders(job: ServiceJob): Promise<readonly EditedFolder[]> {
    return editedFolders(resultOf(job));
  }

  /**
   * Removes some of it.
   *
   * @throws LaminaError `request-conflict`, and what `discardEdited` throws
   */
  async discard(
    job: ServiceJob,
    edited: readonly string[],
  ): Promise<readonly EditedFolder[]> {
    await discardEdited(resultOf(job), edited);
    return this.folders(job);
  }

  /** Ends what is being rendered. */
  async clear(): Promise<void> {
    this.#over.abort();
    await Promise.allSettled(
      [...this.#renderings.values()].map(({ end }) => end),
    );
  }

  #begin(
    folder: string,
    edits: EditsDocument,
    out: string,
    leavesOpacities: boolean,
  ): Rendering {
    const rendering: Rendering = {
      done: 0,
      total: 1,
      end: renderLayers(
        {
          resultFolder: folder,
          edits,
          editsFolder: folder,
          out,
          movies: false,
          leavesOpacities,
        },
        {
          signal: this.#over.signal,
          onFrame: (done, total) => {
            Object.assign(rendering, { done, total });
          },
        },
      ).finally(() => this.#renderings.delete(out)),
    };
    // Whoever asks next hears of a failure; nobody may.
    rendering.end.catch(() => undefined);
    this.#renderings.set(out, rendering);
    return rendering;
  }

  async #told(folder: string, kept: EditsDocument): Promise<Kept> {
    const { edits, stack } = kept;
    if (edits.length === 0) return { edits: [] };
    const { out, opacities } = await madeOf(folder, kept, false);
    const edited = path.join(out, documentFileName);
    const told = { edits, ...(stack && { stack }), edited, opacities };
    if (Object.keys(opacities).length === 0) return told;
    const whole = await madeOf(folder, kept, true);
    return { ...told, rendered: path.join(whole.out, documentFileName) };
  }
}

/** @returns undefined when there are none */
async function editsIn(folder: string): Promise<EditsDocument | undefined> {
  const file = path.join(folder, editsFileName);
  const text = await textIn(file);
  const edits = text === undefined ? noEdits : readEdits(text, file);
  return edits.edits.length === 0 ? undefined : edits;
}

async function textIn(file: string): Promise<string | undefined> {
  try {
    return await readTextFile(file);
  } catch (error) {
    if (error instanceof LaminaError && error.failure.code === "input-missing")
      return undefined;
    throw error;
  }
}

/**
 * Says what edits make of a result, of its corrections, and of the files that they bring.
 *
 * @param rendersStrength whether nothing is left to clips' opacities
 */
async function madeOf(
  folder: string,
  edits: EditsDocument,
  rendersStrength: boolean,
): Promise<Made> {
  const { document } = await openLayers(folder);
  const planned = planStack(document, edits);
  const stack = rendersStrength ? planned : withOpacities(planned);
  const made = stackLayers(stack);
  const digest = createHash("sha256");
  for (const name of [documentFileName, correctionsFileName])
    digest.update(`${(await textIn(path.join(folder, name))) ?? ""}\0`);
  const { backdrop, isGroundHidden } = stack;
  const [ground] = arrangedLayers(document, edits.stack ?? []);
  digest.update(
    JSON.stringify(
      { ground: ground?.name, backdrop, isGroundHidden, made },
      // However weak it is, it is the same layer.
      (key, value: unknown) =>
        key === "clipOpacity" ? value !== undefined : value,
    ),
  );
  for (const edit of edits.edits) {
    if (!("path" in edit)) continue;
    const found = await stat(path.resolve(folder, edit.path)).catch(() => null);
    digest.update(`\0${found?.size} ${found?.mtimeMs}`);
  }
  const out = editedFolderName(folder, digest.digest("hex"));
  return { out, opacities: clipOpacities(made) };
}

function resultOf({ state, request }: ServiceJob): string {
  if (state === "done") return request.outputPath;
  throw new LaminaError({
    code: "request-conflict",
    problem: `The job is ${state}, so there are no layers to edit.`,
  });
}
