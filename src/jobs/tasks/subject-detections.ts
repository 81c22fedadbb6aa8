import type { Homography } from "../../matte/image/homography.ts";
import { raster } from "../../matte/raster.ts";
import { detect } from "../../matte/subjects/detect.ts";
import {
  changeEvidence,
  subjectEvidence,
  withoutAmbient,
  withoutShadows,
} from "../../matte/subjects/evidence.ts";
import {
  detectionsFile,
  fileEvidence,
  movingFile,
  readGlance,
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
  const { folder, plan } = context;
  const glance = await readGlance(folder, frame);
  const elsewhere = [];
  for (const t of others)
    elsewhere.push(changeEvidence(await readGlance(folder, t)));
  const { height, width } = glance.rgb;
  const change = withoutAmbient(
    changeEvidence(glance),
    elsewhere,
    maps[frame]!,
    others.map((t) => maps[t]!),
    plan.working.width / width,
  );
  const moving = withoutShadows(
    await folder.readRaster(movingFile(frame)),
    glance,
  );
  const evidence = { change, moving, sure: glance.sure };
  await fileEvidence(folder, frame, evidence);
  const found = detect(subjectEvidence(evidence), glance.rgb);
  const labels = raster(1, height, width);
  found.forEach(({ mask }, k) => {
    for (let i = 0; i < mask.data.length; i++)
      if (mask.data[i]! > 0.5) labels.data[i] = (k + 1) / 255;
  });
  await folder.writeRaster(detectionsFile(frame), labels, "unit8");
  return found.map(({ contrast }) => ({ contrast }));
}
