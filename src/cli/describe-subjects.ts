import path from "node:path";
import {
  findSubjects,
  type FoundSubject,
  type FindRequest,
  type FindWatch,
} from "../segmentation/find-subjects.ts";

/**
 * Finds a clip's subjects and says what was found, one line each, and what to do next.
 *
 * @throws LaminaError, AbortError as `findSubjects`
 */
export async function describeSubjects(
  request: FindRequest,
  watch: FindWatch,
): Promise<string[]> {
  const found = await findSubjects(request, watch);
  return [
    ...found.map(
      ({ name, confidence, firstFrame, lastFrame }) =>
        `${name}: frames ${firstFrame}-${lastFrame}, confidence ${confidence.toFixed(2)}`,
    ),
    ...suggestions(found),
    path.join(path.resolve(request.outputPath), "subjects.json"),
  ];
}

/** How to make one of what looks like one. */
function suggestions(found: readonly FoundSubject[]): string[] {
  const groups = new Set(found.map(({ group }) => group));
  groups.delete(undefined);
  return [...groups].flatMap((group) => {
    const names = found
      .filter((subject) => subject.group === group)
      .map(({ name }) => name);
    if (names.length < 2) return [];
    return `${names.join(" and ")} move as one: --merge ${names.join("+")} makes one mask of them`;
  });
}
