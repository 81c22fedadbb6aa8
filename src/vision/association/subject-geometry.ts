import type { AssociationData } from "./association-data.ts";
import { type Box, boxesBeyond } from "./beyond-border.ts";
import { distanceToMask } from "../../kernels/distance-transform.ts";

/** Where the subjects are, for every frame and subject `k = t·N + i`. */
export interface SubjectGeometry {
  /** 1 where the mask holds anything, or the subject is right beyond the border; else 0. `[T·N]` */
  readonly present: Uint8Array;
  /** Centre of the mask's coverage, in grid pixels. `[T·N]` */
  readonly centreX: Float32Array;
  readonly centreY: Float32Array;
  /** Lowest row that the mask reaches. `[T·N]` */
  readonly footY: Float32Array;
  /** Coverage from which a pixel surely belongs to the subject. `[T·N]` */
  readonly coreThreshold: Float32Array;
  /** Distance to the mask in grid pixels. `[T,N,H,W]` */
  readonly distance: Float32Array;
}

/** Less coverage than this anywhere is an empty mask. */
const smallestCoverage = 0.05;
/** Share of a cell, or of the mask's peak, from which the cell is wholly the subject's; set once, with no other value on record. */
const coreCoverage = 0.9;
/** Share of a cell from which it is within the mask: the outline runs where half is covered. */
const edgeCoverage = 0.5;

/**
 * Measures every mask once, and where subjects are that come in or leave (`boxesBeyond`). A subject so small that no grid pixel is covered fully counts from a share of its own
 * peak.
 */
export function subjectGeometry(data: AssociationData): SubjectGeometry {
  const { frameCount, subjectCount, height, width } = data;
  const area = height * width;
  const count = frameCount * subjectCount;
  const geometry = {
    present: new Uint8Array(count),
    centreX: new Float32Array(count).fill((width - 1) / 2),
    centreY: new Float32Array(count).fill((height - 1) / 2),
    footY: new Float32Array(count).fill(height - 1),
    coreThreshold: new Float32Array(count).fill(coreCoverage),
    distance: new Float32Array(count * area).fill(width),
  };
  const boxes: (Box | undefined)[] = [];
  for (let k = 0; k < count; k++) {
    const mask = data.mask.subarray(k * area, (k + 1) * area);
    const peak = mask.reduce((a, b) => Math.max(a, b), 0);
    if (peak < smallestCoverage) continue;
    const edge = Math.min(edgeCoverage, peak / 2);
    let total = 0;
    let sumX = 0;
    let sumY = 0;
    let foot = 0;
    let [left, top, right] = [width, height, 0];
    for (let y = 0, p = 0; y < height; y++) {
      for (let x = 0; x < width; x++, p++) {
        const value = mask[p]!;
        total += value;
        sumX += value * x;
        sumY += value * y;
        if (value < edge) continue;
        foot = y;
        left = Math.min(left, x);
        top = Math.min(top, y);
        right = Math.max(right, x + 1);
      }
    }
    boxes[k] = { left, top, right, bottom: foot + 1 };
    geometry.present[k] = 1;
    geometry.centreX[k] = sumX / total;
    geometry.centreY[k] = sumY / total;
    geometry.footY[k] = foot;
    geometry.coreThreshold[k] = Math.min(coreCoverage, peak * coreCoverage);
    distanceToMask(
      mask,
      edge,
      height,
      width,
      geometry.distance.subarray(k * area, (k + 1) * area),
    );
  }
  for (let i = 0; i < subjectCount; i++) {
    const own = Array.from({ length: frameCount }, (_, t) => {
      return boxes[t * subjectCount + i];
    });
    for (const [t, box] of boxesBeyond(own, width, height).entries()) {
      if (box === undefined) continue;
      const k = t * subjectCount + i;
      geometry.present[k] = 1;
      geometry.centreX[k] = (box.left + box.right - 1) / 2;
      geometry.centreY[k] = (box.top + box.bottom - 1) / 2;
      geometry.footY[k] = box.bottom - 1;
      const distance = geometry.distance.subarray(k * area, (k + 1) * area);
      for (let p = 0; p < area; p++)
        distance[p] = distanceToBox(box, p % width, Math.floor(p / width));
    }
  }
  return geometry;
}

/** From a grid pixel's middle to the nearest one within the box, in grid pixels. */
function distanceToBox(box: Box, x: number, y: number): number {
  const across = Math.max(box.left - x, 0, x - (box.right - 1));
  const down = Math.max(box.top - y, 0, y - (box.bottom - 1));
  return Math.hypot(across, down);
}
