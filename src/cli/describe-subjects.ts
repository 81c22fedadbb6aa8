import path from "node:path";
import {
  findSubjects,
  type FindRequest,
} from "../jobs/subjects/find-subjects.ts";

/**
 * Finds a clip's subjects and says what was found, one line each, and what to do next.
 *
 * @throws LaminaError, AbortError as `findSubjects`
 */
export async function describeSubjects(
  request: FindRequest,
  signal: AbortSignal,
): Promise<string[]> {
  const found = await findSubjects(request, {
    signal,
    onProgress: () => undefined,
  });
  return [
    ...found.map(
      ({ name, confidence, firstFrame, lastFrame }) =>
        `${name}: frames ${firstFrame}-${lastFrame}, confidence ${confidence.toFixed(2)}`,
    ),
    path.join(path.resolve(request.outputPath), "subjects.json"),
  ];
}
