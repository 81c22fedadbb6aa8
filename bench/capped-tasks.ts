/** Kinds of tasks of which a longer clip has no more: they look at frames spread over it. */
const CAPPED = /^(edge|effect|outline|preview|smoke)|-reflections$/;

/** Whether a longer clip has more tasks of a kind. */
export const growsWithClip = (kind: string): boolean => !CAPPED.test(kind);
