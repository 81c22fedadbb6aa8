import { dilate, erode } from "../../kernels/morphology.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import {
  colourCounts,
  normalised,
  type ColourProfile,
} from "./colour-profile.ts";
import { connectedComponents } from "../image/components.ts";
import { smoothAlongEdges } from "./edge-smooth.ts";

/** Evidence from which a place may belong to a subject, and from which it surely does. */
const POSSIBLE = 0.55;
/** The upper of the two: twice the lower. */
const SURE_EVIDENCE = 1.1;
/** A subject has at least this share of the frame. */
const SMALLEST_SHARE_OF_FRAME = 0.0012;
/** Gaps up to twice this many pixels are closed. */
const CLOSING = 2;

/** One thing that differs from the background in a frame. */
export interface Detection {
  /** `[1, h, w]`, 1 or 0 */
  readonly mask: Raster;
  readonly area: number;
  /** Mean evidence inside. */
  readonly contrast: number;
  /** Colours inside. */
  readonly profile: ColourProfile;
}

/**
 * Things in a frame: regions of possible evidence, along the frame's edges, that hold some sure evidence (hysteresis).
 *
 * @param evidence `[1, h, w]`
 * @param guide    `[3, h, w]`
 */
export function detectChanges(evidence: Raster, guide: Raster): Detection[] {
  const { height, width } = evidence;
  const smooth = smoothAlongEdges(evidence, guide);
  const possible = raster(
    1,
    height,
    width,
    smooth.data.map((e) => (e > POSSIBLE ? 1 : 0)),
  );
  const closed = erode(dilate(possible, CLOSING), CLOSING);
  const { labels, areas } = connectedComponents(closed);
  const sure = areas.map(() => 0);
  const sums = areas.map(() => 0);
  labels.forEach((label, i) => {
    if (label === 0) return;
    if (smooth.data[i]! > SURE_EVIDENCE) sure[label]!++;
    sums[label]! += smooth.data[i]!;
  });
  const smallest = SMALLEST_SHARE_OF_FRAME * height * width;
  const out: Detection[] = [];
  areas.forEach((area, label) => {
    if (label === 0 || area < smallest || sure[label]! < 0.2 * area) return;
    const mask = raster(1, height, width);
    labels.forEach((l, i) => {
      if (l === label) mask.data[i] = 1;
    });
    closeHoles(mask);
    const profile = normalised(colourCounts(guide, (i) => labels[i] === label));
    out.push({ mask, area, contrast: sums[label]! / area, profile });
  });
  return out;
}

/** Fills what the outside cannot reach. */
function closeHoles(mask: Raster): void {
  const { width, height } = mask;
  const inverse = raster(
    1,
    height + 2,
    width + 2,
    new Float32Array((height + 2) * (width + 2)).fill(1),
  );
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++)
      inverse.data[(y + 1) * (width + 2) + x + 1] =
        1 - mask.data[y * width + x]!;
  }
  const { labels } = connectedComponents(inverse);
  const outside = labels[0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (labels[(y + 1) * (width + 2) + x + 1] !== outside)
        mask.data[y * width + x] = 1;
    }
  }
}
