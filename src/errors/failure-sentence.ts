import type { Failure } from "./failure-codes.ts";
import { describeChanges } from "./layer-changes.ts";

/** What Lamina writes beside layers of what a person has done; never replaced along with them. */
const handMade: ReadonlySet<string> = new Set([
  "corrections.json",
  "edits.json",
]);

/** Says in one sentence what is wrong, in words that are true in a shell, in a panel and in a log: it names no flag and no button. */
export function failureSentence(failure: Failure): string {
  switch (failure.code) {
    case "usage":
      return failure.problem;
    case "input-missing":
      return `There is nothing at ${failure.path}.`;
    case "input-empty":
      return `${failure.path} holds no images of a kind that is read.`;
    case "media-unreadable":
      return `${failure.path} cannot be read: ${failure.detail}.`;
    case "media-damaged":
      return `${failure.path} is damaged: ${failure.detail}.`;
    case "sequence-gaps":
      return `${failure.path} leaves out ${failure.count === 1 ? "number" : "numbers"} ${failure.missing}.`;
    case "sequence-unclear":
      return `${failure.path} is not one sequence of images: ${failure.detail}.`;
    case "media-interlaced":
      return `${failure.path} is interlaced, ${failure.first} field first: each of its frames shows two moments.`;
    case "ffmpeg-ended":
      return `ffmpeg, which is needed ${failure.purpose}, was ended from outside by ${failure.signal}.`;
    case "no-video-stream":
      return `${failure.path} has no video stream.`;
    case "ffmpeg-missing":
      return `ffmpeg is needed ${failure.purpose} and was not found.`;
    case "frame-sizes-differ":
      return `${failure.path} is ${failure.found}, the frames before it are ${failure.expected}.`;
    case "too-few-frames":
      return `The clip has ${failure.found} frame${failure.found === 1 ? "" : "s"}; at least ${failure.needed} are needed to see what moves.`;
    case "frame-too-small":
      return `The frames are ${failure.found}; each side must have at least ${failure.neededPixels} pixels.`;
    case "range-outside-clip":
      return `The range ${failure.range} is not inside the clip's ${failure.frameCount} frames.`;
    case "cache-limit-invalid":
      return `The limit of the cache is given as ${JSON.stringify(failure.limit)}, which is no number of gigabytes.`;
    case "mask-missing":
      return "No subject was given.";
    case "no-subject-found":
      return "Nothing in the clip moves clearly against its background.";
    case "model-missing":
      return `There is no model called ${failure.model} in ${failure.folder}.`;
    case "model-unusable":
      return `The model ${failure.model} cannot be used: ${failure.problem}.`;
    case "model-found-nothing":
      return `The model ${failure.model} finds nothing in this clip.`;
    case "clicks-found-nothing":
      return `The model ${failure.model} finds nothing that these clicks agree on.`;
    case "mask-count":
      return `The mask ${failure.mask} has ${failure.found} frames, the clip has ${failure.expected}.`;
    case "labels-unclear":
      return `${failure.path} shows no subjects as label colours: ${failure.detail}.`;
    case "mask-empty":
      return `The mask ${failure.mask} is empty in every frame.`;
    case "mask-covers-everything":
      return `The mask ${failure.mask} covers the whole picture in every frame, so no background is left.`;
    case "mask-name-taken":
      return `Two layers would be called ${failure.mask}.`;
    case "merge-unknown":
      return `There is no subject ${failure.name} to merge.`;
    case "too-many-subjects":
      return `${failure.found} subjects were given; at most ${failure.limit} can be told apart.`;
    case "clip-has-cut":
      return `The clip has a cut at frame ${failure.frame}: it is two shots.`;
    case "output-exists":
      return `${failure.path} exists already.`;
    case "output-busy":
      return `Another run (process ${failure.pid}) is making ${failure.path}.`;
    case "output-foreign":
      return handMade.has(failure.found)
        ? `${failure.path} exists already and holds somebody's work on it, ${failure.found}, which would be lost.`
        : `${failure.path} exists already and holds ${failure.found}, which is not Lamina's.`;
    case "output-is-link":
      return `${failure.path} is a link to ${failure.target}, and would be replaced by the layers.`;
    case "output-overlaps":
      return `${failure.inner} lies within ${failure.outer}: the layers and ${failure.what} must not lie in each other.`;
    case "result-kept":
      return `${failure.obstacle}; the finished layers are kept in ${failure.kept}.`;
    case "run-forgotten":
      return `What the run found on its way to the layers in ${failure.path} is no longer kept, and corrections need it.`;
    case "result-damaged":
      return `${failure.path} was written and is not whole any more: another program has changed it meanwhile, or the disk fails.`;
    case "source-changed":
      return `${failure.path} has changed while it was taken apart, so the layers would not fit it.`;
    case "output-unwritable":
      return `${failure.path} cannot be written: ${failure.detail}.`;
    case "disk-full":
      return failure.freeBytes === undefined
        ? `The disk that holds ${failure.path} is full.`
        : `The disk that holds ${failure.path} is nearly full: the last ${inBytes(failure.freeBytes)} are left to other programs.`;
    case "disk-too-small":
      return `About ${inBytes(failure.neededBytes)} are needed at ${failure.path}, and ${inBytes(failure.freeBytes)} are free.`;
    case "prores-impossible":
      return `ffmpeg cannot write ProRes movies of this clip: ${failure.detail}.`;
    case "exr-impossible":
      return `ffmpeg cannot write OpenEXR files: ${failure.detail}.`;
    case "out-of-memory":
      return "There is not enough memory.";
    case "system-refused":
      return `The system does not allow what is needed: ${failure.detail}.`;
    case "document-invalid":
      return `${failure.path} is no description of layers that Lamina can read: ${failure.detail}.`;
    case "document-too-new":
      return `${failure.path} has version ${failure.version}, which is newer than this Lamina.`;
    case "edit-impossible":
      return `Edit ${failure.edit} (${failure.use}) cannot be done: ${failure.problem}.`;
    case "backend-unavailable":
      return `The backend ${failure.backend} cannot run here: ${failure.detail}.`;
    case "port-taken":
      return `The port ${failure.port} cannot be had: another program uses it, or only the system may.`;
    case "host-not-local":
      return `The request was addressed to "${failure.host}", which is not this machine's own address.`;
    case "origin-refused":
      return `Pages of ${failure.origin} may not use the local service.`;
    case "not-authorised":
      return "The request carries no valid credentials.";
    case "ticket-used":
      return "This address was good for one opening and has been used.";
    case "request-invalid":
      return `The request cannot be understood: ${failure.detail}.`;
    case "request-conflict":
      return failure.problem;
    case "request-too-large":
      return `The request is larger than ${failure.limitBytes / (1 << 20)} MB.`;
    case "path-refused":
      return `The path ${failure.path} does not stay inside its folder.`;
    case "not-found":
      return `There is no ${failure.what} here.`;
    case "host-refused":
      return `Premiere Pro did not do what was asked (${failure.call}): ${failure.detail}.`;
    case "host-left-changed":
      return `Premiere Pro did not do what was asked (${failure.problem}), and not all of it could be undone (${failure.left}).`;
    case "host-gone":
      return "Premiere Pro does not answer any more.";
    case "project-busy":
      return "Another panel of Lamina is changing the project.";
    case "movies-missing":
      return `The layers in ${failure.path} have no movies, which a timeline refers to.`;
    case "clip-gone":
      return `The clip ${failure.clip} is no longer where it was in the timeline.`;
    case "clip-covered":
      return `The track ${failure.track} has something above the clip, and this version of Premiere Pro cannot put tracks in between.`;
    case "tracks-missing":
      return failure.count === 1
        ? "The layers need 1 more video track, and this version of Premiere Pro lets no plug-in make tracks."
        : `The layers need ${failure.count} more video tracks, and this version of Premiere Pro lets no plug-in make tracks.`;
    case "layers-do-not-fit":
      return `These layers were not made from this clip: ${failure.detail}.`;
    case "edits-invalid":
      return `${failure.path} is no list of edits that Lamina can read: ${failure.detail}.`;
    case "backdrop-does-not-fit":
      return `${failure.name} cannot lie beneath the layers: ${failure.detail}.`;
    case "run-changed":
      return `The layers of ${failure.run} were changed in the timeline: ${failure.detail}.`;
    case "path-too-long":
      return `${failure.path} is longer than the ${failure.limit} letters that Premiere Pro can open.`;
    case "layers-edited":
      return `The ${describeChanges(failure.changes)} on ${failure.layers.join(", ")} would be lost, since scripts of this version of Premiere Pro cannot take them to another track.`;
    case "clip-transparent":
      return `The clip does not cover the whole picture with full opacity (frame ${failure.frame}), and layers made of it would hide what lies below.`;
    case "package-unlisted":
      return `${failure.folder} is no installed panel, or its list of files is missing.`;
    case "package-damaged":
      return `The panel at ${failure.folder} is not as it was packed: ${failure.detail}.`;
    case "service-unreachable":
      return "The local service does not answer.";
    case "service-silent":
      return `The local service runs as process ${failure.pid} and does not answer.`;
    case "service-not-started":
      return `The local service could not be started: ${failure.detail}.`;
    case "service-busy":
      return `The local service of Lamina ${failure.version} is at work.`;
    case "browser-missing":
      return failure.named === undefined
        ? "No Chrome, Edge or Chromium was found to run the GPU in."
        : `There is no browser at ${failure.named}, which was named as the one to run the GPU in.`;
    case "browser-broken":
      return `The browser ${failure.program} cannot be used: ${failure.detail}.`;
    case "subjects-lost":
      return "The session in which subjects are painted has ended.";
    case "job-crashes":
      return `The local service ended unexpectedly ${failure.times} times while it did this.`;
    case "window-lost":
      return "The hidden browser window stopped working.";
    case "training-diverged":
      return `Training lost its way at step ${failure.step}.`;
    case "farm-unreachable":
      return `Redis at ${failure.url} cannot be reached: ${failure.detail}.`;
    case "farm-other-version":
      return `The farm works with version ${failure.theirs} of messages and artifacts, and this is ${failure.ours}.`;
    case "farm-outside-storage":
      return `${failure.path} does not lie in the farm's storage ${failure.storage}, where all its machines could see it.`;
    case "farm-unnamed":
      return "No farm is named.";
    case "farm-other-storage":
      return `${failure.folder} is not the storage that the farm's workers see.`;
    case "farm-file-damaged":
      return `${failure.path} holds no clip of the farm that can be read: ${failure.detail}.`;
    case "farm-task-failed":
      return `The task ${failure.task} for ${failure.place} failed ${failure.times} times: ${failure.reason}.`;
  }
}

/** A failure as it goes over a wire: its code and facts, and its sentence for whoever looks at the wire. */
export const wireFailure = (
  failure: Failure,
): Failure & { readonly message: string } => ({
  ...failure,
  message: failureSentence(failure),
});

/** `3.2 GB`, `250 MB` */
const inBytes = (bytes: number): string =>
  bytes < 1e6
    ? `${Math.round(bytes / 1e3)} KB`
    : bytes < 1e9
      ? `${Math.round(bytes / 1e6)} MB`
      : `${(bytes / 1e9).toFixed(1)} GB`;
