import { blur, type Picture } from "./picture.ts";
import type { ShownPart } from "./stack.ts";

/** `#ff8800` as three values in 0…1. */
export const colourOf = (hex: string): readonly [number, number, number] => [
  parseInt(hex.slice(1, 3), 16) / 255,
  parseInt(hex.slice(3, 5), 16) / 255,
  parseInt(hex.slice(5, 7), 16) / 255,
];

/** Whether a part is shown as it is. */
export const isAsItIs = ({ strength, softness, tint }: ShownPart): boolean =>
  strength === 1 && softness === 0 && tint === undefined;

/**
 * An effect that multiplies what lies beneath it, changed. With the strength s a ratio r becomes `1 − s(1 − r)`, never below 0;
 * a tint t makes it `1 − d(1 − t)` per channel, `d` the largest loss of the three channels.
 *
 * @param ratio three channels, 1 where nothing changes
 */
export function changeRatio(
  ratio: Picture,
  { strength, softness, tint }: ShownPart,
): Picture {
  const soft = softness === 0 ? ratio : blur(ratio, softness);
  const data = soft.data.slice();
  const colour = tint === undefined ? undefined : colourOf(tint);
  for (let at = 0; at < data.length; at += 3) {
    const loss =
      1 - Math.min(soft.data[at]!, soft.data[at + 1]!, soft.data[at + 2]!);
    for (let c = 0; c < 3; c++) {
      const own =
        colour === undefined
          ? 1 - soft.data[at + c]!
          : Math.max(0, loss) * (1 - colour[c]!);
      data[at + c] = Math.max(0, 1 - strength * own);
    }
  }
  return { ...soft, data };
}

/**
 * An effect that lies over what is beneath it, changed: alpha times the strength, never above 1, and the tint for its colour.
 *
 * @param picture premultiplied
 */
export function changeCover(
  picture: Picture,
  { strength, softness, tint }: ShownPart,
): Picture {
  const soft = softness === 0 ? picture : blur(picture, softness);
  const data = soft.data.slice();
  const colour = tint === undefined ? undefined : colourOf(tint);
  for (let at = 0; at < data.length; at += 4) {
    const before = data[at + 3]!;
    if (before === 0) continue;
    const alpha = Math.min(1, strength * before);
    for (let c = 0; c < 3; c++)
      data[at + c] =
        colour === undefined
          ? (data[at + c]! * alpha) / before
          : colour[c]! * alpha;
    data[at + 3] = alpha;
  }
  return { ...soft, data };
}
