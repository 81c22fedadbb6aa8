import type { LayerChange } from "./layer-changes.ts";

/**
 * Everything that can go wrong without being a bug: codes, each with its facts. What is wrong is said once, in `failure-sentence.ts`; what
 * to do about it is said by each face in the words of its user: `cli/failure-text.ts`, `panel/failure-text.ts`. A code without words in
 * all of them, and without its facts in `protocol/wire-failure.ts`, does not compile.
 */
export type Failure =
  | { readonly code: "usage"; readonly problem: string }
  | { readonly code: "input-missing"; readonly path: string }
  | { readonly code: "input-empty"; readonly path: string }
  | {
      readonly code: "media-unreadable";
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly code: "media-damaged";
      readonly path: string;
      /** How many frames; 0 when nobody can tell which. */
      readonly count: number;
      readonly detail: string;
    }
  | {
      readonly code: "ffmpeg-ended";
      /** Such as SIGKILL. */
      readonly signal: string;
      readonly purpose: string;
    }
  | {
      readonly code: "sequence-gaps";
      readonly path: string;
      /** How many numbers. */
      readonly count: number;
      /** Which, such as `5, 6, 10, 11`. */
      readonly missing: string;
    }
  | {
      readonly code: "sequence-unclear";
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly code: "media-interlaced";
      readonly path: string;
      /** Which field comes first. */
      readonly first: string;
    }
  | { readonly code: "no-video-stream"; readonly path: string }
  | { readonly code: "ffmpeg-missing"; readonly purpose: string }
  | {
      readonly code: "frame-sizes-differ";
      readonly path: string;
      readonly found: string;
      readonly expected: string;
    }
  | {
      readonly code: "too-few-frames";
      readonly found: number;
      readonly needed: number;
    }
  | {
      readonly code: "frame-too-small";
      readonly found: string;
      readonly neededPixels: number;
    }
  | {
      readonly code: "range-outside-clip";
      readonly range: string;
      readonly frameCount: number;
    }
  | {
      readonly code: "cache-limit-invalid";
      /** What was given for it. */
      readonly limit: string;
    }
  | { readonly code: "mask-missing" }
  | { readonly code: "no-subject-found" }
  | {
      readonly code: "model-missing";
      readonly model: string;
      readonly folder: string;
    }
  | {
      readonly code: "model-unusable";
      readonly model: string;
      readonly problem: string;
    }
  | { readonly code: "model-found-nothing"; readonly model: string }
  | { readonly code: "clicks-found-nothing"; readonly model: string }
  | {
      readonly code: "mask-count";
      readonly mask: string;
      readonly found: number;
      readonly expected: number;
    }
  | {
      readonly code: "labels-unclear";
      readonly path: string;
      readonly detail: string;
    }
  | { readonly code: "mask-empty"; readonly mask: string }
  | { readonly code: "mask-covers-everything"; readonly mask: string }
  | { readonly code: "mask-name-taken"; readonly mask: string }
  | {
      readonly code: "merge-unknown";
      readonly name: string;
      readonly known: readonly string[];
    }
  | {
      readonly code: "too-many-subjects";
      readonly found: number;
      readonly limit: number;
    }
  | { readonly code: "clip-has-cut"; readonly frame: number }
  | { readonly code: "output-exists"; readonly path: string }
  | {
      readonly code: "output-busy";
      readonly path: string;
      readonly pid: number;
    }
  | {
      readonly code: "output-foreign";
      readonly path: string;
      /** Within the folder. */
      readonly found: string;
    }
  | {
      readonly code: "output-is-link";
      readonly path: string;
      readonly target: string;
    }
  | {
      readonly code: "output-overlaps";
      /** The one that lies within the other, and what it is. */
      readonly inner: string;
      readonly outer: string;
      readonly what: string;
    }
  | {
      readonly code: "result-kept";
      /** A sentence without its full stop. */
      readonly obstacle: string;
      readonly kept: string;
    }
  | { readonly code: "result-damaged"; readonly path: string }
  | {
      readonly code: "run-forgotten";
      /** Folder of the result. */
      readonly path: string;
    }
  | { readonly code: "source-changed"; readonly path: string }
  | {
      readonly code: "output-unwritable";
      readonly path: string;
      readonly detail: string;
    }
  /** `freeBytes`: what was left to other programs when the writing was stopped; absent when nothing was. */
  | {
      readonly code: "disk-full";
      readonly path: string;
      readonly freeBytes?: number;
    }
  | {
      readonly code: "disk-too-small";
      readonly path: string;
      readonly neededBytes: number;
      readonly freeBytes: number;
    }
  | { readonly code: "prores-impossible"; readonly detail: string }
  | { readonly code: "exr-impossible"; readonly detail: string }
  | { readonly code: "out-of-memory" }
  | { readonly code: "system-refused"; readonly detail: string }
  | {
      readonly code: "document-invalid";
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly code: "document-too-new";
      readonly path: string;
      readonly version: number;
    }
  | {
      readonly code: "edit-impossible";
      /** Which of the edits, counted from 1. */
      readonly edit: number;
      readonly use: string;
      /** A sentence without its full stop. */
      readonly problem: string;
    }
  | {
      readonly code: "backend-unavailable";
      readonly backend: string;
      readonly detail: string;
    }
  | { readonly code: "port-taken"; readonly port: number }
  | { readonly code: "host-not-local"; readonly host: string }
  | { readonly code: "origin-refused"; readonly origin: string }
  | { readonly code: "not-authorised" }
  | { readonly code: "ticket-used" }
  | { readonly code: "request-invalid"; readonly detail: string }
  | { readonly code: "request-conflict"; readonly problem: string }
  | { readonly code: "request-too-large"; readonly limitBytes: number }
  | { readonly code: "path-refused"; readonly path: string }
  | { readonly code: "not-found"; readonly what: string }
  | {
      readonly code: "host-refused";
      readonly call: string;
      readonly detail: string;
    }
  | {
      readonly code: "host-left-changed";
      readonly problem: string;
      readonly left: string;
    }
  | { readonly code: "host-gone" }
  | { readonly code: "movies-missing"; readonly path: string }
  | { readonly code: "clip-gone"; readonly clip: string }
  | { readonly code: "project-busy" }
  | { readonly code: "clip-covered"; readonly track: string }
  | { readonly code: "layers-do-not-fit"; readonly detail: string }
  /** A file of edits that is none. */
  | {
      readonly code: "edits-invalid";
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly code: "backdrop-does-not-fit";
      /** Of the clip in the project. */
      readonly name: string;
      readonly detail: string;
    }
  | {
      readonly code: "run-changed";
      readonly run: string;
      readonly detail: string;
    }
  | {
      readonly code: "path-too-long";
      readonly path: string;
      readonly limit: number;
    }
  | {
      readonly code: "tracks-missing";
      /** How many. */
      readonly count: number;
    }
  | {
      readonly code: "layers-edited";
      readonly layers: readonly string[];
      /** What was found on them. */
      readonly changes: readonly LayerChange[];
    }
  | { readonly code: "clip-transparent"; readonly frame: number }
  | { readonly code: "package-unlisted"; readonly folder: string }
  | {
      readonly code: "package-damaged";
      readonly folder: string;
      readonly detail: string;
    }
  | { readonly code: "service-unreachable" }
  | { readonly code: "service-silent"; readonly pid: number }
  | { readonly code: "service-busy"; readonly version: string }
  | { readonly code: "service-not-started"; readonly detail: string }
  | { readonly code: "browser-missing"; readonly named?: string }
  | {
      readonly code: "browser-broken";
      readonly program: string;
      readonly detail: string;
    }
  | { readonly code: "window-lost" }
  | { readonly code: "subjects-lost" }
  | { readonly code: "job-crashes"; readonly times: number }
  | { readonly code: "training-diverged"; readonly step: number }
  | {
      readonly code: "farm-unreachable";
      /** Without its password. */
      readonly url: string;
      readonly detail: string;
    }
  | {
      readonly code: "farm-other-version";
      readonly theirs: string;
      readonly ours: string;
      /** File in the storage that says which version the farm is of. */
      readonly mark: string;
    }
  | {
      readonly code: "farm-outside-storage";
      readonly path: string;
      readonly storage: string;
    }
  | { readonly code: "farm-unnamed" }
  | { readonly code: "farm-other-storage"; readonly folder: string }
  | {
      readonly code: "farm-file-damaged";
      /** File in the storage in which the farm keeps a clip. */
      readonly path: string;
      readonly detail: string;
    }
  | {
      readonly code: "farm-task-failed";
      readonly task: string;
      /** Such as "frame 12". */
      readonly place: string;
      readonly times: number;
      readonly reason: string;
    };

/** Names one of the failures. */
export type FailureCode = Failure["code"];

/** The failure of a code, with its facts. */
export type FailureOf<Code extends FailureCode> = Extract<
  Failure,
  { readonly code: Code }
>;

/** What a person reads: one sentence that says what is wrong, and one thing to do about it. */
export interface FailureText {
  readonly sentence: string;
  readonly action: string;
}
