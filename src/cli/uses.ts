import { mkdtemp, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import {
  complaintOfEdit,
  editsFileName,
  type EditsDocument,
  type GivenEdit,
  noEdits,
  readEdits,
  writeEdits,
} from "../document/edits-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { isImageName } from "../job-contract/image-format.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { readTextFile } from "../media/text-file.ts";
import { openBrought } from "../render/brought-pictures.ts";
import {
  openLayers,
  renderEdits,
  type RenderWatch,
  planEdits,
} from "../render/render-edits.ts";
import { renderLayers } from "../render/render-layers.ts";
import type { CommandOutput } from "./report-error.ts";
import type { RenderOptions } from "./uses-options.ts";

const editsFileOf = (resultFolder: string, named: string | undefined): string =>
  path.resolve(named ?? path.join(resultFolder, editsFileName));

/** @returns undefined when nobody has named a file and none is there */
async function editsIn(
  file: string,
  isNamed: boolean,
): Promise<EditsDocument | undefined> {
  try {
    return readEdits(await readTextFile(file), file);
  } catch (error) {
    const isMissing =
      error instanceof LaminaError && error.failure.code === "input-missing";
    if (isMissing && !isNamed) return undefined;
    throw error;
  }
}

/** What `--out` asks for by its ending. */
const formatOf = (out: string): NonNullable<RenderOptions["format"]> => {
  const ending = path.extname(out).toLowerCase();
  return ending === ".mov" ? "prores4444" : ending === ".mp4" ? "h264" : "png";
};

/**
 * Renders a result with its edits, and says how far it is.
 *
 * @throws what `renderEdits` throws
 */
export async function runRender(
  resultFolder: string,
  options: RenderOptions,
  output: CommandOutput,
  signal: AbortSignal,
): Promise<void> {
  const { out, format = formatOf(out) } = options;
  const file = editsFileOf(resultFolder, options.edits);
  const edits = (await editsIn(file, options.edits !== undefined)) ?? noEdits;
  const count = edits.edits.length;
  output.line(
    count === 0
      ? "No edits: the layers are put together as they are."
      : `${count} ${count === 1 ? "edit" : "edits"} from ${file}.`,
  );
  if (options.movies === true && format !== "layers")
    throw new LaminaError({
      code: "usage",
      problem: "--movies goes with --format layers.",
    });
  let told = 0;
  const request = {
    resultFolder,
    edits,
    editsFolder: path.dirname(file),
    out: path.resolve(out),
  };
  const watch: RenderWatch = {
    signal,
    onFrame: (done, total) => {
      const tenth = Math.floor((10 * done) / total);
      if (tenth === told) return;
      told = tenth;
      output.line(`${done} of ${total} frames`);
    },
  };
  if (format === "layers")
    await renderLayers({ ...request, movies: options.movies === true }, watch);
  else await renderEdits({ ...request, format }, watch);
  output.line(path.resolve(out));
}

/**
 * Adds an edit to a result's edits, when it and all before it can be done.
 *
 * @returns what to tell
 * @throws LaminaError `edit-impossible`, `edits-invalid`, and what opening layers and media throws; then the edits are as before
 */
export async function addEdit(
  resultFolder: string,
  edit: GivenEdit,
  editsFile: string | undefined,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const file = editsFileOf(resultFolder, editsFile);
  const opened = await openLayers(resultFolder);
  const { document } = opened;
  const before = (await editsIn(file, false)) ?? noEdits;
  const added = await withKind(edit);
  const complaint = complaintOfEdit(added);
  if (complaint !== undefined)
    throw new LaminaError({
      code: "edit-impossible",
      edit: before.edits.length + 1,
      use: added.use,
      problem: complaint.replace(`(${added.use}), `, ""),
    });
  const text = writeEdits([...before.edits, added], before.stack);
  const all = readEdits(text, file);
  planEdits(opened, all);
  const workFolder = await mkdtemp(path.join(os.tmpdir(), "lamina-edit-"));
  try {
    const folder = path.dirname(file);
    await openBrought(all.edits, document, { folder, workFolder, signal });
  } finally {
    await rm(workFolder, { recursive: true, force: true });
  }
  await writeWholeFile(file, text);
  const { length } = all.edits;
  return [
    `${length} ${length === 1 ? "edit" : "edits"} in ${file}`,
    `To see ${length === 1 ? "it" : "them"}: lamina render ${resultFolder} --out <movie or folder>`,
  ];
}

/** A file that is brought is a picture or a movie, as it is called; its path counts from where the user is, not from the edits. */
async function withKind(edit: GivenEdit): Promise<GivenEdit> {
  if (!("path" in edit)) return edit;
  const file = path.resolve(edit.path);
  const isFolder = await stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const kind = !isFolder && isImageName(file) ? "image" : "movie";
  return edit.use === "backdrop"
    ? { ...edit, fill: kind, path: file }
    : { ...edit, what: kind, path: file };
}
