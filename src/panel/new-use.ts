import type { Edit, EditOf } from "../document/edits-document.ts";
import { chosenObject } from "./arrangement.ts";
import type { Arranged } from "./panel-state.ts";

/** A use that a button makes. */
export type UseName =
  | "remove"
  | "effects-only"
  | "effect"
  | "duplicate"
  | "shift"
  | "speed"
  | "backdrop"
  | "title";

/** How far beside its layer a new duplicate stands, as a share of the picture's width. */
const BESIDE = 0.18;
/** Where a new title lies, as shares of the picture: on the ground, narrower in the distance. */
const TITLE_CORNERS = [
  [0.3, 0.66],
  [0.7, 0.66],
  [0.8, 0.9],
  [0.2, 0.9],
] as const;
const NEW_BACKDROP = "#4a6b7c";
/** Weaker than it is, so that one sees at once what the button is for. */
const NEW_STRENGTH = 0.5;

/** An id that nothing has yet. */
export function freeId(
  base: string,
  arranged: Arranged,
  edits: readonly Edit[],
): string {
  const taken = new Set([
    ...arranged.layers.map(({ id }) => id),
    ...edits.flatMap((edit) => ("id" in edit ? [edit.id] : [])),
  ]);
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  return id;
}

/** Where something new lies: on the ground, right above the background. */
export function placeOnGround(
  { document: { width, height, camera, layers } }: Arranged,
  frame: number,
): Omit<EditOf<"insert">, "use" | "what" | "id" | "path"> {
  const [a, b, c, d] = TITLE_CORNERS.map(([x, y]): [number, number] => [
    Math.round(x * width),
    Math.round(y * height),
  ]);
  return {
    corners: [a!, b!, c!, d!],
    at: frame,
    above: layers[0]!.id,
    blend: "normal",
    opacity: 1,
    lock: camera === undefined ? "frame" : "camera",
  };
}

/**
 * The use that a button makes.
 *
 * @param frame the one that somebody looks at, counted from 1
 * @returns undefined where there is no layer to make it of
 */
export function newUse(
  name: UseName,
  arranged: Arranged,
  frame: number,
  edits: readonly Edit[],
): Edit | undefined {
  const { width } = arranged.document;
  const layer = chosenObject(arranged);
  const free = (base: string): string => freeId(base, arranged, edits);
  if (name === "backdrop")
    return { use: "backdrop", fill: "colour", colour: NEW_BACKDROP };
  if (name === "title") {
    return {
      use: "insert",
      what: "text",
      text: "TITLE",
      font: "sans-serif",
      colour: "#ffffff",
      id: free("title"),
      ...placeOnGround(arranged, frame),
    };
  }
  if (layer === undefined) return undefined;
  switch (name) {
    case "remove":
      return { use: "remove", layer, parts: "all" };
    case "effects-only":
      return { use: "remove", layer, parts: "subject" };
    case "effect":
      return {
        use: "effect",
        layer,
        kind: "effects",
        strength: NEW_STRENGTH,
        softness: 0,
      };
    case "speed":
      return { use: "speed", layer, factor: 0.5, from: 1, blend: false };
    case "shift":
      return { use: "shift", layer, frames: 0, fill: "hold", fade: 12 };
    case "duplicate":
      return {
        use: "duplicate",
        layer,
        id: free(`${layer}-2`),
        frames: 0,
        offset: [Math.round(width * BESIDE), 0] as [number, number],
        at: frame,
        scale: 1,
        flip: false,
        fill: "trim",
        parts: "all",
      };
  }
}
