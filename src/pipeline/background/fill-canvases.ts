import {
  firstToFill,
  type HiddenArea,
} from "../../vision/background/first-to-fill.ts";
import type { Job } from "../execution/job.ts";
import type { BackgroundTasks } from "./background-tasks.ts";
import type { NumberedCanvas } from "./numbered-canvas.ts";

/**
 * Fills what no frame shows, one canvas after the other in both directions of time from the best known one (`firstToFill`): what has been invented once is
 * carried to the others, so that it stands still.
 *
 * @param hidden per canvas, what is to be filled
 */
export async function fillCanvases(
  { pool, signal }: Job<BackgroundTasks>,
  canvases: readonly NumberedCanvas[],
  hidden: readonly HiddenArea[],
): Promise<void> {
  const root = firstToFill(hidden);
  // One list for each direction; the root is the first of both.
  const filled: [NumberedCanvas[], NumberedCanvas[]] = [[], []];
  for (let step = 0; step < canvases.length; step++) {
    const now = [...new Set([root - step, root + step])].flatMap((index) =>
      (hidden[index]?.pixels ?? 0) > 0
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
