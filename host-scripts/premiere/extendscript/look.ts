import type {
  ClipChange,
  ClipLook,
} from "../../../src/protocol/host-script-api.ts";

export const opacityName = "AE.ADBE Opacity";
const motionName = "AE.ADBE Motion";

/** Reads what a clip's effects make of it. Names are matched in the form that is not translated. */
export function lookOf(clip: TrackItem): ClipLook {
  const look: ClipLook = {
    opacity: null,
    opacityChanges: false,
    blendMode: null,
    effects: [],
    changes: [],
  };
  if (Math.abs(clip.getSpeed() - 1) > 1e-6) note(look, "speed");
  else if (Number(clip.isSpeedReversed()) === 1) note(look, "speed");
  const components = clip.components as ComponentCollection | undefined;
  if (!components || !(components.numItems > 0)) {
    note(look, "unread");
    return look;
  }
  for (let i = 0; i < components.numItems; i++) {
    const component = components[i]!;
    const name = String(component.matchName);
    const values = component.properties;
    for (let k = 0; k < values.numItems; k++) {
      if (changes(values[k]!)) note(look, "keyframes");
    }
    if (name === opacityName) readOpacity(values, look);
    else if (name === motionName) readMotion(values, look);
    // What every clip has besides, under some name of its own.
    else if (!/Time.?(?:Remap|warp)/i.test(name)) look.effects.push(name);
  }
  if (look.effects.length > 0) note(look, "effects");
  return look;
}

/** Notes a change once. */
export function note(look: ClipLook, change: ClipChange): void {
  for (let i = 0; i < look.changes.length; i++) {
    if (look.changes[i] === change) return;
  }
  look.changes.push(change);
}

function readOpacity(values: ComponentParamCollection, look: ClipLook): void {
  if (values.numItems === 0) return;
  const first = values[0]!;
  look.opacityChanges = changes(first);
  const opacity = valueOf(first);
  if (!look.opacityChanges && typeof opacity === "number") {
    look.opacity = opacity;
  }
  if (look.opacity !== null && look.opacity !== 100) note(look, "opacity");
  if (values.numItems < 2) return;
  const blend = valueOf(values[1]!);
  if (typeof blend === "number") look.blendMode = blend;
}

/**
 * Position, scale, scale width, whether scaling is uniform, rotation, anchor point; headings in between say nothing. Points are parts of
 * the picture in some reports and pixels in others, so the position is compared with the anchor point: a picture that fills the
 * frame has both in its middle.
 */
function readMotion(values: ComponentParamCollection, look: ClipLook): void {
  const read: unknown[] = [];
  for (let i = 0; i < values.numItems; i++) {
    const value = valueOf(values[i]!);
    if (value !== null && value !== undefined) read.push(value);
  }
  const position = read[0];
  const anchor = read[5];
  const stretched = (read[3] === false || read[3] === 0) && apart(read[2], 100);
  const moved =
    position instanceof Array &&
    anchor instanceof Array &&
    (apart(position[0], anchor[0]) || apart(position[1], anchor[1]));
  if (moved || stretched || apart(read[1], 100) || apart(read[4], 0)) {
    note(look, "motion");
  }
}

// Headings and buttons are among an effect's values, and some throw when they are asked like the others.

/** Whether a value changes in time. */
export function changes(value: ComponentParam): boolean {
  try {
    return value.isTimeVarying();
  } catch (_error) {
    return false;
  }
}

/** What a value is; nothing where it cannot be read. */
export function valueOf(value: ComponentParam): unknown {
  try {
    return value.getValue() as unknown;
  } catch (_error) {
    return null;
  }
}

/** Whether two values are numbers and not the same. */
const apart = (value: unknown, wanted: unknown): boolean =>
  typeof value === "number" &&
  typeof wanted === "number" &&
  Math.abs(value - wanted) > 0.001;
