import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { LaminaError } from "../src/errors/failure.ts";
import { readRgb } from "../src/media/image-file.ts";
import { listImages } from "../src/media/image-folder.ts";
import type { Size } from "../src/units/size.ts";

/** The same shot with and without its subjects, in memory. */
export interface TruePair extends Size {
  readonly name: string;
  readonly rgbFolder: string;
  readonly maskFolders: Readonly<Record<string, string>>;
  /** Per frame `[H, W, 3]`: with the subjects, and without. */
  readonly seen: readonly Uint8Array[];
  readonly truth: readonly Uint8Array[];
  /** Per frame `[H, W]`: union of the masks, 0 or 1. */
  readonly masks: readonly Uint8Array[];
  /** `[H, W]`: 1 where it is scored. */
  readonly scored: Uint8Array;
}

/**
 * Opens a pair: a folder with `rgb`, `gt` (the shot without its subjects), one folder of masks per subject in `mask`, and an
 * `ignore.png` that is white where nothing is scored, if there is one.
 *
 * @throws LaminaError `input-missing`, `input-empty`, `mask-count`, `media-unreadable`
 */
export async function openPair(folder: string): Promise<TruePair> {
  const rgbFolder = path.join(folder, "rgb");
  const seen = await readAll(rgbFolder);
  const truth = await readAll(path.join(folder, "gt"));
  const { width, height } = seen[0]!;
  const names = (await readdir(path.join(folder, "mask"))).sort();
  const maskFolders = Object.fromEntries(
    names.map((name) => [name, path.join(folder, "mask", name)]),
  );
  const masks = seen.map(() => new Uint8Array(width * height));
  for (const [name, masksOf] of [
    ["gt", truth] as const,
    ...(await Promise.all(
      names.map(async (n) => [n, await readAll(maskFolders[n]!)] as const),
    )),
  ]) {
    if (masksOf.length !== seen.length)
      throw new LaminaError({
        code: "mask-count",
        mask: name,
        found: masksOf.length,
        expected: seen.length,
      });
    if (name === "gt") continue;
    masksOf.forEach(({ data }, t) => {
      const union = masks[t]!;
      for (let i = 0; i < union.length; i++)
        if (data[3 * i]! > 127) union[i] = 1;
    });
  }
  const scored = new Uint8Array(width * height).fill(1);
  const ignored = path.join(folder, "ignore.png");
  if (existsSync(ignored)) {
    const { data } = await readRgb(ignored);
    for (let i = 0; i < scored.length; i++)
      if (data[3 * i]! > 127) scored[i] = 0;
  }
  return {
    width,
    height,
    name: path.basename(path.resolve(folder)),
    rgbFolder,
    maskFolders,
    seen: seen.map(({ data }) => Uint8Array.from(data)),
    truth: truth.map(({ data }) => Uint8Array.from(data)),
    masks,
    scored,
  };
}

async function readAll(folder: string) {
  const pictures = [];
  for (const file of await listImages(folder))
    pictures.push(await readRgb(file));
  return pictures;
}
