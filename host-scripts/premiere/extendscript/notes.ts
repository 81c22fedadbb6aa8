import { refuse } from "./refuse.ts";

/** Nothing is kept in sequences here: tracks are put between others and removed again, so nothing has to be remembered of them. */
export function note(): { value: string | null } {
  return { value: null };
}

/** Refused, see `note`. */
export function setNote(): null {
  throw refuse("sequence", "this technology keeps no notes in sequences");
}
