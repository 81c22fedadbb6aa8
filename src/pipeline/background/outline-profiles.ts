import {
  outlineProfile,
  type OutlineProfile,
} from "../../vision/masks/outline-offset.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import type { TaskContext } from "../execution/task-context.ts";

/** What a frame says of where its subjects end, one profile per subject. */
export async function outlineProfiles(
  context: TaskContext,
  frame: number,
): Promise<OutlineProfile[]> {
  const picture = await context.frame(frame);
  const masks = await context.masks(frame);
  const { colour, spread } = await context.artifacts.read("background", frame);
  const seen = {
    frame: picture,
    background: colour,
    spread,
    masks,
    unit: pixelUnit(picture.height, picture.width),
  };
  return Array.from({ length: masks.channels }, (_, k) =>
    outlineProfile(seen, k),
  );
}
