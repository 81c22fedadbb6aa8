import { writeLinearMap } from "../../kernels/enlarge.ts";
import type { Size } from "../../units/size.ts";
import type { Part } from "../image/rect.ts";
import { dilate } from "../../kernels/morphology.ts";
import { smoothstep } from "../image/smoothstep.ts";
import { raster, type Raster } from "../../kernels/raster.ts";

/** Values (0…1) added to both sides of the ratio, so that black divides nothing; set once, with no other value on record. */
const RATIO_FLOOR = 0.02;
/** The background may be this share of what the frame shows, where an effect brightens it; beyond, its detail is no longer the background's; set once, with no other value on record. */
const LEAST_RATIO = 0.25;
/** The same where an effect darkens: detail is not raised further, noise would be; set once, with no other value on record. */
const MOST_RATIO = 1.6;

/** Differences of frame and background, 0 to 1, up to which a mask is not believed, and from which it is. */
const AS_EXPECTED = 0.02;
const UNLIKE = 0.08;
/** Pixels at working size by which a subject's detail reaches beyond its mask. */
const SUBJECT_MARGIN_PIXELS = 2;

/**
 * The background at the frame's own size from an estimate at working size, with the frame's own detail: a shadow scales
 * what lies beneath it, so the texture that shows through it is the background's. Per pixel and channel
 * `B = r·I + (b − r·i)`, where i and b are frame and background at working size, `r = b/i` bounded, and both coefficients
 * are enlarged instead of the picture (the local linear model of He et al., "Guided image filtering", 2010). Beneath a subject the frame's
 * detail is the subject's: there r goes to 0, or its outline would stay as a ghost.
 *
 * @param frame      `[3, H, W]`, or a part of it
 * @param small      `[3, h, w]`, the frame at working size
 * @param background `[3, h, w]`
 * @param subjects   `[1, h, w]` union of the masks
 * @param place      the whole frame's size and the part
 * @param out        `[3, H, W]` of zeros, where it is to be written
 * @returns          `[3, H, W]`, zero outside the part
 */
export function upsampleBackground(
  frame: Raster,
  small: Raster,
  background: Raster,
  subjects: Raster,
  place: { readonly size: Size; readonly part: Part } = {
    size: frame,
    part: { left: 0, top: 0, right: frame.width, bottom: frame.height },
  },
  out = raster(3, place.size.height, place.size.width),
): Raster {
  const { height, width } = place.size;
  if (height === small.height && width === small.width) {
    out.data.set(background.data);
    return out;
  }
  const { ratio, offset } = ratioAndOffset(small, background, subjects);
  writeLinearMap(out, frame, ratio, offset, place.part);
  return out;
}

/**
 * Both coefficients at working size.
 *
 * @param small      `[3, h, w]`, the frame at working size
 * @param background `[3, h, w]`
 * @param subjects   `[1, h, w]` union of the masks
 * @returns          `[3, h, w]` each
 */
export function ratioAndOffset(
  small: Raster,
  background: Raster,
  subjects: Raster,
): { ratio: Raster; offset: Raster } {
  const ratio = raster(3, small.height, small.width);
  const offset = raster(3, small.height, small.width);
  const foreign = foreignShare(small, background, subjects);
  for (let i = 0; i < ratio.data.length; i++) {
    const seen = small.data[i]!;
    const r = (background.data[i]! + RATIO_FLOOR) / (seen + RATIO_FLOOR);
    const bounded = Math.min(MOST_RATIO, Math.max(LEAST_RATIO, r));
    ratio.data[i] = bounded * (1 - foreign[i % foreign.length]!);
    offset.data[i] = background.data[i]! - ratio.data[i]! * seen;
  }
  return { ratio, offset };
}

/** How much of what each pixel shows is a subject: in the slightly grown masks, as far as they do not cover what looks like background. */
function foreignShare(
  small: Raster,
  background: Raster,
  subjects: Raster,
): Float32Array {
  const { height, width } = small;
  const area = height * width;
  const unlike = raster(1, height, width);
  for (let i = 0; i < small.data.length; i++) {
    const difference = Math.abs(small.data[i]! - background.data[i]!);
    const share = smoothstep(difference, AS_EXPECTED, UNLIKE);
    unlike.data[i % area] = Math.max(unlike.data[i % area]!, share);
  }
  // Enlarged, a pixel reaches as far as the next one's middle.
  const near = dilate(unlike, 1).data;
  const covered = dilate(subjects, SUBJECT_MARGIN_PIXELS).data;
  return near.map((share, i) => share * covered[i]!);
}
