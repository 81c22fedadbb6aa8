/** What one paints with. */
export type PaintTool = "brush" | "eraser" | "polygon" | "snap" | "click";

/** The tools in the order in which they are offered, each with its key. */
export const paintTools: readonly {
  readonly id: PaintTool;
  readonly label: string;
  readonly key: string;
}[] = [
  { id: "brush", label: "Brush", key: "b" },
  { id: "eraser", label: "Eraser", key: "e" },
  { id: "polygon", label: "Polygon", key: "p" },
  { id: "snap", label: "Outline that snaps to edges", key: "s" },
  { id: "click", label: "Click for a model of yours", key: "c" },
];

/** Radii of the brush in pixels of the session, smallest to largest. */
export const radii = { least: 1, most: 60 };

/** The next smaller or larger radius: by a fifth, at least by one. */
export function otherRadius(radius: number, direction: -1 | 1): number {
  const step = Math.max(1, Math.round(radius / 5));
  return Math.max(radii.least, Math.min(radii.most, radius + direction * step));
}

/** What a key asks for in the paint view. */
export type PaintCommand =
  | { readonly kind: "tool"; readonly tool: PaintTool }
  | { readonly kind: "radius"; readonly direction: -1 | 1 }
  | { readonly kind: "step"; readonly way: "back" | "forth" };

/** As much of a keyboard event as decides. */
export interface KeyLike {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/**
 * What a key asks for.
 *
 * @returns undefined when nothing
 */
export function commandOf(event: KeyLike): PaintCommand | undefined {
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.metaKey) {
    if (key === "z")
      return { kind: "step", way: event.shiftKey ? "forth" : "back" };
    return key === "y" ? { kind: "step", way: "forth" } : undefined;
  }
  if (event.shiftKey || event.altKey) return undefined;
  const tool = paintTools.find((each) => each.key === key);
  if (tool !== undefined) return { kind: "tool", tool: tool.id };
  switch (key) {
    case "[":
      return { kind: "radius", direction: -1 };
    case "]":
      return { kind: "radius", direction: 1 };
    default:
      return undefined;
  }
}
