import { evenlySpacedWithEnds } from "../units/evenly-spaced.ts";
import { companionFiles } from "../document/companion-files.ts";
import { sharp } from "../media/sharp-library.ts";
import type { Size } from "../units/size.ts";
import { escapeMarkup } from "./escape-markup.ts";
import {
  compositeLayers,
  readLayers,
  recompose,
  type ResultFolder,
} from "./result-frames.ts";
import {
  amplified,
  differenceGain,
  differenceOf,
  type ReadSourceFrame,
} from "./source-frames.ts";

/** Frames on a sheet; set once, with no other value on record. */
const MOST_ROWS = 5;
/** Widest sheet worth looking at; cells shrink to keep to it. */
const WIDEST_PIXELS = 4200;
/** Pixels of a frame's picture on the sheet; set once, with no other value on record. */
const WIDEST_CELL_PIXELS = 400;
/** Pixels between pictures. */
const GAP_PIXELS = 8;
/** Pixels at the left, for the frames' numbers. */
const GUTTER_PIXELS = 76;
/** Pixels at the top, for the columns' titles. */
const HEAD_PIXELS = 44;
const PAPER = [22, 24, 29] as const;

/** A picture of the sheet: `[H, W, 3]` at the clip's size, and what stands in its corner. */
interface Cell {
  readonly picture: Uint8Array;
  readonly caption?: string;
}

/**
 * Draws a contact sheet: about five frames down; across the source, the background, each layer over a checkerboard with its alpha, and,
 * where the source's own frames are given, the difference to them, 16 times as bright. Without them the first column is the recomposition.
 *
 * @returns a PNG file
 * @throws LaminaError `input-missing`, `media-unreadable`, `frame-sizes-differ`
 */
export async function drawContactSheet(
  result: ResultFolder,
  source: ReadSourceFrame | undefined,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { document } = result;
  const objects = document.layers.slice(1);
  const titles = [
    source === undefined ? "Recomposed" : "Source",
    "Background",
    ...objects.flatMap((layer) => [layer.name, `${layer.name}: alpha`]),
    ...(source === undefined ? [] : [`Difference ×${differenceGain}`]),
  ];
  const frames = chooseFrames(document.frameCount);
  const cell = cellSize(document, titles.length);
  const sheet: Size = {
    width: GUTTER_PIXELS + titles.length * (cell.width + GAP_PIXELS),
    height: HEAD_PIXELS + frames.length * (cell.height + GAP_PIXELS),
  };
  const pixels = new Uint8Array(sheet.width * sheet.height * 3);
  for (let i = 0; i < pixels.length; i++) pixels[i] = PAPER[i % 3]!;
  const labels: string[] = [];
  titles.forEach((title, column) => {
    const x = GUTTER_PIXELS + column * (cell.width + GAP_PIXELS);
    labels.push(
      `<svg x="${x}" y="0" width="${cell.width}" height="${HEAD_PIXELS}"><text x="2" y="28" class="title">${escapeMarkup(title)}</text></svg>`,
    );
  });
  for (const [row, t] of frames.entries()) {
    signal.throwIfAborted();
    const y = HEAD_PIXELS + row * (cell.height + GAP_PIXELS);
    labels.push(
      `<text x="${GUTTER_PIXELS - 12}" y="${y + cell.height / 2}" class="number">${t + 1}</text>`,
    );
    const cells = await cellsOf(result, source, t);
    for (const [column, { picture, caption }] of cells.entries()) {
      const x = GUTTER_PIXELS + column * (cell.width + GAP_PIXELS);
      pastePicture(
        pixels,
        sheet,
        await scaledPicture(picture, document, cell),
        cell,
        x,
        y,
      );
      if (caption === undefined) continue;
      labels.push(
        `<text x="${x + 8}" y="${y + cell.height - 10}" class="caption">${escapeMarkup(caption)}</text>`,
      );
    }
  }
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${sheet.width}" height="${sheet.height}">
<style>text{font-family:"DejaVu Sans",Helvetica,Arial,sans-serif;fill:#e8e8ea}.title{font-size:18px;font-weight:bold}.number{font-size:18px;text-anchor:end;fill:#a9adb8}.caption{font-size:15px;paint-order:stroke;stroke:#000;stroke-width:3px}</style>
${labels.join("\n")}
</svg>`;
  return sharp(pixels, {
    raw: { width: sheet.width, height: sheet.height, channels: 3 },
  })
    .composite([{ input: Buffer.from(svg) }])
    .removeAlpha()
    .withExif({ IFD0: { Software: companionFiles.contactSheet.mark } })
    .png({ compressionLevel: 6 })
    .toBuffer();
}

/** 0-based frames spread evenly from the first to the last. */
export const chooseFrames = (frameCount: number): number[] =>
  evenlySpacedWithEnds(frameCount, Math.min(MOST_ROWS, frameCount));

function cellSize(frame: Size, columns: number): Size {
  const width = Math.max(
    40,
    Math.min(
      WIDEST_CELL_PIXELS,
      Math.floor((WIDEST_PIXELS - GUTTER_PIXELS) / columns) - GAP_PIXELS,
      // Small clips are shown at twice their size at most.
      2 * frame.width,
    ),
  );
  return {
    width,
    height: Math.max(1, Math.round((width * frame.height) / frame.width)),
  };
}

async function cellsOf(
  result: ResultFolder,
  source: ReadSourceFrame | undefined,
  t: number,
): Promise<Cell[]> {
  const layers = await readLayers(result, t);
  const whole = recompose(layers);
  const board = checkerboard(result.document);
  const cells: Cell[] = [
    { picture: source === undefined ? whole : await source(t) },
    { picture: compositeLayers(board, layers.slice(0, 1)) },
  ];
  for (const layer of layers.slice(1)) {
    const alpha = new Uint8Array((layer.length / 4) * 3);
    for (let i = 0; i < alpha.length; i++) {
      alpha[i] = layer[4 * Math.floor(i / 3) + 3]!;
    }
    cells.push(
      { picture: compositeLayers(board, [layer]) },
      { picture: alpha },
    );
  }
  if (source !== undefined) {
    const difference = differenceOf(whole, await source(t));
    cells.push({
      picture: amplified(difference),
      caption: `largest ${difference.largest}`,
    });
  }
  return cells;
}

/** Grey squares, a sixteenth of the height wide, `[H, W, 3]`. */
function checkerboard({ width, height }: Size): Uint8Array {
  const side = Math.max(2, Math.round(height / 16));
  const out = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const odd = (Math.floor(x / side) + Math.floor(y / side)) % 2;
      const i = 3 * (y * width + x);
      out.fill(odd === 0 ? 150 : 190, i, i + 3);
    }
  }
  return out;
}

async function scaledPicture(
  picture: Uint8Array,
  from: Size,
  to: Size,
): Promise<Uint8Array> {
  return sharp(picture, {
    raw: { width: from.width, height: from.height, channels: 3 },
  })
    .resize(to.width, to.height, {
      fit: "fill",
      kernel: to.width > from.width ? "nearest" : "lanczos3",
    })
    .raw()
    .toBuffer();
}

function pastePicture(
  target: Uint8Array,
  targetSize: Size,
  picture: Uint8Array,
  size: Size,
  x: number,
  y: number,
): void {
  for (let row = 0; row < size.height; row++) {
    target.set(
      picture.subarray(3 * row * size.width, 3 * (row + 1) * size.width),
      3 * ((y + row) * targetSize.width + x),
    );
  }
}
