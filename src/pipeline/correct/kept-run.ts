import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { LaminaError } from "../../errors/failure.ts";
import type { LayersDocument } from "../../document/layers-document.ts";
import { writeWholeFile } from "../../media/replace-file.ts";
import { foldersOf } from "../execution/artifacts.ts";
import type { JobPlan } from "../execution/job-plan.ts";
import type { DecomposeRequest } from "../request.ts";

/** What corrections need of a run's plan; stage folders by their names in the job's folder. */
interface RunRecord {
  readonly version: 1;
  readonly plan: Omit<JobPlan, "folders" | "layers">;
  readonly folders: Readonly<Record<string, string>>;
}

const recordName = (compose: string): string => `run-${compose}.json`;

/**
 * Notes in a job's folder, where that stays, what corrections of its result need to know.
 *
 * @param source  key of the clip and its masks
 * @param compose key of the layers
 * @returns       the run's name, for `layers.json`; undefined when nothing is kept
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function keptRun(
  { keepIntermediates }: DecomposeRequest,
  jobFolder: string,
  { folders, ...plan }: JobPlan,
  source: string,
  compose: string,
): Promise<string | undefined> {
  if (keepIntermediates !== true) return undefined;
  const record: RunRecord = {
    version: 1,
    plan,
    folders: foldersOf((stage) => basename(folders[stage])),
  };
  const file = join(jobFolder, recordName(compose));
  await writeWholeFile(file, JSON.stringify(record));
  return `${source}-${compose}`;
}

/** What a run has left for corrections. */
export interface KeptRun {
  /** Folder of the job. */
  readonly folder: string;
  readonly plan: Omit<JobPlan, "layers">;
}

/**
 * Finds what a result's run has left.
 *
 * @param cachePaths where it may be: this machine's own cache, and those of farms
 * @param path       the result's folder, for messages
 * @throws LaminaError `run-forgotten` when it is no longer there
 */
export async function findKeptRun(
  cachePaths: readonly string[],
  { run }: LayersDocument,
  path: string,
): Promise<KeptRun> {
  const [source, compose] = run?.split("-") ?? [];
  let cause: unknown;
  if (source !== undefined && compose !== undefined)
    for (const cachePath of cachePaths)
      try {
        return await keptIn(join(cachePath, "jobs", source), compose);
      } catch (error) {
        cause ??= error;
      }
  throw new LaminaError({ code: "run-forgotten", path }, { cause });
}

/** @throws whatever comes of files that are not there, or not whole */
async function keptIn(folder: string, compose: string): Promise<KeptRun> {
  const text = await readFile(join(folder, recordName(compose)), "utf8");
  const record = JSON.parse(text) as RunRecord;
  const folders = foldersOf((stage) => {
    const name = record.folders[stage]!;
    // A farm's record may be anybody's who sees its storage.
    if (basename(name) !== name) throw new Error(`${name} is no folder's name`);
    return join(folder, name);
  });
  for (const each of Object.values(folders))
    if ((await readdir(each)).length === 0) throw new Error(`${each} is empty`);
  return { folder, plan: { ...record.plan, folders } };
}
