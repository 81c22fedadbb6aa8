/** One clip of a batch as its line says it. */
export interface BatchLine {
  /** Which: `line 3`, or `clip sh010` of a timeline. */
  readonly where: string;
  readonly clip: string;
  /** `[name=]path` each. */
  readonly masks: readonly string[];
  readonly out: string;
  readonly range: string | undefined;
  readonly quality: string | undefined;
  readonly priority: string | undefined;
}
