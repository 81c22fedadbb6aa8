import { layerFolderName } from "../document/layer-folder-name.ts";
import { isAsItIs } from "./effect-change.ts";
import type { ShownPart, Stack } from "./stack.ts";

/** A layer that an edited stack is handed to other programs as. */
export interface MadeLayer {
  /** Also its folder. */
  readonly id: string;
  /** What an editor reads on its track. */
  readonly name: string;
  readonly element: Stack["elements"][number];
  /** The parts of a layer that it shows; all when absent. */
  readonly parts?: readonly ShownPart[];
}

const isLeftToClip = ({ clipOpacity }: ShownPart): boolean =>
  clipOpacity !== undefined;

/**
 * Says as which layers a stack is handed to other programs, bottom to top, above the background. What was removed is none of them.
 * Where effects were changed, they are layers of their own, so that an editor can go on changing them.
 */
export function stackLayers({ elements }: Stack): MadeLayer[] {
  const made: MadeLayer[] = [];
  const add = (
    name: string,
    element: MadeLayer["element"],
    parts?: readonly ShownPart[],
  ): void => {
    const id = layerFolderName(
      name,
      made.map((each) => each.id),
    );
    made.push({ id, name, element, ...(parts && { parts }) });
  };
  for (const element of elements) {
    if (element.what === "insert") {
      const { edit, id } = element;
      add(edit.what === "text" ? edit.text : id, element);
      continue;
    }
    const { parts, clock, copy, layer } = element;
    if (parts.length === 0) continue;
    const own = copy === undefined ? layer.name : copy.id;
    const isMoved = clock.changes.some(
      (change) => change.kind !== "later" || change.frames !== 0,
    );
    const name = isMoved ? `${own} (moved in time)` : own;
    if (parts.every((part) => isAsItIs(part) && !isLeftToClip(part))) {
      add(name, element);
      continue;
    }
    for (const part of parts)
      add(part.kind === "subject" ? name : `${name} ${part.kind}`, element, [
        part,
      ]);
  }
  return made;
}
