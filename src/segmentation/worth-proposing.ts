/** Anything less sure is not worth a look. */
const LEAST_CONFIDENCE = 0.12;
/** As many as the engine tells apart. */
const MOST_PROPOSALS = 6;

/** Those that a user should see, the surest first. */
export const worthProposing = <Candidate>(
  candidates: readonly Candidate[],
  confidence: (candidate: Candidate) => number,
): Candidate[] =>
  candidates
    .filter((each) => confidence(each) >= LEAST_CONFIDENCE)
    .sort((a, b) => confidence(b) - confidence(a))
    .slice(0, MOST_PROPOSALS);
