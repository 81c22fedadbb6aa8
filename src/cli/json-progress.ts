import type { ProgressReport } from "./progress.ts";

/** Progress for programs: every event as one line of JSON, at last the summary with `kind` `"summary"`. */
export function jsonProgress(write: (line: string) => void): ProgressReport {
  return {
    onEvent(event) {
      write(JSON.stringify(event));
    },
    finish(summary) {
      write(JSON.stringify({ kind: "summary", ...summary }));
      return Promise.resolve();
    },
    stop: () => Promise.resolve(),
  };
}
