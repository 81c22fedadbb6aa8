import { readdir, readFile, stat } from "node:fs/promises";
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
 * @param path the result's folder, for messages
 * @throws LaminaError `run-forgotten` when it is no longer there
 */
export async function findKeptRun(
  cachePath: string,
  { run }: LayersDocument,
  path: string,
): Promise<KeptRun> {
  const forgotten = new LaminaError({ code: "run-forgotten", path });
  const [source, compose] = run?.split("-") ?? [];
  if (source === undefined || compose === undefined) throw forgotten;
  const folder = join(cachePath, "jobs", source);
  let record: RunRecord;
  try {
    const text = await readFile(join(folder, recordName(compose)), "utf8");
    record = JSON.parse(text) as RunRecord;
    const folders = foldersOf((stage) => join(folder, record.folders[stage]!));
    for (const each of Object.values(folders)) {
      if (!(await stat(each)).isDirectory()) throw forgotten;
      if ((await readdir(each)).length === 0) throw forgotten;
    }
    return { folder, plan: { ...record.plan, folders } };
  } catch (error) {
    throw new LaminaError({ code: "run-forgotten", path }, { cause: error });
  }
}
