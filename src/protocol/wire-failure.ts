import * as v from "valibot";
import type {
  Failure,
  FailureCode,
  FailureOf,
} from "../errors/failure-codes.ts";
import { layerChanges } from "../errors/layer-changes.ts";

const text = v.string();
const number = v.number();
const noFacts = v.object({});

/** The facts of every code. What else comes along, such as the message, is left out. */
const factSchemas: {
  readonly [Code in FailureCode]: v.GenericSchema<
    unknown,
    Omit<FailureOf<Code>, "code">
  >;
} = {
  usage: v.object({ problem: text }),
  "input-missing": v.object({ path: text }),
  "input-empty": v.object({ path: text }),
  "media-unreadable": v.object({ path: text, detail: text }),
  "media-damaged": v.object({ path: text, count: number, detail: text }),
  "sequence-gaps": v.object({ path: text, count: number, missing: text }),
  "sequence-unclear": v.object({ path: text, detail: text }),
  "media-interlaced": v.object({ path: text, first: text }),
  "ffmpeg-ended": v.object({ signal: text, purpose: text }),
  "no-video-stream": v.object({ path: text }),
  "ffmpeg-missing": v.object({ purpose: text }),
  "frame-sizes-differ": v.object({ path: text, found: text, expected: text }),
  "too-few-frames": v.object({ found: number, needed: number }),
  "frame-too-small": v.object({ found: text, neededPixels: number }),
  "range-outside-clip": v.object({ range: text, frameCount: number }),
  "cache-limit-invalid": v.object({ limit: text }),
  "mask-missing": noFacts,
  "no-subject-found": noFacts,
  "model-missing": v.object({ model: text, folder: text }),
  "model-unusable": v.object({ model: text, problem: text }),
  "model-found-nothing": v.object({ model: text }),
  "clicks-found-nothing": v.object({ model: text }),
  "mask-count": v.object({ mask: text, found: number, expected: number }),
  "labels-unclear": v.object({ path: text, detail: text }),
  "mask-empty": v.object({ mask: text }),
  "mask-covers-everything": v.object({ mask: text }),
  "mask-name-taken": v.object({ mask: text }),
  "merge-unknown": v.object({ name: text, known: v.array(text) }),
  "too-many-subjects": v.object({ found: number, limit: number }),
  "clip-has-cut": v.object({ frame: number }),
  "output-exists": v.object({ path: text }),
  "output-busy": v.object({ path: text, pid: number }),
  "output-foreign": v.object({ path: text, found: text }),
  "output-is-link": v.object({ path: text, target: text }),
  "output-overlaps": v.object({ inner: text, outer: text, what: text }),
  "result-kept": v.object({ obstacle: text, kept: text }),
  "result-damaged": v.object({ path: text }),
  "run-forgotten": v.object({ path: text }),
  "source-changed": v.object({ path: text }),
  "output-unwritable": v.object({ path: text, detail: text }),
  "disk-full": v.object({ path: text, freeBytes: v.exactOptional(number) }),
  "disk-too-small": v.object({
    path: text,
    neededBytes: number,
    freeBytes: number,
  }),
  "prores-impossible": v.object({ detail: text }),
  "exr-impossible": v.object({ detail: text }),
  "out-of-memory": noFacts,
  "system-refused": v.object({ detail: text }),
  "document-invalid": v.object({ path: text, detail: text }),
  "document-too-new": v.object({ path: text, version: number }),
  "edit-impossible": v.object({ edit: number, use: text, problem: text }),
  "backend-unavailable": v.object({ backend: text, detail: text }),
  "port-taken": v.object({ port: number }),
  "host-not-local": v.object({ host: text }),
  "origin-refused": v.object({ origin: text }),
  "not-authorised": noFacts,
  "ticket-used": noFacts,
  "request-invalid": v.object({ detail: text }),
  "request-conflict": v.object({ problem: text }),
  "request-too-large": v.object({ limitBytes: number }),
  "path-refused": v.object({ path: text }),
  "not-found": v.object({ what: text }),
  "host-refused": v.object({ call: text, detail: text }),
  "host-left-changed": v.object({ problem: text, left: text }),
  "host-gone": noFacts,
  "project-busy": noFacts,
  "movies-missing": v.object({ path: text }),
  "clip-gone": v.object({ clip: text }),
  "clip-covered": v.object({ track: text }),
  "tracks-missing": v.object({ count: number }),
  "layers-do-not-fit": v.object({ detail: text }),
  "edits-invalid": v.object({ path: text, detail: text }),
  "backdrop-does-not-fit": v.object({ name: text, detail: text }),
  "run-changed": v.object({ run: text, detail: text }),
  "path-too-long": v.object({ path: text, limit: number }),
  "layers-edited": v.object({
    layers: v.array(text),
    changes: v.array(v.picklist(layerChanges)),
  }),
  "clip-transparent": v.object({ frame: number }),
  "package-unlisted": v.object({ folder: text }),
  "package-damaged": v.object({ folder: text, detail: text }),
  "service-unreachable": noFacts,
  "service-silent": v.object({ pid: number }),
  "service-busy": v.object({ version: text }),
  "service-not-started": v.object({ detail: text }),
  "browser-missing": v.object({ named: v.exactOptional(text) }),
  "browser-broken": v.object({ program: text, detail: text }),
  "window-lost": noFacts,
  "subjects-lost": noFacts,
  "job-crashes": v.object({ times: number }),
  "training-diverged": v.object({ step: number }),
  "farm-unreachable": v.object({ url: text, detail: text }),
  "farm-other-version": v.object({ theirs: text, ours: text, mark: text }),
  "farm-outside-storage": v.object({ path: text, storage: text }),
  "farm-unnamed": noFacts,
  "farm-other-storage": v.object({ folder: text }),
  "farm-file-damaged": v.object({ path: text, detail: text }),
  "farm-task-failed": v.object({
    task: text,
    place: text,
    times: number,
    reason: text,
  }),
};

/**
 * Finds the failure in what came over a wire, or stood in a file.
 *
 * @returns undefined when this version does not know the code, or the facts are not those it knows
 */
export function readWireFailure({
  code,
  ...facts
}: {
  readonly code: string;
}): Failure | undefined {
  if (!isKnown(code)) return undefined;
  const result = v.safeParse(factSchemas[code], facts);
  // The table says of each code which facts are its own.
  return result.success ? ({ code, ...result.output } as Failure) : undefined;
}

const isKnown = (code: string): code is FailureCode =>
  Object.keys(factSchemas).includes(code);
