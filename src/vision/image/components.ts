import type { Raster } from "../../kernels/raster.ts";

/** Connected regions of a picture. */
export interface Components {
  /** `[H·W]`: 0 outside, else the number of the region, from 1. */
  readonly labels: Int32Array;
  /** Pixels per region, from 1; `areas[0]` is 0. */
  readonly areas: readonly number[];
}

/** Regions of pixels above one half that touch, also at corners. */
export function connectedComponents(mask: Raster): Components {
  const { width, height, data } = mask;
  const labels = new Int32Array(width * height);
  const areas = [0];
  const stack: number[] = [];
  for (let start = 0; start < data.length; start++) {
    if (data[start]! <= 0.5 || labels[start] !== 0) continue;
    const label = areas.length;
    let area = 0;
    labels[start] = label;
    stack.push(start);
    while (stack.length > 0) {
      const i = stack.pop()!;
      area++;
      const x = i % width;
      const y = (i - x) / width;
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const j = v * width + u;
          if (data[j]! <= 0.5 || labels[j] !== 0) continue;
          labels[j] = label;
          stack.push(j);
        }
      }
    }
    areas.push(area);
  }
  return { labels, areas };
}
