/** One number, or word, that was found. */
export interface Finding {
  readonly what: string;
  readonly value: number | string;
  readonly unit: string;
}

/** What the parts are told. */
export interface PartOptions {
  /** Training steps to time. */
  readonly steps: number;
  /** Whether a software adapter does what takes minutes on it, too. */
  readonly all: boolean;
}

/** Hands a finding over as soon as it is there: what a part has found outlives it. */
export type Report = (
  what: string,
  value: number | string,
  unit?: string,
) => void;

/** Something that is measured in a process of its own: a driver may take its process down, or never come back. */
export interface Part {
  readonly name: string;
  readonly title: string;
  /** Longer than this is not waited for. */
  readonly seconds: number;
  /** Measures; whatever it throws is told as the reason why there is no more. */
  readonly run: (options: PartOptions, report: Report) => Promise<void>;
}
