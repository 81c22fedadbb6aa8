import type { ComponentParam, VideoClipTrackItem } from "@adobe/premierepro";
import type { ClipLook } from "../../../src/protocol/host-script-api.ts";
import type { TrackItem } from "./read.ts";

const opacityName = "AE.ADBE Opacity";
const motionName = "AE.ADBE Motion";

/** Reads what a clip's effects make of it. Names are matched in the form that is not translated. */
export async function lookOf(clip: TrackItem): Promise<ClipLook> {
  const look: ClipLook = {
    opacity: null,
    opacityChanges: false,
    blendMode: null,
    effects: [],
    edited: false,
  };
  const chain = await (clip as VideoClipTrackItem).getComponentChain();
  for (let i = 0; i < chain.getComponentCount(); i++) {
    const component = chain.getComponentAtIndex(i);
    const name = await component.getMatchName();
    const values: ComponentParam[] = [];
    for (let k = 0; k < component.getParamCount(); k++) {
      values.push(component.getParam(k));
    }
    if (values.some(changes)) look.edited = true;
    if (name === opacityName) await readOpacity(values, look);
    else if (name === motionName) await readMotion(values, look);
    // What every clip has besides, under some name of its own.
    else if (!/Time.?(?:Remap|warp)/i.test(name)) look.effects.push(name);
  }
  if (look.effects.length > 0) look.edited = true;
  return look;
}

/** Headings and buttons are among an effect's values, and some throw when they are asked like the others. */
function changes(param: ComponentParam): boolean {
  try {
    return param.isTimeVarying();
  } catch {
    return false;
  }
}

/** A value as plain numbers; nothing when it is of another kind, or cannot be read. */
async function numbersOf(param: ComponentParam): Promise<number[]> {
  let value: unknown;
  try {
    ({
      value: { value },
    } = await param.getStartValue());
  } catch {
    return [];
  }
  if (typeof value === "number") return [value];
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
  if (look.opacity !== null && look.opacity !== 100) look.edited = true;
  if (blend === undefined) return;
  look.blendMode = (await numbersOf(blend))[0] ?? null;
}

/** Position, scale, scale width, whether scaling is uniform, rotation, anchor point. */
const untouched = [[0.5, 0.5], [100], [], [], [0], [0.5, 0.5]] as const;

async function readMotion(
  values: readonly ComponentParam[],
  look: ClipLook,
): Promise<void> {
  for (const [i, wanted] of untouched.entries()) {
    const param = values[i];
    if (param === undefined) return;
    const read = await numbersOf(param);
    const differs = wanted.some(
      (one, k) => read[k] !== undefined && Math.abs(read[k] - one) > 0.001,
    );
    if (differs) look.edited = true;
  }
}
