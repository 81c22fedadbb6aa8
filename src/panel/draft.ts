import type { Matte, Workspace } from "../protocol/broker-api.ts";
import type { SelectedClip } from "../host/host.ts";

/** A subject that the user has named, with its matte in the workspace. */
export interface Subject {
  /** Tells subjects apart while their names change. */
  readonly key: number;
  readonly name: string;
  readonly matte: Matte;
  /** Where the matte came from, for people: `boy.mov`, `masks/boy`. */
  readonly origin: string;
}

/** A decomposition that is being prepared. */
export interface Draft {
  readonly clip: SelectedClip;
  /** Made with the first matte. */
  readonly workspace?: Workspace | undefined;
  /** Front to back, as the list shows them. */
  readonly subjects: readonly Subject[];
}

/** Most subjects that the engine tells apart. */
const mostSubjects = 6;

/** Adds a subject in front of the others; its name is made to differ. */
export function addSubject(draft: Draft, subject: Omit<Subject, "key">): Draft {
  const key = 1 + Math.max(0, ...draft.subjects.map((each) => each.key));
  const name = freeName(subject.name, draft.subjects);
  return { ...draft, subjects: [{ ...subject, key, name }, ...draft.subjects] };
}

/** Takes a subject out. */
export const removeSubject = (draft: Draft, key: number): Draft => ({
  ...draft,
  subjects: draft.subjects.filter((subject) => subject.key !== key),
});

/** Calls a subject otherwise. */
export const renameSubject = (
  draft: Draft,
  key: number,
  name: string,
): Draft => ({
  ...draft,
  subjects: draft.subjects.map((subject) =>
    subject.key === key ? { ...subject, name } : subject,
  ),
});

/** Moves a subject by `steps` towards the back (down the list). */
export const moveSubject = (
  draft: Draft,
  key: number,
  steps: number,
): Draft => ({
  ...draft,
  subjects: moved(
    draft.subjects,
    draft.subjects.findIndex((subject) => subject.key === key),
    steps,
  ),
});

/** Puts a merged subject where the nearer of the two was. */
export function mergeSubjects(
  draft: Draft,
  near: number,
  far: number,
  matte: Matte,
): Draft {
  const other = draft.subjects.find(({ key }) => key === far);
  return {
    ...draft,
    subjects: draft.subjects
      .filter(({ key }) => key !== far)
      .map((subject) =>
        subject.key === near && other !== undefined
          ? {
              ...subject,
              name: `${subject.name} + ${other.name}`,
              origin: `${subject.origin}, ${other.origin}`,
              matte,
            }
          : subject,
      ),
  };
}

/**
 * Says why a draft cannot be run.
 *
 * @returns undefined when it can
 */
export function draftObstacle({ subjects }: Draft): string | undefined {
  if (subjects.length === 0) return "Add a matte for at least one subject.";
  if (subjects.length > mostSubjects) {
    return `At most ${mostSubjects} subjects can be told apart; merge some.`;
  }
  const names = subjects.map(({ name }) => name.trim().toLowerCase());
  if (names.includes("")) return "Give every subject a name.";
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  return twice === undefined
    ? undefined
    : `Two subjects are called ${twice}; name them apart.`;
}

/** A copy in which the element at `index` stands `steps` later, as far as there is room. */
export function moved<Element>(
  list: readonly Element[],
  index: number,
  steps: number,
): Element[] {
  const copy = [...list];
  const taken = copy.splice(index, 1);
  const to = Math.max(0, Math.min(copy.length, index + steps));
  copy.splice(to, 0, ...taken);
  return copy;
}

function freeName(name: string, others: readonly Subject[]): string {
  const taken = new Set(others.map((other) => other.name.toLowerCase()));
  for (let n = 1, free = name; ; n++, free = `${name} ${n}`) {
    if (!taken.has(free.toLowerCase())) return free;
  }
}
