import type {
  Failure,
  FailureCode,
  FailureText,
} from "../errors/failure-codes.ts";
import { failureSentence } from "../errors/failure-sentence.ts";

/**
 * A failure in the words of the panel's user, who has buttons, fields and settings: what stands in “…” is the name of one, as the panel shows it.
 */
export const failureText = (failure: Failure): FailureText => ({
  sentence: failureSentence(failure),
  action: failureAction(failure.code),
});

/** The one thing to do about it. */
function failureAction(code: FailureCode): string {
  switch (code) {
    case "usage":
      return "Change that and try again.";
    case "input-missing":
      return "Put it back where it was, or choose another file.";
    case "input-empty":
      return "Choose a folder of numbered images with “Folder…”, or a movie with “Movie or images…”.";
    case "media-unreadable":
    case "media-damaged":
      return "Export the file again, or leave it out.";
    case "sequence-gaps":
      return "Put the missing images into the folder, or export it again.";
    case "sequence-unclear":
      return "Leave one numbered sequence in the folder.";
    case "media-interlaced":
      return "Put the clip into a progressive sequence and begin with its clip in the timeline.";
    case "ffmpeg-ended":
      return "Close other programs, in case memory ran out, and try again; finished stages are kept.";
    case "no-video-stream":
      return "Choose a movie with a picture.";
    case "ffmpeg-missing":
      return "Install ffmpeg and try again.";
    case "frame-sizes-differ":
      return "Export all frames in one size.";
    case "too-few-frames":
      return "Lengthen the clip in the timeline, then choose “Decompose into layers…” again.";
    case "frame-too-small":
      return "Put the clip into a larger sequence.";
    case "range-outside-clip":
      return "Select the clip in the timeline again.";
    case "cache-limit-invalid":
      return "Correct it where it is set for the local service, then choose “Start it”.";
    case "mask-missing":
      return "Paint a subject with “Paint…”, or bring its matte with “Movie or images…”.";
    case "no-subject-found":
      return "Paint the subject with “Paint…”, or bring its matte with “Movie or images…”.";
    case "model-missing":
      return "Put it there, or choose “What moves” in its place.";
    case "model-unusable":
      return "Mend the model, or choose another one.";
    case "model-found-nothing":
      return "Choose another model, or paint the subject with “Paint…”.";
    case "clicks-found-nothing":
      return "Click on another place of the subject, or paint it with the “Brush”.";
    case "mask-count":
      return "Bring one image for each frame of the clip, or a single image for all frames.";
    case "labels-unclear":
      return "Bring PNG images with one flat colour per subject on black or transparent, or a matte for each subject.";
    case "mask-empty":
      return "Paint the subject in at least one frame, or bring a matte that is white where it is.";
    case "mask-covers-everything":
      return "Bring a matte of the subject alone; if this one is inverted, invert it.";
    case "mask-name-taken":
      return "Give one of the two subjects another name.";
    case "merge-unknown":
      return "Merge subjects that are in the list.";
    case "too-many-subjects":
      return "Merge subjects that move together with “Merge with the one below”.";
    case "clip-has-cut":
      return "Cut the clip there in the timeline and decompose each part by itself.";
    case "output-exists":
    case "output-overlaps":
      return "Name another folder under “Layers are kept” in the settings.";
    case "output-busy":
      return "Wait until it has ended, then choose “Try again”.";
    case "output-foreign":
      return "Move that file elsewhere, or name another folder under “Layers are kept” in the settings.";
    case "output-is-link":
      return "Name the folder itself under “Layers are kept” in the settings.";
    case "result-kept":
      return "Use them there, or move them to where you want them.";
    case "run-forgotten":
      return "Decompose the clip again, and correct those layers; runs are kept for two weeks.";
    case "result-damaged":
      return "Choose “Try again”; finished stages are kept.";
    case "source-changed":
      return "Choose “Try again” when nothing writes to it any more.";
    case "output-unwritable":
      return "Name a folder that you may write to under “Layers are kept” in the settings.";
    case "disk-full":
      return "Free some space and try again; finished stages are kept.";
    case "disk-too-small":
      return "Free some space, or name a folder on another disk under “Layers are kept” in the settings.";
    case "prores-impossible":
      return "Leave out “Also write a ProRes 4444 movie per layer” in the settings, or install another ffmpeg.";
    case "exr-impossible":
      return "Leave out “Also write OpenEXR files per layer” in the settings, or install another ffmpeg.";
    case "out-of-memory":
      return "Close other programs, or decompose a shorter clip.";
    case "system-refused":
      return "Mend that and try again.";
    case "document-invalid":
      return "Decompose the clip again.";
    case "document-too-new":
      return "Update Lamina.";
    case "edit-impossible":
      return "Change that edit or take it out; nothing was written.";
    case "backend-unavailable":
      return "Choose “Processor” under “Train on”, then decompose the clip again.";
    case "port-taken":
      return "Close that program, then open the panel again.";
    case "host-not-local":
      return "Open the panel from Premiere Pro again.";
    case "origin-refused":
      return "Open the panel from Premiere Pro.";
    case "not-authorised":
      return "Open the panel again.";
    case "ticket-used":
      return "Open the panel again from where you opened it first.";
    case "request-invalid":
      return "Install the panel again, so that it and its service are of one version.";
    case "request-conflict":
      return "Look at the run's state and try again.";
    case "request-too-large":
      return "Bring less at once, or give the “Path of a mask”, which has no limit.";
    case "path-refused":
      return "Give the file a plain name and bring it again.";
    case "not-found":
      return "Look again from the start of the panel; it may have been removed.";
    case "host-refused":
      return "Try again, or restart Premiere Pro if it happens again; the project is as it was before.";
    case "host-left-changed":
      return "Use Undo in Premiere Pro until the project is as it was.";
    case "host-gone":
      return "Close the panel and open it again.";
    case "project-busy":
      return "Wait until it is done there, or close it, and try again.";
    case "movies-missing":
      return "Decompose the clip again with “Also write a ProRes 4444 movie per layer” in the settings.";
    case "clip-gone":
      return "Undo the change, or select the clip and start again.";
    case "clip-covered":
      return "Move the clip, or what lies above it, so that nothing is above the clip.";
    case "tracks-missing":
      return "Add them above the others (Sequence > Add Tracks), then choose “Add to timeline” again.";
    case "layers-do-not-fit":
      return "Select the clip that they were made from, then choose “Add to timeline”.";
    case "edits-invalid":
      return "Correct or remove that file, then open the layers again.";
    case "backdrop-does-not-fit":
      return "Clear the clip's In and Out points in the project, or choose another backdrop.";
    case "run-changed":
      return "Undo the change, or choose “Remove from timeline” and then “Add to timeline”.";
    case "path-too-long":
      return "Name a folder with a shorter path in the settings.";
    case "layers-edited":
      return "Move the clips by hand, or update all the same and put them on again.";
    case "clip-transparent":
      return "Take off its crop, key or scaling, or nest it over a background, and decompose that.";
    case "package-unlisted":
      return "Install the panel anew.";
    case "package-damaged":
      return "Remove the panel and install it anew.";
    case "service-unreachable":
      return "Choose “Start it”, or open the panel again.";
    case "service-silent":
      return "End that process, then choose “Start it”; runs go on from where they were.";
    case "service-busy":
      return "Wait until its runs are over, then choose “Start it”.";
    case "service-not-started":
      return "Choose “Start it” then; if it happens again, install the panel anew.";
    case "browser-missing":
      return "Install Chrome, Edge or Chromium, or choose “Processor” under “Train on”.";
    case "browser-broken":
      return "Install another Chrome, Edge or Chromium, or choose “Processor” under “Train on”.";
    case "window-lost":
      return "Choose “Try again”, which goes on from the last checkpoint.";
    case "subjects-lost":
      return "Paint or look again to go on in a new one; what you have painted is kept.";
    case "job-crashes":
      return "Close other programs, in case memory ran out, and choose “Try again”.";
    case "training-diverged":
      return "Decompose the clip again with another “Quality”.";
    case "farm-unreachable":
      return "Ask whoever looks after the farm, or compute on this machine.";
    case "farm-other-version":
      return "Install the farm's version of Lamina on this machine.";
    case "farm-unnamed":
      return "Name its Redis and its storage in the settings, or compute on this machine.";
    case "farm-other-storage":
      return "Name under “Storage” the folder that all the farm's machines see, or compute on this machine.";
    case "farm-outside-storage":
      return "Name a folder in the storage under “Layers are kept”, or compute on this machine.";
    case "farm-file-damaged":
      return "Ask whoever looks after the farm to remove that file, and choose “Try again”.";
    case "farm-task-failed":
      return "Choose “Try again”; finished stages are kept.";
  }
}
