import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  Artifacts,
  type FilingStage,
  filingStages,
  type PictureName,
  pictureKinds,
  type StageFolders,
} from "../execution/artifacts.ts";

/** Pictures of one kind that a job has left. */
export interface FoundPictures {
  readonly kind: PictureName;
  /** Of frames or canvases, from 0, ascending. */
  readonly indices: readonly number[];
}

/**
 * The intermediate results in a job's folder; of stages that have run several times, as with another quality, the latest.
 *
 * @param folder one of `jobs` in the cache
 * @returns      undefined when no stage has left any there
 */
export async function openArtifacts(
  folder: string,
): Promise<Artifacts | undefined> {
  const names = await readdir(folder).catch(() => []);
  const folders: Partial<Record<FilingStage, string>> = {};
  for (const stage of filingStages) {
    const own = names.filter((name) => name.startsWith(`${stage}-`));
    const dated = await Promise.all(
      own.map(async (name) => {
        const path = join(folder, name);
        return { path, at: (await stat(path)).mtimeMs };
      }),
    );
    dated.sort((a, b) => b.at - a.at);
    folders[stage] = dated[0]?.path ?? join(folder, stage);
  }
  const found = new Artifacts(folders as StageFolders);
  return (await listPictures(found)).length > 0 ? found : undefined;
}

/** What pictures there are, in the order in which they are made. */
export async function listPictures(
  artifacts: Artifacts,
): Promise<FoundPictures[]> {
  const found: FoundPictures[] = [];
  for (const kind of Object.keys(pictureKinds) as PictureName[]) {
    const { path } = artifacts.folder(pictureKinds[kind].stage);
    const names = await readdir(path).catch(() => []);
    const indices = names.flatMap((name) => {
      const number = new RegExp(`^${kind}-(\\d+)\\.bin$`).exec(name)?.[1];
      return number === undefined ? [] : [Number(number)];
    });
    if (indices.length > 0)
      found.push({ kind, indices: indices.sort((a, b) => a - b) });
  }
  return found;
}
