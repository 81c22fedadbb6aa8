import type { ProposedSubject } from "../protocol/subject-api.ts";

/**
 * What is less sure than this is hardly ever a subject: beside the player of a tennis match, of whom the search is .66 sure, the edge of a
 * banner reaches .15 and the tip of the player's shadow .19; a wave beside a boy on a beach (.35) reaches .21.
 */
const LEAST_SURE = 0.25;

/** Proposals that look like subjects, and the others; where none does, all are to be looked at. */
export interface Proposals {
  readonly sure: readonly ProposedSubject[];
  readonly unsure: readonly ProposedSubject[];
}

/** Parts proposals by how sure the search is of them. */
export function bySureness(proposals: readonly ProposedSubject[]): Proposals {
  const isSure = ({ confidence }: ProposedSubject): boolean =>
    confidence >= LEAST_SURE;
  const sure = proposals.filter(isSure);
  return sure.length === 0
    ? { sure: proposals, unsure: [] }
    : { sure, unsure: proposals.filter((each) => !isSure(each)) };
}
