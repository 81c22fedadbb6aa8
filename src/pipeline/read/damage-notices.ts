import type { DocumentLayer } from "../../document/layers-document.ts";
import type { ClipDescriptor } from "../../media/clip.ts";
import { type Damage, describeFrames } from "../../media/damage.ts";
import type { MaskDescriptor } from "../../media/mask.ts";

/** Says what is damaged in what was taken nevertheless, one sentence each. */
export function damageNotices(
  clip: Pick<ClipDescriptor, "damage">,
  masks: readonly Pick<MaskDescriptor, "name" | "damage">[],
): string[] {
  return [
    ...noticesOf("clip", clip.damage),
    ...masks.flatMap(({ name, damage }) => noticesOf(`mask ${name}`, damage)),
  ];
}

function noticesOf(what: string, damage: Damage | undefined): string[] {
  if (damage === undefined) return [];
  const { held, complaint } = damage;
  return [
    ...(held.length > 0
      ? [
          `The ${what} is damaged or missing in ${describeFrames(held)}; the last good frame stands in.`,
        ]
      : []),
    ...(complaint === undefined
      ? []
      : [
          `The ${what} is damaged in frames that cannot be told: ffmpeg says "${complaint}".`,
        ]),
  ];
}

/** What `layers.json` says of frames that another one stands in for: their numbers, which count from 1. */
export const heldFrames = (
  damage: Damage | undefined,
): Pick<DocumentLayer, "held"> =>
  damage === undefined || damage.held.length === 0
    ? {}
    : { held: damage.held.map((frame) => frame + 1) };
