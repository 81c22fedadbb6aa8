/** Everything that can go wrong without being a bug. Each has one sentence and one thing to do (see `describeFailure`). */
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
  | { readonly code: "source-changed"; readonly path: string }
  | {
      readonly code: "output-unwritable";
      readonly path: string;
      readonly detail: string;
    }
  | { readonly code: "disk-full"; readonly path: string }
  | {
      readonly code: "disk-too-small";
      readonly path: string;
      readonly neededBytes: number;
      readonly freeBytes: number;
    }
  | { readonly code: "prores-impossible"; readonly detail: string }
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
  | { readonly code: "clip-covered"; readonly track: string }
  | {
      readonly code: "path-too-long";
      readonly path: string;
      readonly limit: number;
    }
  | { readonly code: "layers-edited"; readonly layers: readonly string[] }
  | { readonly code: "clip-transparent"; readonly frame: number }
  | { readonly code: "layers-do-not-fit"; readonly detail: string }
  | {
      readonly code: "run-changed";
      readonly run: string;
      readonly detail: string;
    }
  | { readonly code: "service-unreachable" }
  | { readonly code: "service-silent"; readonly pid: number }
  | { readonly code: "service-busy"; readonly version: string }
  | { readonly code: "service-not-started"; readonly detail: string }
  | { readonly code: "package-unlisted"; readonly folder: string }
  | {
      readonly code: "package-damaged";
      readonly folder: string;
      readonly detail: string;
    }
  | { readonly code: "browser-missing"; readonly named?: string }
  | {
      readonly code: "browser-broken";
      readonly program: string;
      readonly detail: string;
    }
  | { readonly code: "window-lost" }
  | { readonly code: "subjects-lost" }
  | { readonly code: "job-crashes"; readonly times: number }
  | { readonly code: "training-diverged"; readonly step: number };

/** An expected failure on its way to the person who can mend it. */
export class LaminaError extends Error {
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(describeFailure(failure).sentence, options);
    this.name = "LaminaError";
    this.failure = failure;
  }
}

/** What a person reads: one sentence that says what is wrong, and one thing to do about it. */
export interface FailureText {
  readonly sentence: string;
  readonly action: string;
}

/** Puts a failure into words. */
export function describeFailure(failure: Failure): FailureText {
  switch (failure.code) {
    case "usage":
      return {
        sentence: failure.problem,
        action: "Run lamina --help for the command line.",
      };
    case "input-missing":
      return {
        sentence: `There is nothing at ${failure.path}.`,
        action: "Check the path.",
      };
    case "input-empty":
      return {
        sentence: `${failure.path} holds no PNG or JPEG frames.`,
        action: "Name a folder of numbered frames or a movie.",
      };
    case "media-unreadable":
      return {
        sentence: `${failure.path} cannot be read: ${failure.detail}.`,
        action: "Export the file again, or leave it out.",
      };
    case "media-damaged":
      return {
        sentence: `${failure.path} is damaged: ${failure.detail}.`,
        action:
          "Export it again, or go on with --allow-damaged, which shows the last good frame instead and says so in layers.json.",
      };
    case "ffmpeg-ended":
      return {
        sentence: `ffmpeg, which is needed ${failure.purpose}, was ended from outside by ${failure.signal}.`,
        action:
          "Run the same command again, with other programs closed in case memory ran out; finished stages are kept.",
      };
    case "no-video-stream":
      return {
        sentence: `${failure.path} has no video stream.`,
        action: "Name a movie with a picture.",
      };
    case "ffmpeg-missing":
      return {
        sentence: `ffmpeg is needed ${failure.purpose} and was not found.`,
        action: "Install ffmpeg, or set FFMPEG_PATH to its program file.",
      };
    case "frame-sizes-differ":
      return {
        sentence: `${failure.path} is ${failure.found}, the frames before it are ${failure.expected}.`,
        action: "All frames of a clip must have one size.",
      };
    case "too-few-frames":
      return {
        sentence: `The clip has ${failure.found} frame${failure.found === 1 ? "" : "s"}; at least ${failure.needed} are needed to see what moves.`,
        action: "Choose a longer range.",
      };
    case "frame-too-small":
      return {
        sentence: `The frames are ${failure.found}; each side must have at least ${failure.neededPixels} pixels.`,
        action: "Use larger frames.",
      };
    case "range-outside-clip":
      return {
        sentence: `The range ${failure.range} is not inside the clip's ${failure.frameCount} frames.`,
        action: `Give a range within 1-${failure.frameCount}.`,
      };
    case "mask-missing":
      return {
        sentence: "No subject was given.",
        action:
          "Name at least one with --mask [name=]<folder, movie or image>.",
      };
    case "no-subject-found":
      return {
        sentence: "Nothing in the clip moves clearly against its background.",
        action: "Paint the subject, or bring masks from another program.",
      };
    case "model-missing":
      return {
        sentence: `There is no model called ${failure.model} in ${failure.folder}.`,
        action: "Run lamina models for what is there.",
      };
    case "model-unusable":
      return {
        sentence: `The model ${failure.model} cannot be used: ${failure.problem}.`,
        action: "Run lamina models explain for what a model must be like.",
      };
    case "model-found-nothing":
      return {
        sentence: `The model ${failure.model} finds nothing in this clip.`,
        action:
          "Lower its score in model.json, look at its labels there, or take another model.",
      };
    case "clicks-found-nothing":
      return {
        sentence: `The model ${failure.model} finds nothing that these clicks agree on.`,
        action: "Click on another place of the subject, or paint it.",
      };
    case "mask-count":
      return {
        sentence: `The mask ${failure.mask} has ${failure.found} frames, the clip has ${failure.expected}.`,
        action: "Give one mask per frame, or a single image for all frames.",
      };
    case "labels-unclear":
      return {
        sentence: `${failure.path} shows no subjects as label colours: ${failure.detail}.`,
        action:
          "Give PNG images with one flat colour per subject on black or transparent, or one --mask per subject.",
      };
    case "mask-empty":
      return {
        sentence: `The mask ${failure.mask} is empty in every frame.`,
        action: "Paint the subject white, everything else black.",
      };
    case "mask-covers-everything":
      return {
        sentence: `The mask ${failure.mask} covers the whole picture in every frame, so no background is left.`,
        action: "Mask the subject alone; if the mask is inverted, invert it.",
      };
    case "mask-name-taken":
      return {
        sentence: `Two layers would be called ${failure.mask}.`,
        action: "Name them apart: --mask left=... --mask right=...",
      };
    case "merge-unknown":
      return {
        sentence: `There is no subject ${failure.name} to merge.`,
        action: `Name some of these, each once: ${failure.known.join(", ")}.`,
      };
    case "too-many-subjects":
      return {
        sentence: `${failure.found} subjects were given; at most ${failure.limit} can be told apart.`,
        action: "Merge subjects that move together into one mask.",
      };
    case "clip-has-cut":
      return {
        sentence: `The clip has a cut at frame ${failure.frame}: it is two shots.`,
        action: `Decompose each shot by itself with --range 1-${failure.frame - 1} and --range ${failure.frame}-.`,
      };
    case "output-exists":
      return {
        sentence: `${failure.path} exists already.`,
        action:
          "Choose another --out; --overwrite replaces an earlier result of lamina and nothing else.",
      };
    case "output-busy":
      return {
        sentence: `Another run (process ${failure.pid}) is making ${failure.path}.`,
        action: "Wait until it has ended, or choose another --out.",
      };
    case "output-foreign":
      return {
        sentence: `${failure.path} exists already and holds ${failure.found}, which is not lamina's.`,
        action:
          "Choose another folder, or move that file; lamina replaces what it has written itself and nothing else.",
      };
    case "output-is-link":
      return {
        sentence: `${failure.path} is a link to ${failure.target}, and would be replaced by the layers.`,
        action: "Name the folder itself.",
      };
    case "output-overlaps":
      return {
        sentence: `${failure.inner} lies within ${failure.outer}: the layers and ${failure.what} must not lie in each other.`,
        action: "Choose another --out.",
      };
    case "result-kept":
      return {
        sentence: `${failure.obstacle}; the finished layers are kept in ${failure.kept}.`,
        action: "Use them there, or move them to where you want them.",
      };
    case "result-damaged":
      return {
        sentence: `${failure.path} was written and is not whole any more: another program has changed it meanwhile, or the disk fails.`,
        action: "Run the same command again; finished stages are kept.",
      };
    case "source-changed":
      return {
        sentence: `${failure.path} has changed while it was taken apart, so the layers would not fit it.`,
        action:
          "Run the same command again when nothing writes to it any more.",
      };
    case "output-unwritable":
      return {
        sentence: `${failure.path} cannot be written: ${failure.detail}.`,
        action: "Choose a folder that you may write to.",
      };
    case "disk-full":
      return {
        sentence: `The disk that holds ${failure.path} is full.`,
        action:
          "Free some space and run the same command again; finished stages are kept.",
      };
    case "disk-too-small":
      return {
        sentence: `About ${inBytes(failure.neededBytes)} are needed at ${failure.path}, and ${inBytes(failure.freeBytes)} are free.`,
        action:
          "Free some space, choose another disk with --out and --cache, or a shorter --range.",
      };
    case "prores-impossible":
      return {
        sentence: `ffmpeg cannot write ProRes movies of this clip: ${failure.detail}.`,
        action: "Leave --prores away, or install another ffmpeg.",
      };
    case "out-of-memory":
      return {
        sentence: "There is not enough memory.",
        action:
          "Close other programs, lift a limit on memory if there is one, or choose a shorter range.",
      };
    case "system-refused":
      return {
        sentence: `The system does not allow what is needed: ${failure.detail}.`,
        action: "Mend that, and run the same command again.",
      };
    case "document-invalid":
      return {
        sentence: `${failure.path} is not a layers.json that lamina can read: ${failure.detail}.`,
        action: "Decompose the clip again.",
      };
    case "document-too-new":
      return {
        sentence: `${failure.path} has version ${failure.version}, which is newer than this lamina.`,
        action: "Update lamina.",
      };
    case "backend-unavailable":
      return {
        sentence: `The backend ${failure.backend} cannot run here: ${failure.detail}.`,
        action: "Use --backend cpu.",
      };
    case "port-taken":
      return {
        sentence: `The port ${failure.port} cannot be had: another program uses it, or only the system may.`,
        action: "Name another with --port, or none.",
      };
    case "host-not-local":
      return {
        sentence: `The request was addressed to "${failure.host}", which is not this machine's own address.`,
        action: "Use the address that lamina serve printed.",
      };
    case "origin-refused":
      return {
        sentence: `Pages of ${failure.origin} may not use the local service.`,
        action: "Open the panel from Premiere Pro or from lamina.",
      };
    case "not-authorised":
      return {
        sentence: "The request carries no valid credentials.",
        action: "Open the panel again.",
      };
    case "ticket-used":
      return {
        sentence: "This address was good for one opening and has been used.",
        action: "Open the page from lamina again.",
      };
    case "request-invalid":
      return {
        sentence: `The request cannot be understood: ${failure.detail}.`,
        action: "Update lamina and the panel to the same version.",
      };
    case "request-conflict":
      return {
        sentence: failure.problem,
        action: "Look at the job's state and try again.",
      };
    case "request-too-large":
      return {
        sentence: `The request is larger than ${failure.limitBytes / (1 << 20)} MB.`,
        action: "Send less at once.",
      };
    case "path-refused":
      return {
        sentence: `The path ${failure.path} does not stay inside its folder.`,
        action: "Name a file inside the folder.",
      };
    case "not-found":
      return {
        sentence: `There is no ${failure.what} here.`,
        action: "Check the name; it may have been removed.",
      };
    case "host-refused":
      return {
        sentence: `Premiere Pro did not do what was asked (${failure.call}): ${failure.detail}.`,
        action:
          "The project is as it was before. Try again; if it happens again, restart Premiere Pro.",
      };
    case "host-left-changed":
      return {
        sentence: `Premiere Pro did not do what was asked (${failure.problem}), and not all of it could be undone (${failure.left}).`,
        action: "Use Undo in Premiere Pro until the project is as it was.",
      };
    case "host-gone":
      return {
        sentence: "Premiere Pro does not answer any more.",
        action: "Close the panel and open it again.",
      };
    case "movies-missing":
      return {
        sentence: `The layers in ${failure.path} have no movies, which a timeline refers to.`,
        action: "Decompose the clip again with --prores.",
      };
    case "clip-gone":
      return {
        sentence: `The clip ${failure.clip} is no longer where it was in the timeline.`,
        action: "Undo the change, or select the clip and start again.",
      };
    case "clip-covered":
      return {
        sentence: `The track ${failure.track} has something above the clip, and this version of Premiere Pro cannot put tracks in between.`,
        action:
          "Move the clip, or what lies above it, so that nothing is above the clip.",
      };
    case "path-too-long":
      return {
        sentence: `${failure.path} is longer than the ${failure.limit} letters that Premiere Pro can open.`,
        action: "Name a folder with a shorter path in the settings.",
      };
    case "layers-edited":
      return {
        sentence: `The effects, keyframes and labels on ${failure.layers.join(", ")} would be lost, since this version of Premiere Pro cannot move clips between tracks.`,
        action:
          "Move the clips by hand, or update all the same and put them on again.",
      };
    case "clip-transparent":
      return {
        sentence: `The clip does not cover the whole picture with full opacity (frame ${failure.frame}), and layers made of it would hide what lies below.`,
        action:
          "Take off its crop, key or scaling, or nest it over a background, and decompose that.",
      };
    case "layers-do-not-fit":
      return {
        sentence: `These layers were not made from this clip: ${failure.detail}.`,
        action: "Select the clip that they were made from.",
      };
    case "run-changed":
      return {
        sentence: `The layers of ${failure.run} were changed in the timeline: ${failure.detail}.`,
        action: "Undo the change, or remove the layers and add them again.",
      };
    case "service-unreachable":
      return {
        sentence: "The local service does not answer.",
        action: "Start it with lamina serve, or open the panel again.",
      };
    case "service-silent":
      return {
        sentence: `The local service runs as process ${failure.pid} and does not answer.`,
        action:
          "End that process and start again; jobs go on from where they were.",
      };
    case "service-not-started":
      return {
        sentence: `The local service could not be started: ${failure.detail}.`,
        action: "Open the panel again; if it happens again, install it anew.",
      };
    case "package-unlisted":
      return {
        sentence: `${failure.folder} is no installed panel, or its list of files is missing.`,
        action:
          "Run the panel's own program: runtime/node dist/lamina.mjs doctor --package.",
      };
    case "package-damaged":
      return {
        sentence: `The panel at ${failure.folder} is not as it was packed: ${failure.detail}.`,
        action: "Remove it and install it anew.",
      };
    case "service-busy":
      return {
        sentence: `The local service of lamina ${failure.version} is at work.`,
        action: "Wait for its jobs, or end it with lamina serve --stop.",
      };
    case "browser-missing":
      return {
        sentence:
          failure.named === undefined
            ? "No Chrome, Edge or Chromium was found to run the GPU in."
            : `There is no browser at ${failure.named}, which LAMINA_BROWSER names.`,
        action:
          "Install one, set LAMINA_BROWSER to its program file, or use --backend cpu.",
      };
    case "browser-broken":
      return {
        sentence: `The browser ${failure.program} cannot be used: ${failure.detail}.`,
        action:
          "Set LAMINA_BROWSER to another Chrome, Edge or Chromium, or use --backend cpu.",
      };
    case "subjects-lost":
      return {
        sentence: "The session in which subjects are painted has ended.",
        action:
          "What you have painted is kept; paint or look again to go on in a new one.",
      };
    case "job-crashes":
      return {
        sentence: `The local service ended unexpectedly ${failure.times} times while it did this.`,
        action:
          "Try again with other programs closed, in case memory ran out, or with a shorter clip.",
      };
    case "window-lost":
      return {
        sentence: "The hidden browser window stopped working.",
        action:
          "Run the same command again, which goes on from the last checkpoint, or use --backend cpu.",
      };
    case "training-diverged":
      return {
        sentence: `Training lost its way at step ${failure.step}.`,
        action: "Run again with another --seed.",
      };
  }
}

/** Exit code of the command: 2 for a wrong command line, 130 for a cancelled run, 1 for every other failure. */
export function exitCode(error: unknown): number {
  if (error instanceof LaminaError)
    return error.failure.code === "usage" ? 2 : 1;
  return error instanceof Error && error.name === "AbortError" ? 130 : 1;
}

/** `3.2 GB`, `250 MB` */
const inBytes = (bytes: number): string =>
  bytes < 1e9
    ? `${Math.round(bytes / 1e6)} MB`
    : `${(bytes / 1e9).toFixed(1)} GB`;
