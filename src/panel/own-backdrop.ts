import { comparablePath } from "../host/file-path.ts";
import type { Host, ProjectClip } from "../host/host.ts";
import type { Uses } from "./uses.ts";

/**
 * The clip of the open project that a backdrop can be itself: one whose file the use names. A movie that fills the frame is shown by
 * the timeline as the use shows it; pictures, and what moves with the camera, are shown larger or elsewhere, so they are rendered.
 */
export async function ownBackdrop(
  host: Pick<Host, "projectClips">,
  uses: Uses | undefined,
): Promise<ProjectClip | undefined> {
  const edit = uses?.edits.find(({ use }) => use === "backdrop");
  if (edit?.use !== "backdrop" || edit.fill !== "movie") return undefined;
  if (edit.lock !== "frame") return undefined;
  const wanted = comparablePath(edit.path);
  const clips = await host.projectClips();
  return clips.find(({ path }) => comparablePath(path) === wanted);
}
