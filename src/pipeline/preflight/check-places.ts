import { realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { LaminaError } from "../../errors/failure.ts";

/** Something that a job reads from, or keeps things in, beside its output. */
export interface UsedPlace {
  /** What it is, to complete "the layers and ... must not lie in each other". */
  readonly what: string;
  readonly path: string;
}

/**
 * Makes sure that the output neither lies within anything that the job uses nor holds any of it, links resolved: a result
 * takes its place as a whole, and what lies in it belongs to it.
 *
 * @throws LaminaError `output-overlaps`
 */
export async function checkApart(
  outputPath: string,
  used: readonly UsedPlace[],
): Promise<void> {
  const output = await foldersAround(outputPath);
  for (const { what, path } of used) {
    const other = await foldersAround(path);
    if (liesWithin(output, other)) {
      const [inner, outer] = [resolve(outputPath), resolve(path)];
      throw new LaminaError({ code: "output-overlaps", what, inner, outer });
    }
    if (liesWithin(other, output)) {
      const [inner, outer] = [resolve(path), resolve(outputPath)];
      throw new LaminaError({ code: "output-overlaps", what, inner, outer });
    }
  }
}

/**
 * A path and the folders above it, innermost first. Each is told by the file system's own number, which is the same by whatever
 * name one comes: a link, a mount, other letters' case. What does not exist yet is told by its name within what does.
 */
type FoldersAround = readonly string[];

/** Whether one path is another or lies beneath it. */
const liesWithin = (inner: FoldersAround, outer: FoldersAround): boolean =>
  inner.includes(outer[0]!);

async function foldersAround(path: string): Promise<FoldersAround> {
  const missing: string[] = [];
  let there = resolve(path);
  let real: string | undefined;
  while ((real = await realpath(there).catch(() => undefined)) === undefined) {
    if (dirname(there) === there) break;
    missing.unshift(basename(there));
    there = dirname(there);
  }
  const marks: string[] = [];
  for (let folder = real ?? there; ; folder = dirname(folder)) {
    marks.push(await markOf(folder));
    if (dirname(folder) === folder) break;
  }
  for (const name of missing) marks.unshift(join(marks[0]!, name));
  return marks;
}

const markOf = (path: string): Promise<string> =>
  stat(path, { bigint: true }).then(
    // Some network file systems number nothing.
    ({ dev, ino }) => (ino === 0n ? path : `${dev}:${ino}`),
    () => path,
  );
