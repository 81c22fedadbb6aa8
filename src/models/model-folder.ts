import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { LaminaError } from "../errors/failure.ts";
import {
  type Manifest,
  manifestFileName,
  modelFiles,
  readManifest,
} from "./manifest.ts";

/** A model that can be opened. */
export interface FoundModel {
  readonly name: string;
  readonly folder: string;
  readonly manifest: Manifest;
}

/** A folder that is meant to be a model, and is none. */
export interface BrokenModel {
  /** As its manifest has it, else the folder's own. */
  readonly name: string;
  readonly folder: string;
  readonly manifest?: Manifest;
  /** The end of a sentence that begins with the model's name. */
  readonly problem: string;
}

/**
 * Looks at the models of a folder: each lies in a folder of its own within, beside its `model.json`. No model is loaded.
 *
 * @param folder may be missing, which is as good as empty
 * @returns in the order of the folders' names
 */
export async function listModels(
  folder: string,
): Promise<readonly (FoundModel | BrokenModel)[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(
    (error: unknown) => {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENOENT" || code === "ENOTDIR") return [];
      throw error;
    },
  );
  const models: (FoundModel | BrokenModel)[] = [];
  for (const entry of names.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory() && !entry.isSymbolicLink()) continue;
    if (entry.name.startsWith(".")) continue;
    const model = await lookAtFolder(join(folder, entry.name), entry.name);
    const twin = models.find(({ name }) => name === model.name);
    models.push(
      twin === undefined
        ? model
        : {
            ...model,
            problem: `it has the same name as the one in ${twin.folder}`,
          },
    );
  }
  return models;
}

async function lookAtFolder(
  folder: string,
  folderName: string,
): Promise<FoundModel | BrokenModel> {
  let text: string;
  try {
    text = await readFile(join(folder, manifestFileName), "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const problem =
      code === "ENOENT" || code === "ENOTDIR"
        ? `there is no ${manifestFileName} in ${folder}`
        : `its ${manifestFileName} cannot be read`;
    return { name: folderName, folder, problem };
  }
  const read = readManifest(text);
  if ("problem" in read) return { name: folderName, folder, ...read };
  const { manifest } = read;
  for (const file of modelFiles(manifest)) {
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (found?.isFile() !== true) {
      const problem = `there is no ${file} in ${folder}`;
      return { name: manifest.name, folder, manifest, problem };
    }
  }
  return { name: manifest.name, folder, manifest };
}

/**
 * Finds a model by its name.
 *
 * @throws LaminaError `model-missing`, `model-unusable`
 */
export async function findModel(
  folder: string,
  name: string,
): Promise<FoundModel> {
  const model = (await listModels(folder)).find((one) => one.name === name);
  if (model === undefined)
    throw new LaminaError({ code: "model-missing", model: name, folder });
  if ("problem" in model) {
    const { problem } = model;
    throw new LaminaError({ code: "model-unusable", model: name, problem });
  }
  return model;
}
