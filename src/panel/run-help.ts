import type { ServiceJob } from "../protocol/service-api.ts";
import { stageNames, stageTitle } from "../job-contract/stages.ts";

/** What helps a failed run on, beside trying the same again. */
export interface RunHelp {
  /** Whether it may go on in another folder. */
  readonly anotherFolder: boolean;
  /** Whether it may go on without ProRes movies. */
  readonly withoutProres: boolean;
  /** Whether it may go on without OpenEXR files. */
  readonly withoutExr: boolean;
  /** What is done and need not be done again; undefined when nothing is. */
  readonly kept: string | undefined;
}

/** Failures of the place into which layers are written. */
const ofThePlace: ReadonlySet<string> = new Set([
  "output-exists",
  "output-foreign",
  "output-is-link",
  "output-overlaps",
  "output-unwritable",
  "disk-full",
  "disk-too-small",
]);

/** Failures that only movies and OpenEXR files meet, when they end a run that writes some in its last stage. */
const ofMovies: ReadonlySet<string> = new Set([
  "ffmpeg-missing",
  "ffmpeg-ended",
  "disk-full",
]);

/** What helps a failed run on. */
export function helpFor({
  error,
  request,
  stoppedIn,
}: Pick<ServiceJob, "error" | "request" | "stoppedIn">): RunHelp {
  const code = error?.code ?? "";
  const finished = stageNames.slice(
    0,
    Math.max(
      0,
      stageNames.findIndex((stage) => stage === stoppedIn),
    ),
  );
  const last = finished.at(-1);
  return {
    anotherFolder: ofThePlace.has(code),
    withoutProres:
      request.prores &&
      (code === "prores-impossible" ||
        (stoppedIn === "finish" && ofMovies.has(code))),
    withoutExr:
      request.format === "exr" &&
      (code === "exr-impossible" ||
        (stoppedIn === "finish" && ofMovies.has(code))),
    kept:
      last === undefined
        ? undefined
        : finished.length === 1
          ? `“${stageTitle(last)}” is finished and kept.`
          : `Everything up to “${stageTitle(last)}” is finished and kept.`,
  };
}

/**
 * The same result's folder within another one.
 *
 * @param outputPath in which it was to lie, by the rules of any system
 * @param folder     absolute
 */
export function movedOutput(outputPath: string, folder: string): string {
  const name = /[^/\\]+(?=[/\\]*$)/.exec(outputPath)?.[0] ?? "";
  const separator = folder.includes("\\") ? "\\" : "/";
  return `${folder.trim().replace(/[/\\]+$/, "")}${separator}${name}`;
}

/** The folder that a result's folder lies in. */
export const folderOf = (outputPath: string): string =>
  outputPath.replace(/[/\\]+[^/\\]*[/\\]*$/, "") || "/";
