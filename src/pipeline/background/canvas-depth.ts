import { depthGrid, type CanvasDepth } from "../../vision/background/depth.ts";
import type { CanvasPlan } from "../../vision/background/canvas.ts";
import { plane, raster } from "../../kernels/raster.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** The depth of a canvas; undefined where the clip has none. */
export async function canvasDepth(
  { artifacts, plan }: TaskContext,
  index: number,
  canvas: CanvasPlan,
): Promise<CanvasDepth | undefined> {
  if (canvas.followed === undefined) return undefined;
  const { meshes } = await artifacts.read("depth", index);
  return {
    grid: depthGrid(canvas, plan.working.width),
    meshes: new Map(
      canvas.followed.map((t, k) => {
        const x = plane(meshes, 2 * k).data;
        const y = plane(meshes, 2 * k + 1).data;
        const both = new Float32Array(2 * x.length);
        both.set(x);
        both.set(y, x.length);
        return [t, raster(2, meshes.height, meshes.width, both)] as const;
      }),
    ),
  };
}
