import { comparablePath, folderOf } from "../host/file-path.ts";
import type { PlacedRun, SelectedClip } from "../host/host.ts";
import type { ServiceJob } from "../protocol/service-api.ts";
import { findRun } from "./arrangement.ts";

/** Runs that belong together in the list, the latest first. */
export interface RunGroup {
  /** What they have in common. */
  readonly title: string;
  readonly jobs: readonly ServiceJob[];
}

/** Whether two clips show the same source from the same frame on, wherever they lie by now. */
const isSameShot = (one: SelectedClip, other: SelectedClip): boolean =>
  one.sequence.id === other.sequence.id &&
  one.sourcePath === other.sourcePath &&
  one.inPoint === other.inPoint &&
  one.name === other.name;

/**
 * Puts runs into groups: those of the selected clip, of its sequence, and the others. Without a selected clip all are one group.
 * Deleted runs are in none.
 *
 * @param jobs  oldest first
 * @param clips what is known of the runs' clips, by the job's id
 */
export function groupRuns(
  jobs: readonly ServiceJob[],
  clips: ReadonlyMap<string, SelectedClip>,
  selected: SelectedClip | undefined,
): readonly RunGroup[] {
  const listed = [...jobs]
    .reverse()
    .filter(({ discarded }) => discarded === undefined);
  const groups = new Map<string, ServiceJob[]>([
    ["This clip", []],
    ["This sequence", []],
    ["Elsewhere", []],
  ]);
  for (const job of listed) {
    const clip = clips.get(job.id);
    const title =
      selected === undefined || clip?.sequence.id !== selected.sequence.id
        ? "Elsewhere"
        : isSameShot(clip, selected)
          ? "This clip"
          : "This sequence";
    groups.get(title)!.push(job);
  }
  return [...groups]
    .map(([title, group]) => ({ title, jobs: group }))
    .filter((group) => group.jobs.length > 0);
}

/**
 * The run that a clip of the timeline belongs to: one of its layers' clips, or the clip beneath that its layers were made of.
 *
 * @param placed those whose layers are in the open project
 */
export function runOfClip(
  clip: SelectedClip,
  placed: readonly PlacedRun[],
  jobs: readonly ServiceJob[],
): ServiceJob | undefined {
  const run =
    placed.find((each) => isLayerOf(clip, each)) ??
    placed.find((each) => isBeneath(clip, each));
  if (run === undefined) return undefined;
  return [...jobs]
    .reverse()
    .find(
      ({ state, summary, discarded }) =>
        state === "done" &&
        discarded === undefined &&
        summary !== undefined &&
        findRun([run], summary.documentPath) !== undefined,
    );
}

/** Whether a clip is a layer of a run: by its file, or, of a nested sequence, by its place. */
function isLayerOf(
  { sourcePath, trackIndex, start, end, sequence }: SelectedClip,
  { documentPath, place }: PlacedRun,
): boolean {
  if (sourcePath !== undefined) {
    const folder = comparablePath(folderOf(documentPath));
    return comparablePath(sourcePath).startsWith(`${folder}/`);
  }
  return (
    place?.sequenceId === sequence.id &&
    place.trackIndices.includes(trackIndex) &&
    place.start === start &&
    place.end === end
  );
}

/** Whether a clip lies under a run's layers, over the same range. */
const isBeneath = (
  { trackIndex, start, end, sequence }: SelectedClip,
  { place }: PlacedRun,
): boolean =>
  place?.sequenceId === sequence.id &&
  place.start === start &&
  place.end === end &&
  place.trackIndices.every((each) => each > trackIndex);
