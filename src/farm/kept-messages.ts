/** What was answered is kept no longer: who asked has the answer. */
export const keepNone = { removeOnComplete: true, removeOnFail: true } as const;

/** Clips that have ended and are still shown by whoever looks into Redis; all of them are kept in the storage. */
const SHOWN_CLIPS = 100;

/** How many clips that have ended Redis keeps, of each kind of end. */
export const keepLatest = {
  removeOnComplete: { count: SHOWN_CLIPS },
  removeOnFail: { count: SHOWN_CLIPS },
} as const;
