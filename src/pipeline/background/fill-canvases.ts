import type { CanvasPlan } from "../../vision/background/canvas.ts";
import { fillCanvas } from "../../vision/background/fill-canvas.ts";
import { neverSeen } from "../../vision/background/never-seen.ts";
import type { AlignedSamples } from "../../vision/background/align-samples.ts";
import type { SampleView } from "../../vision/background/canvas.ts";
import type { FusedSamples } from "../../vision/background/mode-fusion.ts";
import type { Job } from "../execution/job.ts";
import type { TaskContext } from "../execution/task-context.ts";
import type { BackgroundTasks } from "./background-tasks.ts";
import type { NumberedCanvas } from "./find-smoke.ts";

/**
 * Files what is needed to fill a canvas, if no frame shows some of it.
 *
 * @returns pixels to fill
 */
export async function fileNeverSeen(
  context: TaskContext,
  index: number,
  canvas: CanvasPlan,
  views: readonly SampleView[],
  laid: AlignedSamples,
  fused: FusedSamples,
): Promise<number> {
  const hidden = neverSeen(canvas, views, laid, fused);
  if (hidden === undefined) return 0;
  await context.artifacts.write("never-seen", index, hidden);
  return hidden.wanted.data.reduce((sum, v) => sum + v, 0);
}

/**
 * Fills one canvas.
 *
 * @param others filled before, in the order in which they are believed
 * @returns      pixels that were invented on it
 */
export async function fillCanvasTask(
  { artifacts }: TaskContext,
  { index, canvas }: NumberedCanvas,
  others: readonly NumberedCanvas[],
): Promise<number> {
  const filled = fillCanvas(
    canvas,
    await artifacts.read("canvas", index),
    await artifacts.read("never-seen", index),
    await Promise.all(
      others.map(async (other) => ({
        plan: other.canvas,
        canvas: {
          ...(await artifacts.read("canvas", other.index)),
          ...(await artifacts.read("invented", other.index)),
        },
      })),
    ),
  );
  await artifacts.write("invented", index, filled);
  await artifacts.write("canvas", index, filled);
  return filled.invented.data.reduce((sum, v) => sum + v, 0);
}

/**
 * Fills what no frame shows, one canvas after the other in both directions of time from the one that hides most: what has been invented once is
 * carried to the others, so that it stands still.
 *
 * @param hidden per canvas, the pixels to fill
 */
export async function fillCanvases(
  { pool, signal }: Job<BackgroundTasks>,
  canvases: readonly NumberedCanvas[],
  hidden: readonly number[],
): Promise<void> {
  const root = hidden.indexOf(Math.max(...hidden));
  // One list for each direction; the root is the first of both.
  const filled: [NumberedCanvas[], NumberedCanvas[]] = [[], []];
  for (let step = 0; step < canvases.length; step++) {
    const now = [...new Set([root - step, root + step])].flatMap((index) =>
      (hidden[index] ?? 0) > 0
        ? [{ canvas: canvases[index]!, others: filled[index < root ? 0 : 1] }]
        : [],
    );
    const invented = await pool.runAll(
      now.map(({ canvas, others }) => ({
        kind: "fill-canvas" as const,
        ...canvas,
        others: [...others],
      })),
      signal,
      () => undefined,
    );
    now.forEach(({ canvas, others }, k) => {
      if (invented[k] === 0) return;
      if (step === 0) for (const side of filled) side.push(canvas);
      else others.push(canvas);
    });
  }
}
