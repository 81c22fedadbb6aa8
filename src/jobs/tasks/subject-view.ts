import type { CanvasPlan } from "../../matte/background/canvas.ts";
import { renderBackground } from "../../matte/background/render.ts";
import type { Homography } from "../../matte/image/homography.ts";
import { raster } from "../../matte/raster.ts";
import { changeEvidence } from "../../matte/subjects/evidence.ts";
import { neighbourFlow } from "../../matte/subjects/neighbour-flow.ts";
import {
  between,
  evidenceFile,
  fileAnalysis,
  fileFlow,
  type Step,
} from "../subjects/subject-files.ts";
import type { TaskContext } from "../task-context.ts";
import { loadCanvas } from "./render-frame.ts";

/** Compares one frame with its background and its neighbours, and files what was found. */
export async function subjectView(
  context: TaskContext,
  frame: number,
  maps: readonly Homography[],
  canvases: readonly { readonly index: number; readonly canvas: CanvasPlan }[],
): Promise<void> {
  const { folder, vision } = context;
  const rgb = await context.frame(frame);
  const loaded = [];
  for (const { index, canvas } of canvases)
    loaded.push(await loadCanvas(context, index, canvas));
  const nobody = raster(1, rgb.height, rgb.width);
  const { colour, spread, count } = renderBackground(
    frame,
    rgb,
    nobody,
    maps[frame]!,
    loaded,
    vision,
  );
  const analysis = { rgb, background: colour, spread, count };
  await fileAnalysis(folder, frame, analysis);
  await folder.writeRaster(
    evidenceFile(frame),
    changeEvidence(analysis),
    "float32",
  );
  for (const step of [-1, 1] as const satisfies readonly Step[]) {
    const neighbour = frame + step;
    if (neighbour < 0 || neighbour >= maps.length) continue;
    const flow = neighbourFlow(
      vision,
      rgb,
      await context.frame(neighbour),
      between(maps, frame, neighbour),
    );
    await fileFlow(folder, frame, step, flow);
  }
}
