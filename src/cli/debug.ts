import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { pictureKinds } from "../pipeline/execution/artifacts.ts";
import {
  listPictures,
  openArtifacts,
} from "../pipeline/debug/find-artifacts.ts";

/**
 * Says which jobs have left intermediate results, and what.
 *
 * @param cacheFolder where jobs keep them
 */
export async function describeJobs(
  cacheFolder: string,
): Promise<readonly string[]> {
  const jobs = path.join(cacheFolder, "jobs");
  const lines: string[] = [];
  for (const name of await readdir(jobs).catch(() => [])) {
    const folder = path.join(jobs, name);
    const artifacts = await openArtifacts(folder);
    if (artifacts === undefined) continue;
    lines.push(`${folder}  ${(await stat(folder)).mtime.toISOString()}`);
    for (const { kind, indices } of await listPictures(artifacts))
      lines.push(
        `  ${kind.padEnd(15)} ${indices[0]! + 1}–${indices.at(-1)! + 1}  (${indices.length})  ${Object.keys(pictureKinds[kind].parts).join(", ")}`,
      );
  }
  return lines.length > 0
    ? lines
    : [
        `No job has left anything in ${jobs}; lamina decompose --keep keeps what it makes on the way.`,
      ];
}
