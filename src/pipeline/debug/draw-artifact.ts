import { LaminaError } from "../../errors/failure.ts";
import { writePng } from "../../media/write-png.ts";
import type { Raster } from "../../kernels/raster.ts";
import type { PictureName } from "../execution/artifacts.ts";
import { listPictures, openArtifacts } from "./find-artifacts.ts";

/** Which intermediate picture is to be looked at. */
export interface DebugRequest {
  /** A job's folder, in the cache. */
  readonly job: string;
  /** Kind, or kind and part: `background`, `background.spread`. */
  readonly what: string;
  /** Of a frame or canvas, counted from 1. */
  readonly number: number;
  /** PNG file to write. */
  readonly out: string;
}

/**
 * Writes an intermediate picture as a PNG file: colour as it is, everything else in grey from 0, or below it from
 * its smallest value, to its largest, planes side by side.
 *
 * @returns a line per part that says its size and values
 * @throws LaminaError `usage` when there is no such picture; `disk-full`, `output-unwritable`
 */
export async function drawArtifact({
  job,
  what,
  number,
  out,
}: DebugRequest): Promise<readonly string[]> {
  const artifacts = await openArtifacts(job);
  if (artifacts === undefined)
    throw new LaminaError({
      code: "usage",
      problem: `${job} holds no intermediate results.`,
    });
  const [kind, part] = what.split(".") as [string, string | undefined];
  const known = (await listPictures(artifacts)).find(
    (each) => each.kind === kind,
  );
  if (!known?.indices.includes(number - 1))
    throw new LaminaError({
      code: "usage",
      problem: `The job has left no ${what} with the number ${number}; lamina debug lists what there is.`,
    });
  const picture: Readonly<Record<string, Raster>> = await artifacts.read(
    kind as PictureName,
    number - 1,
  );
  const shown = Object.entries(picture).filter(
    ([name]) => part === undefined || name === part,
  );
  if (shown.length === 0)
    throw new LaminaError({
      code: "usage",
      problem: `A ${kind} has no part ${part!}, but ${Object.keys(picture).join(", ")}.`,
    });
  const tiles = shown.flatMap(([name, raster]) =>
    name.startsWith("colour") ? colourTiles(raster) : greyTiles(raster),
  );
  const height = tiles[0]!.height;
  const width = tiles.reduce((sum, tile) => sum + tile.width, 0);
  const bytes = new Uint8Array(3 * width * height);
  let left = 0;
  for (const tile of tiles) {
    for (let y = 0; y < height; y++) {
      const row = tile.bytes.subarray(
        3 * y * tile.width,
        3 * (y + 1) * tile.width,
      );
      bytes.set(row, 3 * (y * width + left));
    }
    left += tile.width;
  }
  await writePng(out, bytes, width, height, 3);
  return shown.map(([name, raster]) => describePart(name, raster));
}

interface Tile {
  readonly width: number;
  readonly height: number;
  /** `[height, width, 3]` */
  readonly bytes: Uint8Array;
}

/** Every three planes as one picture in colour. */
function colourTiles({ channels, height, width, data }: Raster): Tile[] {
  const area = height * width;
  return Array.from({ length: channels / 3 }, (_, k) => {
    const bytes = new Uint8Array(3 * area);
    for (let i = 0; i < area; i++)
      for (let c = 0; c < 3; c++)
        bytes[3 * i + c] = byte(data[(3 * k + c) * area + i]!);
    return { width, height, bytes };
  });
}

/** Every plane as a picture in grey, all on one scale. */
function greyTiles({ channels, height, width, data }: Raster): Tile[] {
  const area = height * width;
  const { least, most } = bounds(data);
  const from = Math.min(0, least);
  const span = most - from || 1;
  return Array.from({ length: channels }, (_, k) => {
    const bytes = new Uint8Array(3 * area);
    for (let i = 0; i < area; i++)
      bytes.fill(byte((data[k * area + i]! - from) / span), 3 * i, 3 * i + 3);
    return { width, height, bytes };
  });
}

const byte = (value: number): number =>
  Math.min(255, Math.max(0, Math.round(255 * value)));

function bounds(data: Float32Array): { least: number; most: number } {
  let least = Infinity;
  let most = -Infinity;
  for (const value of data) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

function describePart(
  name: string,
  { channels, height, width, data }: Raster,
): string {
  const { least, most } = bounds(data);
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return `${name} [${channels}, ${height}, ${width}]: ${least.toFixed(4)} to ${most.toFixed(4)}, mean ${mean.toFixed(4)}`;
}
