import { mostSubjects } from "../job-contract/limits.ts";
import type { SelectedClip } from "../host/host.ts";
import type {
  ListedModel,
  WorkspaceMask,
  Workspace,
} from "../protocol/service-api.ts";
import type {
  OpenedSubjects,
  ProposedSubject,
} from "../protocol/subject-api.ts";
import { isEmptyTrack, type MaskTrack } from "./tracks.ts";

/** Where a subject is: a mask that was brought in, or a track of the session. */
export type SubjectPart =
  | {
      readonly kind: "mask";
      /** What it was called before it was merged. */
      readonly name: string;
      readonly mask: WorkspaceMask;
      /** Where the mask came from, for people: `boy.mov`, `masks/boy`. */
      readonly origin: string;
      /** Whether it follows what the clip shows; null where that cannot be told, absent until it was looked at. */
      readonly follows?: boolean | null | undefined;
    }
  | {
      readonly kind: "track";
      readonly name: string;
      readonly trackId: number;
    };

/** A subject that the user has named: wherever one of its parts is. */
export interface Subject {
  /** Tells subjects apart while their names change. */
  readonly key: number;
  readonly name: string;
  /** One, or several that were merged. */
  readonly parts: readonly SubjectPart[];
}

/** How far the clip has come on the way to be painted on. */
export type Search =
  | { readonly kind: "idle" }
  | { readonly kind: "exporting" }
  | { readonly kind: "analysing"; readonly share: number }
  /** Looking for what moves, or for what a model of the user's sees. */
  | {
      readonly kind: "looking";
      readonly model: string | null;
      readonly share: number;
    }
  | { readonly kind: "ready"; readonly looked: boolean };

/** A decomposition that is being prepared. */
export interface Draft {
  readonly clip: SelectedClip;
  /** The run whose subjects are corrected; absent for new ones. */
  readonly of?: string | undefined;
  /** Made with the first mask or the export. */
  readonly workspace?: Workspace | undefined;
  readonly search: Search;
  /** The session's frames and size, while it is open. */
  readonly opened?: OpenedSubjects | undefined;
  /** The user's models that can be used. */
  readonly models: readonly ListedModel[];
  /** What was found and is neither used nor dismissed, the surest first. */
  readonly proposals: readonly ProposedSubject[];
  /** By their numbers in the session. */
  readonly tracks: ReadonlyMap<number, MaskTrack>;
  /** Front to back, as the list shows them. */
  readonly subjects: readonly Subject[];
}

/** Most subjects that the engine tells apart. */

/** Nothing is known but the clip. */
export const newDraft = (clip: SelectedClip): Draft => ({
  clip,
  search: { kind: "idle" },
  models: [],
  proposals: [],
  tracks: new Map(),
  subjects: [],
});

/** Models that look for subjects by themselves. */
export const seekers = ({ models }: Pick<Draft, "models">): ListedModel[] =>
  models.filter(({ kind }) => kind !== "promptable");

/** Models that are shown a subject by clicks. */
export const clickables = ({ models }: Pick<Draft, "models">): ListedModel[] =>
  models.filter(({ kind }) => kind === "promptable");

/** Adds a subject in front of the others; its name is made to differ. */
export function addSubject(draft: Draft, part: SubjectPart): Draft {
  const [subject] = named([part], draft.subjects);
  return { ...draft, subjects: [subject!, ...draft.subjects] };
}

/** The parts that masks are, of all subjects. */
export const maskParts = ({ subjects }: Pick<Draft, "subjects">) =>
  subjects.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "mask" ? [part] : [])),
  );

/** Notes whether a mask follows what the clip shows. */
export const noteFollows = (
  draft: Draft,
  folder: string,
  follows: boolean | null,
): Draft => ({
  ...draft,
  subjects: draft.subjects.map((subject) => ({
    ...subject,
    parts: subject.parts.map((part) =>
      part.kind === "mask" && part.mask.folder === folder
        ? { ...part, follows }
        : part,
    ),
  })),
});

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

/** Makes one subject of two, where the nearer one was. */
export function mergeDraftSubjects(
  draft: Draft,
  near: number,
  far: number,
): Draft {
  const other = draft.subjects.find(({ key }) => key === far);
  if (other === undefined) return draft;
  return {
    ...draft,
    subjects: draft.subjects
      .filter(({ key }) => key !== far)
      .map((subject) =>
        subject.key === near
          ? {
              key: near,
              name: [subject.name, other.name]
                .filter((name) => name.trim() !== "")
                .join(" + "),
              parts: [...namedParts(subject), ...namedParts(other)],
            }
          : subject,
      ),
  };
}

/** Makes one subject of several, where the first one was. */
export const mergeAll = (
  draft: Draft,
  [near, ...others]: readonly number[],
): Draft =>
  others.reduce((merged, far) => mergeDraftSubjects(merged, near!, far), draft);

/** Makes a subject of every part of one, in its place. */
export function splitSubject(draft: Draft, key: number): Draft {
  const at = draft.subjects.findIndex((subject) => subject.key === key);
  const others = draft.subjects.filter((subject) => subject.key !== key);
  const parts = draft.subjects[at]?.parts ?? [];
  const subjects = [...others];
  subjects.splice(at, 0, ...named(parts, others));
  return { ...draft, subjects };
}

/**
 * Says why a draft cannot be run.
 *
 * @returns undefined when it can
 */
export function draftObstacle({ subjects, tracks }: Draft): string | undefined {
  if (subjects.length === 0) return "Add a mask for at least one subject.";
  if (subjects.length > mostSubjects) {
    return `At most ${mostSubjects} subjects can be told apart; merge some.`;
  }
  const names = subjects.map(({ name }) => name.trim().toLowerCase());
  if (names.includes("")) return "Give every subject a name.";
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    return `Two subjects are called ${twice}; name them apart.`;
  const ids = new Set(tracksOf({ subjects }));
  const followed = [...tracks.values()].filter(({ id }) => ids.has(id));
  if (followed.some(isEmptyTrack))
    return "Paint every subject in at least one frame.";
  return followed.some(({ following }) => following)
    ? "The frames that follow from what was painted are on their way."
    : undefined;
}

/** The numbers of all tracks that subjects are made of. */
export const tracksOf = ({ subjects }: Pick<Draft, "subjects">): number[] =>
  subjects.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === "track" ? [part.trackId] : [])),
  );

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

/** A subject's parts; the only one of a subject is called what the subject is called now, if it is. */
const namedParts = ({ name, parts }: Subject): readonly SubjectPart[] =>
  parts.length === 1 && name.trim() !== ""
    ? parts.map((part) => ({ ...part, name }))
    : parts;

/** A subject for every part, named and numbered apart from the others. */
function named(
  parts: readonly SubjectPart[],
  others: readonly Subject[],
): Subject[] {
  const subjects: Subject[] = [];
  for (const part of parts) {
    const taken = [...others, ...subjects];
    const key = 1 + Math.max(0, ...taken.map((each) => each.key));
    subjects.push({ key, name: freeName(part.name, taken), parts: [part] });
  }
  return subjects;
}

function freeName(name: string, others: readonly Subject[]): string {
  const taken = new Set(others.map((other) => other.name.toLowerCase()));
  for (let n = 1, free = name; ; n++, free = `${name} ${n}`) {
    if (!taken.has(free.toLowerCase())) return free;
  }
}
