import type { Size } from "../units/size.ts";

/** A place in a picture, in pixels: the first pixel reaches from 0 to 1. */
export interface PaintPoint {
  readonly x: number;
  readonly y: number;
}

/** What painting does to a mask: 255 adds to the subject, 0 takes away from it. */
export type Ink = 0 | 255;

/**
 * Paints the way of a round brush, in place: every pixel whose centre comes within its radius, and always the one under it.
 *
 * @param mask `[h, w]`
 */
export function paintStroke(
  mask: Uint8Array,
  { width, height }: Size,
  from: PaintPoint,
  to: PaintPoint,
  radius: number,
  ink: Ink,
): void {
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - radius));
  const bottom = Math.min(height, Math.ceil(Math.max(from.y, to.y) + radius));
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - radius));
  const right = Math.min(width, Math.ceil(Math.max(from.x, to.x) + radius));
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = dx * dx + dy * dy;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const px = x + 0.5 - from.x;
      const py = y + 0.5 - from.y;
      const along = length === 0 ? 0 : (px * dx + py * dy) / length;
      const t = Math.max(0, Math.min(1, along));
      if ((px - t * dx) ** 2 + (py - t * dy) ** 2 <= radius * radius)
        mask[y * width + x] = ink;
    }
  }
  const x = Math.floor(to.x);
  const y = Math.floor(to.y);
  if (x >= 0 && x < width && y >= 0 && y < height) mask[y * width + x] = ink;
}

/**
 * Fills a polygon, in place: the pixels whose centres lie inside, by the even-odd rule.
 *
 * @param mask    `[h, w]`
 * @param corners closed by itself; fewer than three fill nothing
 */
export function fillPolygon(
  mask: Uint8Array,
  { width, height }: Size,
  corners: readonly PaintPoint[],
  ink: Ink,
): void {
  for (let y = 0; y < height; y++) {
    const middle = y + 0.5;
    const crossings: number[] = [];
    corners.forEach((a, i) => {
      const b = corners[(i + 1) % corners.length]!;
      if (a.y <= middle === b.y <= middle) return;
      crossings.push(a.x + ((middle - a.y) / (b.y - a.y)) * (b.x - a.x));
    });
    crossings.sort((a, b) => a - b);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil(crossings[i]! - 0.5));
      const to = Math.min(width, Math.ceil(crossings[i + 1]! - 0.5));
      if (from < to) mask.fill(ink, y * width + from, y * width + to);
    }
  }
}
