import type {
  Action,
  premierepro,
  Project,
  Sequence,
} from "@adobe/premierepro";
import type { HostScriptError } from "../../../src/protocol/host-script-api.ts";

declare const require: (module: "premierepro") => premierepro;

/** Premiere's own module. */
export const ppro = require("premierepro");

/** A call into Premiere that did not do what it should. */
export class Refused extends Error implements HostScriptError {
  readonly call: string;
  readonly detail: string;

  constructor(call: string, detail: string) {
    super(`${call}: ${detail}`);
    this.call = call;
    this.detail = detail;
  }
}

/** The open project; throws Refused when none is open. */
export async function activeProject(): Promise<Project> {
  const project = await openProject();
  if (project === undefined) {
    throw new Refused("Project.getActiveProject", "no project is open");
  }
  return project;
}

/** The open project, if one is open; Premiere throws or answers nothing when none is. */
export async function openProject(): Promise<Project | undefined> {
  try {
    const project = (await ppro.Project.getActiveProject()) as Project | null;
    return project ?? undefined;
  } catch {
    return undefined;
  }
}

/** A sequence's id as text. */
export const sequenceId = (sequence: Sequence): string =>
  sequence.guid.toString();

/** A sequence of the open project by its id; throws Refused when it is not there. */
export async function findSequence(id: string): Promise<Sequence> {
  const project = await activeProject();
  for (const sequence of await project.getSequences()) {
    if (sequenceId(sequence) === id) return sequence;
  }
  throw new Refused(
    "project.getSequences",
    "the sequence is not in the project any more",
  );
}

/**
 * Runs actions as one step of undo. They are made by the callback and nowhere else, since an action is only good inside the
 * lock.
 *
 * @throws Refused when Premiere does not run them
 */
export function transact(
  project: Project,
  label: string,
  makeActions: () => Iterable<Action>,
): void {
  const answers: boolean[] = [];
  let failure: unknown;
  project.lockedAccess(() => {
    const answer = project.executeTransaction((compound) => {
      try {
        for (const action of makeActions()) compound.addAction(action);
      } catch (error) {
        failure = error;
        // Thrown on so that Premiere gives the whole transaction up.
        throw error;
      }
    }, label);
    answers.push(answer);
  });
  if (failure !== undefined) {
    throw failure instanceof Error ? failure : new Error("an action failed");
  }
  if (!answers.includes(true)) {
    throw new Refused("project.executeTransaction", "it answered no");
  }
}
