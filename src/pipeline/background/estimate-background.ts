import type { BackgroundTasks } from "./background-tasks.ts";
import { planCanvases } from "../../vision/background/canvas.ts";
import type { BackgroundFit } from "./background-facts.ts";
import { findDepth, type FollowedCamera } from "./find-depth.ts";
import { withDepth } from "../../vision/background/depth.ts";
import { mapsOfSamples } from "./aligned-samples.ts";
import { fillCanvases } from "./fill-canvases.ts";
import { canvasesToLookAt, findSmoke, smokePath } from "./find-smoke.ts";
import { moves, unrestDeviation } from "../../vision/background/self-motion.ts";
import type { Job, Progress } from "../execution/job.ts";

/** Looks for a trail that hides the background, builds the canvases and renders every frame's background. */
export async function estimateBackground(
  job: Job<BackgroundTasks>,
  camera: FollowedCamera,
  progress: Progress,
): Promise<BackgroundFit> {
  const { working } = job.plan;
  const { maps } = camera;
  const plans = planCanvases(maps, working.width, working.height);
  await job.pool.runAll(
    [{ kind: "find-lens" as const, maps }],
    job.signal,
    () => undefined,
  );
  const depth = await findDepth(job, plans, camera);
  const canvases = depth === null ? plans : withDepth(plans);
  const indexed = canvases.map((canvas, index) => ({ index, canvas }));
  const path = await smokePath(job, maps);
  const looked = path === undefined ? [] : canvasesToLookAt(indexed);
  const canvasCost = 8;
  const built = (looked.length + canvases.length) * canvasCost;
  const total = built + maps.length;
  let told = 0;
  const tell = (done: number): void => {
    const whole = Math.floor(done);
    if (whole <= told) return;
    told = whole;
    progress(whole, total);
  };
  const found =
    path === undefined
      ? null
      : await findSmoke(job, maps, path, looked, (done) => {
          tell(done * canvasCost);
        });
  const outcomes = await job.pool.runAll(
    indexed.map((canvas) => ({
      kind: "build-canvas" as const,
      ...canvas,
      maps: mapsOfSamples(canvas.canvas, maps),
      trail: found?.trail ?? null,
    })),
    job.signal,
    (done) => {
      tell((looked.length + done) * canvasCost);
    },
  );
  await fillCanvases(
    job,
    indexed,
    outcomes.map(({ hidden }) => hidden),
  );
  const unrest = unrestDeviation(
    outcomes.flatMap((built) => (built.unrest === null ? [] : [built.unrest])),
  );
  const rendered = await job.pool.runAll(
    maps.map((map, frame) => {
      const after = indexed.findIndex(({ canvas }) => canvas.keyframe > frame);
      const from = after < 0 ? indexed.length - 1 : Math.max(0, after - 1);
      return {
        kind: "render-frame" as const,
        frame,
        map,
        canvases: indexed.slice(from, from + 2),
        unrest: moves(unrest) ? unrest : null,
      };
    }),
    job.signal,
    (done) => {
      progress(built + done, total);
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
    unrest,
    depth,
    trail:
      found === null
        ? null
        : { colours: found.effect, direction: found.trail.direction },
  };
}
