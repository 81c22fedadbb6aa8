import { describeReport } from "../document/describe-report.ts";
import type { RuntimeBackend } from "../job-contract/backend.ts";
import type { JobEvent, JobSummary } from "../pipeline/request.ts";

/** Shows a running job to whoever started it. */
export interface ProgressReport {
  onEvent(event: JobEvent): void;
  /** The job is done. */
  finish(summary: JobSummary): Promise<void>;
  /** The job failed or was cancelled; saying why is the caller's part. */
  stop(): Promise<void>;
}

/** A notice as it stands; where the network trains, as a sentence. */
export function describeNews(
  event: Exclude<JobEvent, { kind: "stage" }>,
): string {
  if (event.kind === "notice") return event.sentence;
  return `Training runs on ${placeNames[event.backend]}: ${event.reason}.`;
}

/** Where the network trains, for a sentence. */
export const placeNames: Readonly<Record<RuntimeBackend, string>> = {
  cpu: "the processor",
  wasm: "the processor, in the browser",
  webgpu: "the GPU",
};

/** `48 s`, `3 min 20 s`, `1 h 12 min` */
export function describeDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** The lines that end a successful run: frames, time, memory, exactness, how good it is likely to be, and where the result is. */
export function describeSummary(summary: JobSummary): string[] {
  const { frameCount, stages, documentPath, report } = summary;
  const seconds = stages.reduce((sum, stage) => sum + stage.seconds, 0);
  const megabytes = Math.round(summary.peakMemoryBytes / 1e6);
  return [
    `${frameCount} frames in ${describeDuration(seconds)} (${(seconds / frameCount).toFixed(2)} s a frame), ` +
      `${megabytes} MB of memory, largest difference to the source ${summary.recompositionError}`,
    ...(report === undefined ? [] : describeReport(report)),
    documentPath,
  ];
}
