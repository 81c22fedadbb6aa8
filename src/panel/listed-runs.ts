import { comparablePath, folderOf } from "../host/file-path.ts";
import type { PlacedRun, SelectedClip } from "../host/host.ts";
import { isOver, type ServiceJob } from "../protocol/service-api.ts";
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

/** The runs at work and those that wait, in the order of the queue. */
export const queuedRuns = (
  jobs: readonly ServiceJob[],
): readonly ServiceJob[] =>
  jobs
    .filter((job) => !isOver(job))
    // Who runs has nobody ahead.
    .sort((a, b) => (a.jobsAhead ?? -1) - (b.jobsAhead ?? -1));

/**
 * Puts runs into groups: those in the queue, then those of the selected clip, of its sequence, and the others. Without a selected clip the latter are one group.
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
    .filter((job) => isOver(job) && job.discarded === undefined);
  const groups = new Map<string, ServiceJob[]>([
    ["In the queue", [...queuedRuns(jobs)]],
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
