import type { Size } from "../units/size.ts";

/** A place in a stage or in a picture, as shares of its width and height. */
export interface Share {
  readonly x: number;
  readonly y: number;
}

/** Which part of a picture a stage shows. */
export interface Viewport {
  /** How much larger than where it fits the stage. */
  readonly zoom: number;
  /** The picture's place in the middle of the stage. */
  readonly middle: Share;
}

/** The whole picture, as large as the stage. */
export const fitted: Viewport = { zoom: 1, middle: { x: 0.5, y: 0.5 } };

/** Pixels of the screen for one of the picture, at most: then each one is plain to see. */
const MOST_SCALE = 32;
/** How much one press of + or − changes. */
const STEP = Math.SQRT2;
/** How far a wheel has to be turned to double the zoom, in the wheel's pixels. */
const WHEEL_DOUBLES = 200;

/** The factor of a press of + (1) or − (−1). */
export const stepFactor = (direction: -1 | 1): number => STEP ** direction;

/** The factor of a turn of the wheel, by its `deltaY` in pixels; a pinch comes as a wheel as well. */
export const wheelFactor = (pixels: number): number =>
  2 ** (-pixels / WHEEL_DOUBLES);

/**
 * The zoom at which a picture's pixel is one of the screen.
 *
 * @param native     the picture's width in its own pixels
 * @param stage      the stage's width in the page's pixels
 * @param pixelRatio the screen's pixels for one of the page
 */
export const nativeZoom = (
  native: number,
  stage: number,
  pixelRatio: number,
): number => native / (stage * pixelRatio);

/**
 * Zooms, so that the place of the picture beneath a place of the stage stays there as far as the picture's edges allow.
 *
 * @param at     a place in the stage
 * @param oneToOne see `nativeZoom`: neither smaller than this or fitting, nor much larger
 */
export function zoomBy(
  { zoom, middle }: Viewport,
  factor: number,
  at: Share,
  oneToOne: number,
): Viewport {
  const least = Math.min(1, oneToOne);
  const most = Math.max(1, MOST_SCALE * oneToOne);
  const next = Math.max(least, Math.min(most, zoom * factor));
  const stays = (from: number, place: number): number =>
    from + (place - 0.5) * (1 / zoom - 1 / next);
  return within(next, {
    x: stays(middle.x, at.x),
    y: stays(middle.y, at.y),
  });
}

/** Moves the picture with the pointer, by shares of the stage. */
export const panBy = ({ zoom, middle }: Viewport, by: Share): Viewport =>
  within(zoom, { x: middle.x - by.x / zoom, y: middle.y - by.y / zoom });

/** Where a stage's picture lies, in percent of the stage: a style. */
export function placeOf({ zoom, middle }: Viewport): string {
  const start = (place: number): string => percent(0.5 - zoom * place);
  const size = percent(zoom);
  return `left:${start(middle.x)};top:${start(middle.y)};width:${size};height:${size}`;
}

const percent = (share: number): string =>
  `${Number((100 * share).toFixed(4))}%`;

/** The stage shows nothing beside the picture that it could do without. */
function within(zoom: number, { x, y }: Share): Viewport {
  const half = 0.5 / zoom;
  const hold = (place: number): number =>
    half >= 0.5 ? 0.5 : Math.max(half, Math.min(1 - half, place));
  return { zoom, middle: { x: hold(x), y: hold(y) } };
}

/** What the views of a clip keep from one another: how it is looked at, and its frame. */
export class Viewing {
  viewport: Viewport = fitted;
  #kept: { readonly clip: string; readonly frame: number } | undefined;

  /** The frame that was shown last of a clip of this size and length, from 0. */
  frame(clip: Size, frameCount: number): number | undefined {
    const kept = this.#kept;
    return kept?.clip === nameOf(clip, frameCount) ? kept.frame : undefined;
  }

  /** Keeps the frame, from 0; another clip is looked at as a whole again. */
  show(clip: Size, frameCount: number, frame: number): void {
    const name = nameOf(clip, frameCount);
    if (this.#kept !== undefined && this.#kept.clip !== name)
      this.viewport = fitted;
    this.#kept = { clip: name, frame };
  }
}

const nameOf = ({ width, height }: Size, frameCount: number): string =>
  `${width} ${height} ${frameCount}`;
