import type { Failure, FailureText } from "../errors/failure-codes.ts";
import { failureSentence } from "../errors/failure-sentence.ts";

/** A failure in the words of a shell's user, who has flags, commands and environment variables. */
export const failureText = (failure: Failure): FailureText => ({
  sentence: failureSentence(failure),
  action: failureAction(failure),
});

/** The one thing to do about it. */
function failureAction(failure: Failure): string {
  switch (failure.code) {
    case "usage":
      return "Run lamina --help for the command line.";
    case "input-missing":
      return "Check the path.";
    case "input-empty":
      return "Name a folder of numbered frames or a movie.";
    case "media-unreadable":
      return "Export the file again, or leave it out.";
    case "media-damaged":
      return "Export it again, or go on with --allow-damaged, which shows the last good frame instead and says so in layers.json.";
    case "sequence-gaps":
      return "Bring the missing images, or go on with --allow-gaps, which shows the one before instead and says so in layers.json.";
    case "sequence-unclear":
      return "Leave one numbered sequence in the folder.";
    case "media-interlaced":
      return "Choose with --fields bwdif, top or bottom how whole frames are made of it, or take it as it is with --fields keep.";
    case "ffmpeg-ended":
      return "Run the same command again, with other programs closed in case memory ran out; finished stages are kept.";
    case "no-video-stream":
      return "Name a movie with a picture.";
    case "ffmpeg-missing":
      return "Install ffmpeg, or set FFMPEG_PATH to its program file.";
    case "frame-sizes-differ":
      return "Give all frames of the clip one size.";
    case "too-few-frames":
      return "Give a longer clip, or a longer --range.";
    case "frame-too-small":
      return "Use larger frames.";
    case "range-outside-clip":
      return `Give a range within 1-${failure.frameCount}.`;
    case "cache-limit-invalid":
      return "Set LAMINA_CACHE_GB to a number of gigabytes, such as 20 or 0.5.";
    case "mask-missing":
      return "Name at least one with --mask [name=]<folder, movie or image>.";
    case "no-subject-found":
      return "Paint the subject, or bring masks from another program.";
    case "model-missing":
      return "Run lamina models for what is there.";
    case "model-unusable":
      return "Run lamina models explain for what a model must be like.";
    case "model-found-nothing":
      return "Lower its score in model.json, look at its labels there, or take another model.";
    case "clicks-found-nothing":
      return "Give other places of the subject with --click.";
    case "mask-count":
      return "Give one mask per frame, or a single image for all frames.";
    case "labels-unclear":
      return "Give PNG images with one flat colour per subject on black or transparent, or one --mask per subject.";
    case "mask-empty":
      return "Paint the subject white, everything else black.";
    case "mask-covers-everything":
      return "Mask the subject alone; if the mask is inverted, invert it.";
    case "mask-name-taken":
      return "Name them apart, such as --mask left=<path> --mask right=<path>.";
    case "merge-unknown":
      return `Name some of these, each once: ${failure.known.join(", ")}.`;
    case "too-many-subjects":
      return "Merge subjects that move together into one mask.";
    case "clip-has-cut":
      return `Decompose each shot by itself with --range 1-${failure.frame - 1} and --range ${failure.frame}-.`;
    case "output-exists":
      return "Choose another --out; --overwrite replaces an earlier result of lamina and nothing else.";
    case "output-busy":
      return "Wait until it has ended, or choose another --out.";
    case "output-foreign":
      return "Choose another --out, or move that file; lamina replaces what it has written itself and nothing else.";
    case "output-is-link":
      return "Name the folder itself.";
    case "output-overlaps":
      return "Choose another --out.";
    case "result-kept":
      return "Use them there, or move them to where you want them.";
    case "run-forgotten":
      return "Decompose the clip again with --keep, and correct that.";
    case "result-damaged":
      return "Run the same command again; finished stages are kept.";
    case "source-changed":
      return "Run the same command again when nothing writes to it any more.";
    case "output-unwritable":
      return "Choose a folder that you may write to.";
    case "disk-full":
      return "Free some space and run the same command again; a decomposition goes on from its last finished stage.";
    case "disk-too-small":
      return "Free some space, or choose another disk with --out (and --cache, or a shorter --range, for a decomposition).";
    case "prores-impossible":
      return "Leave --prores away, or install another ffmpeg.";
    case "exr-impossible":
      return "Choose another --format, or install another ffmpeg.";
    case "out-of-memory":
      return "Close other programs, lift a limit on memory if there is one, or choose a shorter --range.";
    case "system-refused":
      return "Mend that, and run the same command again.";
    case "document-invalid":
      return "Decompose the clip again.";
    case "document-too-new":
      return "Update lamina.";
    case "edit-impossible":
      return "Change that edit or take it out; nothing was written.";
    case "backend-unavailable":
      return "Use --backend cpu.";
    case "port-taken":
      return "Name another with --port, or none.";
    case "host-not-local":
      return "Use the address that lamina serve printed.";
    case "origin-refused":
      return "Open the panel from Premiere Pro or from lamina.";
    case "not-authorised":
      return "Open the panel again.";
    case "ticket-used":
      return "Open the page from lamina again.";
    case "request-invalid":
      return "Update lamina and the panel to the same version.";
    case "request-conflict":
      return "Look at the job's state and try again.";
    case "request-too-large":
      return "Send less at once.";
    case "path-refused":
      return "Name a file inside the folder.";
    case "not-found":
      return "Check the name; it may have been removed.";
    case "host-refused":
      return "Run the same command again, or restart Premiere Pro if it happens again; the project is as it was before.";
    case "host-left-changed":
      return "Use Undo in Premiere Pro until the project is as it was.";
    case "host-gone":
      return "Close the panel and open it again.";
    case "project-busy":
      return "Wait until it is done there, or close it, and try again.";
    case "movies-missing":
      return "Decompose the clip again with --prores.";
    case "clip-gone":
      return "Undo the change, or select the clip and start again.";
    case "clip-covered":
      return "Move the clip, or what lies above it, so that nothing is above the clip.";
    case "tracks-missing":
      return "Add them above the others in Premiere Pro (Sequence > Add Tracks).";
    case "layers-do-not-fit":
      return "Select the clip that they were made from.";
    case "edits-invalid":
      return "Correct that file, or remove it to begin anew.";
    case "backdrop-does-not-fit":
      return "Choose another backdrop.";
    case "run-changed":
      return "Undo the change, or remove the layers and add them again.";
    case "path-too-long":
      return "Choose an --out with a shorter path.";
    case "layers-edited":
      return "Move the clips in Premiere Pro by hand.";
    case "clip-transparent":
      return "Take off its crop, key or scaling, or nest it over a background.";
    case "package-unlisted":
      return "Run the panel's own program: runtime/node dist/lamina.mjs doctor --package.";
    case "package-damaged":
      return "Remove it and install it anew.";
    case "service-unreachable":
      return "Run lamina serve, or open the panel again.";
    case "service-silent":
      return "End that process and start again; jobs go on from where they were.";
    case "service-not-started":
      return "Run lamina serve, which says what is in its way.";
    case "service-busy":
      return "Wait for its jobs, or end it with lamina serve --stop.";
    case "browser-missing":
      return failure.named === undefined
        ? "Install one, set LAMINA_BROWSER to its program file, or use --backend cpu."
        : "Set LAMINA_BROWSER to its program file, leave it unset, or use --backend cpu.";
    case "browser-broken":
      return "Set LAMINA_BROWSER to another Chrome, Edge or Chromium, or use --backend cpu.";
    case "subjects-lost":
      return "Begin a new one; what was painted is kept.";
    case "job-crashes":
      return "Run it again with other programs closed, in case memory ran out, or with a shorter clip.";
    case "window-lost":
      return "Run the same command again, which goes on from the last checkpoint, or use --backend cpu.";
    case "training-diverged":
      return "Run again with another --seed.";
    case "farm-unreachable":
      return "Check --redis (or LAMINA_REDIS), and that the server runs and lets this machine in.";
    case "farm-other-version":
      return `Install the same version of lamina on all machines; to have the farm take up this one, stop all its workers and remove ${failure.mark}.`;
    case "farm-outside-storage":
      return "Move it there, or name the folder of the storage that holds it with --storage.";
    case "farm-unnamed":
      return "Give --redis and --storage, or set LAMINA_REDIS and LAMINA_STORAGE.";
    case "farm-other-storage":
      return "Give with --storage the folder that all the farm's machines see, under this machine's path.";
    case "farm-file-damaged":
      return "Remove that file and submit its clip again; the farm's other clips go on.";
    case "farm-task-failed":
      return "Mend that, then run lamina queue retry with the clip's id; finished stages are kept.";
  }
}
