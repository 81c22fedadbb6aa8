import { dilate, erode, localRange } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { FrameScene } from "../frame-evidence.ts";
import { connectedComponents } from "../image/components.ts";
import { smoothstep } from "../image/smoothstep.ts";

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
function thinDifferences(scene: FrameScene): Raster {
  const { masks, unit } = scene;
  const { height, width } = masks;
  const area = height * width;
  const differs = sureDifference(scene);
  // What is masked counts as wide, so that a rim of the subject's own is no part by itself.
  const solid = raster(1, height, width);
  for (let i = 0; i < area; i++) {
    differs.data[i] = differs.data[i]! > 1 ? 1 : 0;
    solid.data[i] = differs.data[i]!;
    for (let at = i; at < masks.data.length; at += area)
      if (masks.data[at]! > 0.5) solid.data[i] = 1;
  }
  const wide = opened(solid, unit).data;
  for (let i = 0; i < area; i++) if (wide[i]! > 0.5) differs.data[i] = 0;
  return differs;
}

/**
 * The least alpha of a mask's own thin parts: near them the subject's other colours count for more than theirs, and would take a pole
 * before a coat for background. 0 wherever nothing surely differs from the background.
 *
 * @param scene of one mask
 * @returns     `[1, H, W]`
 */
export function thinPartAlpha(scene: FrameScene): Raster {
  const { masks, unit } = scene;
  const { height, width } = masks;
  const wide = opened(masks, unit).data;
  const sure = sureDifference(scene);
  const out = raster(1, height, width);
  for (let i = 0; i < wide.length; i++)
    if (wide[i]! < 0.5 && masks.data[i]! > 0.5)
      out.data[i] = smoothstep(sure.data[i]!, 0.5, 1.5);
  return out;
}

/** What of a mask is not thin. */
function opened(mask: Raster, unit: number): Raster {
  const half = Math.max(1, Math.round(HALF_WIDTH_UNITS * unit));
  return dilate(erode(mask, half), half);
}

/** How surely a pixel differs from the background, 1 where `SURE_DIFFERENCE` is reached; 0 where it may be a shadow. */
function sureDifference({ frame, background, spread }: FrameScene): Raster {
  const { height, width } = frame;
  const area = height * width;
  const range = localRange(background, 1).data;
  const out = raster(1, height, width);
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
    if (largest > SHADE.least && largest < SHADE.most) continue;
    const allowed = Math.max(range[i]! * EDGE_SHARE, spread.data[i]!);
    out.data[i] = Math.max(0, most - allowed) / SURE_DIFFERENCE;
  }
  return out;
}
