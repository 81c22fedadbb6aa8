import type {
  Edit,
  EditOf,
  EditsDocument,
} from "../document/edits-document.ts";
import type {
  DocumentLayer,
  LayerPart,
  LayersDocument,
  PartKind,
} from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import { arrangedLayers } from "./arranged-layers.ts";
import { type Clock, momentOf, ownTime } from "./clock.ts";
import { isConvex } from "./placement.ts";

/** How a part of a layer is shown. */
export interface ShownPart {
  /** The whole layer stands for its parts in results that have none. */
  readonly frames: string;
  readonly kind: PartKind;
  /** Of an effect; 1 as it is. */
  readonly strength: number;
  /** Standard deviation in pixels by which it is blurred. */
  readonly softness: number;
  readonly tint: string | undefined;
  /** Whether an edit is about how strong it is, be it as strong as ever. */
  readonly isChanged?: boolean | undefined;
  /** How opaque its clip is to be, in 0…1, where that is left to the program that shows it. */
  readonly clipOpacity?: number | undefined;
}

/** A layer in the stack, or a duplicate of one. */
export interface StackLayer {
  readonly what: "layer";
  readonly id: string;
  /** The layer of the document. */
  readonly layer: DocumentLayer;
  /** Bottom to top. */
  readonly parts: readonly ShownPart[];
  readonly clock: Clock;
  /** Where a duplicate lies. */
  readonly copy: EditOf<"duplicate"> | undefined;
}

/** Something that was put between layers. */
interface StackInsert {
  readonly what: "insert";
  readonly id: string;
  readonly edit: EditOf<"insert">;
}

/** What is put together, above the background. */
export interface Stack {
  readonly backdrop: EditOf<"backdrop"> | undefined;
  /** Whether the background is hidden, and nothing stands in its place. */
  readonly isGroundHidden: boolean;
  /** Bottom to top. */
  readonly elements: readonly (StackLayer | StackInsert)[];
}

/**
 * Says what the stack of a result's layers looks like after all edits, and makes sure that each of them can be done.
 *
 * @throws LaminaError `edit-impossible` naming the first that cannot
 */
export function planStack(
  document: LayersDocument,
  { edits, stack = [] }: EditsDocument,
): Stack {
  const { frameCount } = document;
  const layers = arrangedLayers(document, stack);
  let backdrop: EditOf<"backdrop"> | undefined;
  let elements: (StackLayer | StackInsert)[] = layers.slice(1).map((layer) => ({
    what: "layer",
    id: layer.id,
    layer,
    parts: partsOf(layer),
    clock: ownTime,
    copy: undefined,
  }));
  const ids = new Set(layers.map(({ id }) => id));

  edits.forEach((edit, i) => {
    const cannot = (problem: string): LaminaError =>
      new LaminaError({
        code: "edit-impossible",
        edit: i + 1,
        use: edit.use,
        problem,
      });
    const inClip = (frame: number, what: string): void => {
      if (frame > frameCount)
        throw cannot(
          `${what} ${frame} is beyond the clip's ${frameCount} frames`,
        );
    };
    const find = (id: string): StackLayer => {
      const found = elements.find((element) => element.id === id);
      if (found?.what === "layer") return found;
      const known = elements.flatMap((e) => (e.what === "layer" ? [e.id] : []));
      throw cannot(
        `there is no layer ${JSON.stringify(id)}; there is ${known.join(", ") || "none"}`,
      );
    };
    const change = (
      id: string,
      changed: (of: StackLayer) => StackLayer,
    ): void => {
      const old = find(id);
      elements = elements.map((each) => (each === old ? changed(old) : each));
    };
    const insertAbove = (
      below: string,
      element: StackLayer | StackInsert,
    ): void => {
      if (ids.has(element.id))
        throw cannot(`the id ${JSON.stringify(element.id)} is taken`);
      ids.add(element.id);
      const at =
        below === layers[0]!.id
          ? 0
          : elements.findIndex(({ id }) => id === below) + 1;
      if (at === 0 && below !== layers[0]!.id)
        throw cannot(
          `there is nothing called ${JSON.stringify(below)} to lie above`,
        );
      elements = elements.toSpliced(at, 0, element);
    };
    const partly = (
      of: StackLayer,
      which: EditOf<"remove">["parts"],
    ): readonly ShownPart[] => {
      const chosen = of.parts.filter(({ kind }) => isMeant(kind, which));
      if (which !== "all" && of.layer.parts === undefined)
        throw cannot(
          `the result was made by a Lamina that did not keep subject and effects apart; decompose the clip again`,
        );
      if (chosen.length === 0)
        throw cannot(
          `${of.id} has no ${which === "effects" ? "effects" : which} to speak of`,
        );
      return chosen;
    };

    if (document.camera === undefined && isPlacedByCamera(edit))
      throw cannot(
        "the result was made by a Lamina that did not write the camera's path; decompose the clip again",
      );
    switch (edit.use) {
      case "remove":
        change(edit.layer, (old) => {
          const gone = partly(old, edit.parts);
          return {
            ...old,
            parts: old.parts.filter((part) => !gone.includes(part)),
          };
        });
        return;
      case "effect":
        change(edit.layer, (old) => {
          const meant = partly(old, edit.kind);
          return {
            ...old,
            parts: old.parts.map((part) =>
              meant.includes(part)
                ? {
                    ...part,
                    strength: part.strength * edit.strength,
                    softness: Math.hypot(part.softness, edit.softness),
                    tint: edit.tint ?? part.tint,
                    isChanged: true,
                  }
                : part,
            ),
          };
        });
        return;
      case "duplicate": {
        const original = find(edit.layer);
        if (original.copy !== undefined)
          throw cannot(
            `${edit.layer} is a duplicate itself; duplicate the layer that it is one of`,
          );
        checkOffset(edit.frames, frameCount, cannot);
        inClip(edit.at, "the frame");
        insertAbove(edit.above ?? edit.layer, {
          ...original,
          id: edit.id,
          parts: partly(original, edit.parts),
          clock: {
            changes: [
              ...original.clock.changes,
              { kind: "later", frames: edit.frames },
            ],
            fill: { kind: edit.fill, fade: 12 },
          },
          copy: edit,
        });
        return;
      }
      case "shift": {
        const own = find(edit.layer);
        let { frames = 0 } = edit;
        if (edit.align !== undefined) {
          const { mark, to } = edit.align;
          inClip(mark, "the mark");
          inClip(to.mark, "the mark");
          frames = Math.round(
            momentOf(find(to.layer).clock, to.mark) - momentOf(own.clock, mark),
          );
        }
        checkOffset(frames, frameCount, cannot);
        change(edit.layer, (old) => ({
          ...old,
          clock: {
            changes: [...old.clock.changes, { kind: "later", frames }],
            fill: { kind: edit.fill, fade: edit.fade },
          },
        }));
        return;
      }
      case "speed":
        inClip(edit.from, "the frame");
        change(edit.layer, (old) => ({
          ...old,
          clock: {
            ...old.clock,
            changes: [...old.clock.changes, { kind: "speed", edit }],
          },
        }));
        return;
      case "backdrop":
        if (backdrop !== undefined) throw cannot("there is a backdrop already");
        if ("at" in edit) inClip(edit.at, "the frame");
        backdrop = edit;
        return;
      case "insert":
        inClip(edit.at, "the frame");
        if (!isConvex(edit.corners))
          throw cannot(
            "its corners cross or lie on a line; give upper left, upper right, lower right, lower left",
          );
        insertAbove(edit.above, { what: "insert", id: edit.id, edit });
        return;
    }
  });

  const hidden = new Set(
    stack.flatMap((each) => (each.hidden ? [each.id] : [])),
  );
  return {
    backdrop,
    isGroundHidden: backdrop === undefined && hidden.has(layers[0]!.id),
    elements: elements.filter(({ id }) => !hidden.has(id)),
  };
}

const partsOf = ({ parts, frames }: DocumentLayer): ShownPart[] => {
  const whole: Pick<LayerPart, "frames" | "kind">[] = [
    { frames, kind: "subject" },
  ];
  return (parts ?? whole).map((part) => ({
    frames: part.frames,
    kind: part.kind,
    strength: 1,
    softness: 0,
    tint: undefined,
  }));
};

const isMeant = (kind: PartKind, which: EditOf<"remove">["parts"]): boolean =>
  which === "all" ||
  which === kind ||
  (which === "effects" && kind !== "subject");

function checkOffset(
  frames: number,
  frameCount: number,
  cannot: (problem: string) => LaminaError,
): void {
  if (Math.abs(frames) < frameCount) return;
  throw cannot(
    `${Math.abs(frames)} frames ${frames > 0 ? "later" : "earlier"} is beyond the clip, which has ${frameCount}`,
  );
}

const isPlacedByCamera = (edit: Edit): boolean => {
  switch (edit.use) {
    case "remove":
    case "effect":
      return false;
    case "duplicate":
    case "shift":
    case "speed":
      return true;
    case "backdrop":
      return "lock" in edit && edit.lock === "camera";
    case "insert":
      return edit.lock === "camera";
  }
};
