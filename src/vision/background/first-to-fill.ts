import type { Raster } from "../../kernels/raster.ts";

/** What of a canvas is to be invented. */
export interface HiddenArea {
  readonly pixels: number;
  /** Share of its rim, 0…1, at which the canvas is known; the rest lies at the canvas's border, or at what no frame sees. */
  readonly surrounded: number;
}

/** From here a hole counts as known all around. */
const SURROUNDED = 0.97;

/**
 * Measures what is to be invented on a canvas.
 *
 * @param wanted `[1, H, W]`, 1 where it is to be invented
 * @param count  `[1, H, W]`, samples that show each pixel
 */
export function hiddenArea(wanted: Raster, count: Raster): HiddenArea {
  const { height, width, data } = wanted;
  let pixels = 0;
  let closed = 0;
  let open = 0;
  const look = (inside: boolean, i: number): void => {
    if (!inside) open++;
    else if (data[i] === 0) {
      if (count.data[i]! > 0) closed++;
      else open++;
    }
  };
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) {
      if (data[i] === 0) continue;
      pixels++;
      look(x > 0, i - 1);
      look(x + 1 < width, i + 1);
      look(y > 0, i - width);
      look(y + 1 < height, i + width);
    }
  return { pixels, surrounded: closed / Math.max(1, closed + open) };
}

/**
 * The canvas on which is invented first, to be carried to the others: that which hides most among those whose hole is known all around, because
 * what is cut by the border is completed without what lies beyond; if there is none, that whose hole is known to the most of its rim.
 */
export function firstToFill(areas: readonly HiddenArea[]): number {
  const hiding = areas.filter(({ pixels }) => pixels > 0);
  const most = Math.max(0, ...hiding.map(({ surrounded }) => surrounded));
  const candidates = hiding.filter(
    ({ surrounded }) => surrounded >= Math.min(SURROUNDED, most),
  );
  const first = candidates.reduce<HiddenArea | undefined>(
    (best, area) => (area.pixels > (best?.pixels ?? 0) ? area : best),
    undefined,
  );
  return first === undefined ? 0 : areas.indexOf(first);
}
