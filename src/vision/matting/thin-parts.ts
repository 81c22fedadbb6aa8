import { dilate, erode, localRange } from "../../kernels/morphology.ts";
import { plane, raster, type Raster } from "../../kernels/raster.ts";
import type { FrameScene } from "../frame-evidence.ts";
import { connectedComponents } from "../image/components.ts";

/** Half the width, in units, of what is no longer thin: a racket's handle and a pole are thinner, an arm is not. */
const HALF_WIDTH_UNITS = 2;
/** Gap, in units, over which it still hangs together with the subject's mask. */
const REACH_UNITS = 3;
/** Area, in square units, below which it is a speck. */
const LEAST_AREA = 8;
/** Difference (0…1) from the background, beyond its spread, from which something surely stands there. */
const SURE_DIFFERENCE = 0.1;
/** Share of what the background varies by around a pixel that an edge which lies a little off explains. */
const EDGE_SHARE = 0.5;
/** What of each channel is left of the background, at the least and at the most, where it may as well be a shadow; coloured ground leaves them unlike. */
const SHADE = { least: 0.3, most: 1.05 } as const;
/** Keeps ratios of dark pixels from being noise. */
const DARK_OFFSET = 0.02;

/**
 * The masks with what is thin, stands out from the background and hangs together with a subject: the racket, pole or leash that nobody
 * paints. What is wide, or may be a shadow, stays what it was.
 *
 * @returns `[N, H, W]`; the masks themselves where nothing was found
 */
export function withThinParts(scene: FrameScene): Raster {
  const { masks, unit } = scene;
  const { channels, height, width } = masks;
  const near = dilate(masks, Math.max(1, Math.round(REACH_UNITS * unit)));
  const thin = thinDifferences(scene);
  // Over an edge of the background a pole may be hidden by what that edge allows.
  const { labels } = connectedComponents(dilate(thin, 1));
  const area = height * width;
  const parts: { size: number; readonly touches: Float64Array }[] = [];
  for (let i = 0; i < area; i++) {
    if (thin.data[i] === 0) continue;
    const part = (parts[labels[i]!] ??= {
      size: 0,
      touches: new Float64Array(channels),
    });
    part.size++;
    for (let k = 0; k < channels; k++)
      if (near.data[k * area + i]! > 0.5) part.touches[k]!++;
  }
  const owners = parts.map(({ size, touches }) => {
    const most = Math.max(...touches);
    const counts = most > 0 && size >= LEAST_AREA * unit * unit;
    return counts ? touches.indexOf(most) : -1;
  });
  if (!owners.some((owner) => owner >= 0)) return masks;
  const out = raster(channels, height, width, masks.data.slice());
  for (let i = 0; i < area; i++) {
    const owner = thin.data[i] === 0 ? -1 : owners[labels[i]!]!;
    if (owner >= 0) out.data[owner * area + i] = 1;
  }
  return out;
}

/** 1 where something thin stands in front of the background, outside the masks. */
function thinDifferences({
  frame,
  background,
  spread,
  masks,
  unit,
}: FrameScene): Raster {
  const { height, width } = frame;
  const area = height * width;
  const range = localRange(background, 1).data;
  const differs = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    let most = 0;
    let largest = 0;
    for (let at = i; at < 3 * area; at += area) {
      const seen = frame.data[at]!;
      const beneath = background.data[at]!;
      most = Math.max(most, Math.abs(seen - beneath));
      const ratio = (seen + DARK_OFFSET) / (beneath + DARK_OFFSET);
      largest = Math.max(largest, ratio);
    }
    const isShade = largest > SHADE.least && largest < SHADE.most;
    const sure =
      most - Math.max(range[i]! * EDGE_SHARE, spread.data[i]!) >
      SURE_DIFFERENCE;
    if (sure && !isShade) differs.data[i] = 1;
  }
  const half = Math.max(1, Math.round(HALF_WIDTH_UNITS * unit));
  // What is masked counts as wide, so that a rim of the subject's own is no part by itself.
  const solid = raster(1, height, width, differs.data.slice());
  for (let k = 0; k < masks.channels; k++) {
    const mask = plane(masks, k).data;
    for (let i = 0; i < area; i++) if (mask[i]! > 0.5) solid.data[i] = 1;
  }
  const wide = dilate(erode(solid, half), half).data;
  for (let i = 0; i < area; i++) if (wide[i]! > 0.5) differs.data[i] = 0;
  return differs;
}
