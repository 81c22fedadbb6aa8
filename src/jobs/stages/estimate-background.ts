import { planCanvases } from "../../matte/background/canvas.ts";
import type { Homography } from "../../matte/image/homography.ts";
import type { BackgroundFacts } from "../background-facts.ts";
import type { Job, Progress } from "./job.ts";

/** Builds the canvases and renders every frame's background. */
export async function estimateBackground(
  job: Job,
  maps: readonly Homography[],
  progress: Progress,
): Promise<BackgroundFacts> {
  const { working } = job.plan;
  const canvases = planCanvases(maps, working.width, working.height);
  const canvasCost = 8;
  const total = canvases.length * canvasCost + maps.length;
  await job.pool.runAll(
    canvases.map((canvas, index) => ({
      kind: "build-canvas" as const,
      index,
      canvas,
      maps,
    })),
    job.signal,
    (done) => {
      progress(done * canvasCost, total);
    },
  );
  const indexed = canvases.map((canvas, index) => ({ index, canvas }));
  const rendered = await job.pool.runAll(
    maps.map((map, frame) => {
      const after = indexed.findIndex(({ canvas }) => canvas.keyframe > frame);
      const from = after < 0 ? indexed.length - 1 : Math.max(0, after - 1);
      return {
        kind: "render-frame" as const,
        frame,
        map,
        canvases: indexed.slice(from, from + 2),
      };
    }),
    job.signal,
    (done) => {
      progress(canvases.length * canvasCost + done, total);
    },
  );
  const known = rendered.flatMap((r) =>
    r.farResidual === undefined ? [] : [r.farResidual],
  );
  return {
    farResidual:
      known.length === 0
        ? null
        : known.reduce((sum, v) => sum + v, 0) / known.length,
  };
}
