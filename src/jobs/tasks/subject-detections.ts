import type { Homography } from "../../matte/image/homography.ts";
import { shrink } from "../../matte/image/resample.ts";
import { raster } from "../../matte/raster.ts";
import { detect } from "../../matte/subjects/detect.ts";
import {
  subjectEvidence,
  withoutAmbient,
} from "../../matte/subjects/evidence.ts";
import {
  detectionsFile,
  evidenceFile,
  readView,
} from "../subjects/subject-files.ts";
import type { TaskContext } from "../task-context.ts";

/** What was detected in a frame besides the areas, which are filed. */
export type DetectionFacts = readonly { readonly contrast: number }[];

/** Finds what differs from the background in one frame and files where. */
export async function subjectDetections(
  context: TaskContext,
  frame: number,
  others: readonly number[],
  maps: readonly Homography[],
): Promise<DetectionFacts> {
  const { folder } = context;
  const view = await readView(folder, frame, maps);
  const change = await folder.readRaster(evidenceFile(frame));
  const elsewhere = [];
  for (const t of others)
    elsewhere.push(await folder.readRaster(evidenceFile(t)));
  const own = withoutAmbient(
    change,
    elsewhere,
    maps[frame]!,
    others.map((t) => maps[t]!),
    view.rgb.width / change.width,
  );
  const guide = shrink(view.rgb, change.height, change.width);
  const found = detect(subjectEvidence(own, view.motion), guide);
  const labels = raster(1, change.height, change.width);
  found.forEach(({ mask }, k) => {
    for (let i = 0; i < mask.data.length; i++)
      if (mask.data[i]! > 0.5) labels.data[i] = (k + 1) / 255;
  });
  await folder.writeRaster(detectionsFile(frame), labels, "unit8");
  return found.map(({ contrast }) => ({ contrast }));
}
