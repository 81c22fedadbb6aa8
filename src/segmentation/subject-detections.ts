import type { Homography } from "../kernels/homography.ts";
import { raster } from "../kernels/raster.ts";
import {
  detectChanges,
  type Detection,
} from "../vision/segmentation/detect-changes.ts";
import {
  shadePlaces,
  subjectEvidence,
  withoutAmbient,
} from "../vision/segmentation/change-evidence.ts";
import {
  detectionsFile,
  fileEvidence,
  ownMotionFile,
  readFrameChanges,
  unshadedFile,
  subjectFolder,
} from "./subject-files.ts";
import type { TaskContext } from "../pipeline/execution/task-context.ts";

/** What was detected in a frame besides the areas, which are filed. */
export type DetectionFacts = readonly Pick<Detection, "contrast" | "profile">[];

/** Finds what differs from the background in one frame and files where. */
export async function subjectDetections(
  context: TaskContext,
  frame: number,
  others: readonly number[],
  maps: readonly Homography[],
): Promise<DetectionFacts> {
  const { plan } = context;
  const folder = subjectFolder(context.artifacts);
  const changes = await readFrameChanges(folder, frame);
  const elsewhere = [];
  for (const t of others)
    elsewhere.push(await folder.readRaster(unshadedFile(t)));
  const { height, width } = changes.rgb;
  const change = withoutAmbient(
    await folder.readRaster(unshadedFile(frame)),
    elsewhere,
    maps[frame]!,
    others.map((t) => maps[t]!),
    plan.working.width / width,
  );
  const shade = shadePlaces(changes);
  const moving = await folder.readRaster(ownMotionFile(frame));
  for (let i = 0; i < moving.data.length; i++)
    moving.data[i]! *= 1 - shade.data[i]!;
  const evidence = { change, moving, shade, sure: changes.sure };
  await fileEvidence(folder, frame, evidence);
  const found = detectChanges(subjectEvidence(evidence), changes.rgb);
  const labels = raster(1, height, width);
  found.forEach(({ mask }, k) => {
    for (let i = 0; i < mask.data.length; i++)
      if (mask.data[i]! > 0.5) labels.data[i] = (k + 1) / 255;
  });
  await folder.writeRaster(detectionsFile(frame), labels, "unit8");
  return found.map(({ contrast, profile }) => ({ contrast, profile }));
}
