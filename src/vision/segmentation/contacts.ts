import { dilate } from "../../kernels/morphology.ts";
import type { Raster } from "../../kernels/raster.ts";
import {
  colourCounts,
  likeness,
  normalised,
  type ColourProfile,
} from "./colour-profile.ts";
import { maskPlace, type MaskPlace } from "./prior-features.ts";

/** Where a subject is in a frame. */
export interface Sight extends MaskPlace {
  /** Pixels. */
  readonly area: number;
  /** Row of its lowest pixel. */
  readonly foot: number;
}

/** Two subjects that touch in a frame. */
interface Meeting {
  /** Numbers of the subjects, the smaller first. */
  readonly a: number;
  readonly b: number;
  /** By how much more the pixels that both claim resemble `a` than `b`, −1 to 1; 0 where none are claimed twice. */
  readonly claim: number;
}

/** How the subjects of a frame stand to each other. */
export interface Contacts {
  /** Undefined where a subject is not seen. */
  readonly sights: readonly (Sight | undefined)[];
  readonly meetings: readonly Meeting[];
}

/** Masks this many pixels apart touch. */
const TOUCH = 2;
/** Fewer pixels have no colours of their own to speak of. */
const FEWEST_CLAIMED_PIXELS = 12;

/**
 * Looks who is in a frame and who touches whom.
 *
 * @param masks one `[1, h, w]` per subject, above one half inside
 * @param rgb   `[3, h, w]`
 */
export function findContacts(masks: readonly Raster[], rgb: Raster): Contacts {
  const sights = masks.map(sightOf);
  const grown = masks.map((mask) => dilate(mask, TOUCH));
  const meetings: Meeting[] = [];
  for (let a = 0; a < masks.length; a++) {
    for (let b = a + 1; b < masks.length; b++) {
      if (sights[a] === undefined || sights[b] === undefined) continue;
      const other = masks[b]!.data;
      if (!grown[a]!.data.some((value, i) => value > 0.5 && other[i]! > 0.5))
        continue;
      meetings.push({ a, b, claim: claimOf(masks[a]!, masks[b]!, rgb) });
    }
  }
  return { sights, meetings };
}

function sightOf(mask: Raster): Sight | undefined {
  const place = maskPlace(mask);
  const last = mask.data.findLastIndex((value) => value > 0.5);
  if (place === undefined || last < 0) return undefined;
  return {
    ...place,
    area: place.size ** 2,
    foot: Math.floor(last / mask.width),
  };
}

/** What both claim shows the nearer one, so it has the nearer one's colours. */
function claimOf(a: Raster, b: Raster, rgb: Raster): number {
  const profile = (
    inside: (i: number) => boolean,
  ): ColourProfile | undefined => {
    const counts = colourCounts(rgb, inside);
    const pixels = counts.reduce((sum, count) => sum + count, 0);
    return pixels < FEWEST_CLAIMED_PIXELS ? undefined : normalised(counts);
  };
  const inA = (i: number): boolean => a.data[i]! > 0.5;
  const inB = (i: number): boolean => b.data[i]! > 0.5;
  const both = profile((i) => inA(i) && inB(i));
  const onlyA = profile((i) => inA(i) && !inB(i));
  const onlyB = profile((i) => inB(i) && !inA(i));
  if (both === undefined || onlyA === undefined || onlyB === undefined)
    return 0;
  return likeness(both, onlyA) - likeness(both, onlyB);
}
