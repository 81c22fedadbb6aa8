import type { ClipLook } from "../../../src/protocol/host-script-api.ts";

const opacityName = "AE.ADBE Opacity";
const motionName = "AE.ADBE Motion";

/** Reads what a clip's effects make of it. Names are matched in the form that is not translated. */
export function lookOf(clip: TrackItem): ClipLook {
  const look: ClipLook = {
    opacity: null,
    opacityChanges: false,
    blendMode: null,
    effects: [],
    edited: false,
  };
  const components = clip.components as ComponentCollection | undefined;
  if (!components) return look;
  for (let i = 0; i < components.numItems; i++) {
    const component = components[i]!;
    const name = String(component.matchName);
    const values = component.properties;
    for (let k = 0; k < values.numItems; k++) {
      if (changes(values[k]!)) look.edited = true;
    }
    if (name === opacityName) readOpacity(values, look);
    else if (name === motionName) readMotion(values, look);
    // What every clip has besides, under some name of its own.
    else if (!/Time.?(?:Remap|warp)/i.test(name)) look.effects.push(name);
  }
  if (look.effects.length > 0) look.edited = true;
  return look;
}

function readOpacity(values: ComponentParamCollection, look: ClipLook): void {
  if (values.numItems === 0) return;
  const first = values[0]!;
  look.opacityChanges = changes(first);
  const opacity = valueOf(first);
  if (!look.opacityChanges && typeof opacity === "number") {
    look.opacity = opacity;
  }
  if (look.opacity !== null && look.opacity !== 100) look.edited = true;
  if (values.numItems < 2) return;
  const blend = valueOf(values[1]!);
  if (typeof blend === "number") look.blendMode = blend;
}

/** Position, scale, scale width, whether scaling is uniform, rotation, anchor point. */
function readMotion(values: ComponentParamCollection, look: ClipLook): void {
  const untouched = [[0.5, 0.5], 100, null, null, 0, [0.5, 0.5]];
  for (let i = 0; i < values.numItems && i < untouched.length; i++) {
    const wanted = untouched[i];
    const value = valueOf(values[i]!);
    const differs =
      wanted instanceof Array
        ? value instanceof Array &&
          (apart(value[0], wanted[0]) || apart(value[1], wanted[1]))
        : typeof wanted === "number" && apart(value, wanted);
    if (differs) look.edited = true;
  }
}

// Headings and buttons are among an effect's values, and some throw when they are asked like the others.

function changes(value: ComponentParam): boolean {
  try {
    return value.isTimeVarying();
  } catch (_error) {
    return false;
  }
}

function valueOf(value: ComponentParam): unknown {
  try {
    return value.getValue() as unknown;
  } catch (_error) {
    return null;
  }
}

/** Whether a value is a number and another one. */
const apart = (value: unknown, wanted: number | undefined): boolean =>
  typeof value === "number" && Math.abs(value - wanted!) > 0.001;
