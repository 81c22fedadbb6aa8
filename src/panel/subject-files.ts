import { preparedFileName } from "../job-contract/frame-files.ts";
import { RemoteError } from "../protocol/remote-error.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import { type KeptSubjects, readSubjects } from "./kept-subjects.ts";

/** A run's subjects as they were when it began. */
export const runSubjectsFile = (jobId: string): string =>
  `subjects/run-${jobId}.json`;

/**
 * Where subjects are kept while they are worked on.
 *
 * @param jobId the run whose subjects are being corrected; undefined when they are new
 */
export const workingSubjectsFile = (jobId: string | undefined): string =>
  jobId === undefined ? preparedFileName : `subjects/correct-${jobId}.json`;

/**
 * A run's subjects: as they were last corrected without a new run, else as they were when it began.
 *
 * @returns undefined when none are kept, as of runs of the command
 */
export async function subjectsOfRun(
  service: ServiceClient,
  workspaceId: string,
  jobId: string,
): Promise<KeptSubjects | undefined> {
  const files = [
    workingSubjectsFile(jobId),
    runSubjectsFile(jobId),
    // What a panel leaves that ends between the run's beginning and its note of the subjects.
    workingSubjectsFile(undefined),
  ];
  for (const file of files) {
    const kept = await readSubjectsFile(service, workspaceId, file);
    if (kept !== undefined) return kept;
  }
  return undefined;
}

/** Reads a file of subjects; undefined when there is none, or another thing. */
export async function readSubjectsFile(
  service: ServiceClient,
  workspaceId: string,
  file: string,
): Promise<KeptSubjects | undefined> {
  try {
    const bytes = await service.workspaceFile(workspaceId, file);
    return readSubjects(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof RemoteError && error.code === "not-found")
      return undefined;
    throw error;
  }
}
