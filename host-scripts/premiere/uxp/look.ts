import type {
  ComponentParam,
  VideoClipTrackItem,
  VideoComponentChain,
} from "@adobe/premierepro";
import type {
  ClipChange,
  ClipLook,
} from "../../../src/protocol/host-script-api.ts";
import type { TrackItem } from "./read.ts";

export const opacityName = "AE.ADBE Opacity";
const motionName = "AE.ADBE Motion";

/** Reads what a clip's effects make of it. Names are matched in the form that is not translated. */
export async function lookOf(clip: TrackItem): Promise<ClipLook> {
  const look: ClipLook = {
    opacity: null,
    opacityChanges: false,
    blendMode: null,
    effects: [],
    changes: [],
  };
  const changed = new Set<ClipChange>();
  const isFast = Math.abs((await clip.getSpeed()) - 1) > 1e-6;
  if (isFast || (await clip.isSpeedReversed()) === 1) changed.add("speed");
  const chain = await chainOf(clip as VideoClipTrackItem);
  if (chain === undefined) changed.add("unread");
  for (let i = 0; i < (chain?.getComponentCount() ?? 0); i++) {
    const component = chain!.getComponentAtIndex(i);
    const name = await component.getMatchName();
    const values: ComponentParam[] = [];
    for (let k = 0; k < component.getParamCount(); k++) {
      values.push(component.getParam(k));
    }
    if (values.some(changes)) changed.add("keyframes");
    if (name === opacityName) {
      await readOpacity(values, look);
      if (look.opacity !== null && look.opacity !== 100) changed.add("opacity");
    } else if (name === motionName) {
      if (await isMoved(values)) changed.add("motion");
    }
    // What every clip has besides, under some name of its own.
    else if (!/Time.?(?:Remap|warp)/i.test(name)) look.effects.push(name);
  }
  if (look.effects.length > 0) changed.add("effects");
  look.changes = [...changed];
  return look;
}

/** A clip's effects and what every clip has; nothing where they cannot be read. */
export async function chainOf(
  clip: VideoClipTrackItem,
): Promise<VideoComponentChain | undefined> {
  try {
    const chain = await clip.getComponentChain();
    return chain.getComponentCount() > 0 ? chain : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether a value changes in time. Headings and buttons are among an effect's values, and some throw when they are asked like the others.
 */
export function changes(param: ComponentParam): boolean {
  try {
    return param.isTimeVarying();
  } catch {
    return false;
  }
}

/** A value as plain numbers; nothing when it is of another kind, or cannot be read. */
export async function numbersOf(param: ComponentParam): Promise<number[]> {
  let value: unknown;
  try {
    ({
      value: { value },
    } = await param.getStartValue());
  } catch {
    return [];
  }
  if (typeof value === "number") return [value];
  if (typeof value === "boolean") return [Number(value)];
  if (Array.isArray(value)) return value.map(Number);
  const point = value as { readonly x?: number; readonly y?: number } | null;
  return typeof point?.x === "number" ? [point.x, point.y ?? Number.NaN] : [];
}

async function readOpacity(
  [first, blend]: readonly ComponentParam[],
  look: ClipLook,
): Promise<void> {
  if (first === undefined) return;
  look.opacityChanges = changes(first);
  if (!look.opacityChanges) look.opacity = (await numbersOf(first))[0] ?? null;
  if (blend === undefined) return;
  look.blendMode = (await numbersOf(blend))[0] ?? null;
}

/**
 * Position, scale, scale width, whether scaling is uniform, rotation, anchor point; headings in between say nothing. Points are parts of
 * the picture in some reports and pixels in others, so the position is compared with the anchor point: a picture that fills the
 * frame has both in its middle.
 */
async function isMoved(params: readonly ComponentParam[]): Promise<boolean> {
  const values: number[][] = [];
  for (const param of params) {
    const numbers = await numbersOf(param);
    if (numbers.length > 0) values.push(numbers);
  }
  const [position, scale, width, uniform, rotation, anchor] = values;
  const moved = (position ?? []).some((one, k) => apart(one, anchor?.[k]));
  const stretched = uniform?.[0] === 0 && apart(width?.[0], 100);
  return (
    moved || stretched || apart(scale?.[0], 100) || apart(rotation?.[0], 0)
  );
}

/** Whether two values are there and not the same. */
const apart = (a: number | undefined, b: number | undefined): boolean =>
  a !== undefined && b !== undefined && Math.abs(a - b) > 0.001;
