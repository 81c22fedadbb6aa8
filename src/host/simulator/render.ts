import { pixelAspectValue } from "../../units/pixel-aspect.ts";
import { type Ticks, ticks } from "../../units/ticks.ts";
import type { Disk, PictureFile } from "./disk.ts";
import type { Media } from "./media.ts";
import type { Clip, Sequence } from "./timeline.ts";

/**
 * Renders the frame of a sequence that stands at a time: enabled clips bottom to top with `over`, rounded to 8 bits after
 * each; a clip of another sequence shows that sequence's frame. A picture of another size stands unscaled in the middle; one with another pixel aspect is stretched to the
 * sequence's, by the nearest pixel.
 *
 * @returns straight alpha; where nothing covers, transparent black
 */
export function renderTimelineFrame(
  sequence: Sequence,
  time: Ticks,
  disk: Disk,
): PictureFile {
  const { width, height } = sequence;
  const data = new Uint8Array(width * height * 4);
  for (const track of sequence.video) {
    const clip = track.clips.find((c) => c.start <= time && time < c.end);
    if (clip === undefined || clip.disabled) continue;
    const { media, sequence: nest } = clip.item;
    const into = ticks(clip.inPoint + (time - clip.start));
    if (media !== undefined) {
      drawOver(data, sequence, readMediaFrame(clip, media, into, disk), media);
    } else if (nest !== undefined) {
      const { pixelAspect } = nest;
      drawOver(data, sequence, renderTimelineFrame(nest, into, disk), {
        pixelAspect,
        alpha: "straight",
      });
    }
  }
  return { width, height, data };
}

/** The frame of a clip's source that stands at a time of it. */
function readMediaFrame(
  clip: Clip,
  media: Media,
  into: Ticks,
  disk: Disk,
): PictureFile {
  const index = Number(into / media.ticksPerFrame);
  const file = media.files[index];
  if (file === undefined) {
    throw new RangeError(`${clip.name} has no frame ${index}`);
  }
  return disk.readPicture(file);
}

function drawOver(
  below: Uint8Array,
  sequence: Sequence,
  picture: PictureFile,
  media: Pick<Media, "pixelAspect" | "alpha">,
): void {
  const { width, height } = sequence;
  const stretch =
    pixelAspectValue(media.pixelAspect) /
    pixelAspectValue(sequence.pixelAspect);
  const left = Math.floor((width - picture.width * stretch) / 2);
  const top = Math.floor((height - picture.height) / 2);
  for (let y = Math.max(0, top); y < height; y++) {
    const row = y - top;
    if (row >= picture.height) break;
    for (let x = 0; x < width; x++) {
      const column = Math.floor((x - left) / stretch);
      if (column < 0 || column >= picture.width) continue;
      const from = 4 * (row * picture.width + column);
      layPixel(below, 4 * (y * width + x), picture.data, from, media.alpha);
    }
  }
}

/** `over` with straight alpha; with an opaque pixel below it is `B(1 − α) + Cα`. */
function layPixel(
  below: Uint8Array,
  at: number,
  above: Uint8Array,
  from: number,
  usage: Media["alpha"],
): void {
  const opaque = usage === "none" || usage === "ignored";
  const alpha = opaque ? 1 : above[from + 3]! / 255;
  if (alpha === 0) return;
  const rest = (below[at + 3]! / 255) * (1 - alpha);
  const total = alpha + rest;
  for (let c = 0; c < 3; c++) {
    const stored = above[from + c]!;
    const colour =
      usage === "premultiplied" ? Math.min(255, stored / alpha) : stored;
    below[at + c] = Math.round(
      (below[at + c]! * rest + colour * alpha) / total,
    );
  }
  below[at + 3] = Math.round(total * 255);
}
