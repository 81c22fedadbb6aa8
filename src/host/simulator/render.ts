import { pixelAspectValue } from "../../units/pixel-aspect.ts";
import { type Ticks, ticks } from "../../units/ticks.ts";
import type { Disk, PictureFile } from "./disk.ts";
import type { Media } from "./media.ts";
import type { Clip, Sequence } from "./timeline.ts";

/**
 * Renders the frame of a sequence that stands at a time: enabled clips bottom to top with `over`, rounded to 8 bits after
 * each; a clip of another sequence shows that sequence's frame. A picture of another size stands unscaled in the middle; one with
 * another pixel aspect is stretched to the sequence's, by the nearest pixel. Of effects, opacity and the crop of the left side show.
 *
 * @returns straight alpha; where nothing covers, transparent black
 */
export function renderTimelineFrame(
  sequence: Sequence,
  time: Ticks,
  disk: Disk,
  convertsStills = false,
): PictureFile {
  const { width, height } = sequence;
  const data = new Uint8Array(width * height * 4);
  for (const track of sequence.video) {
    const clip = track.clips.find((c) => c.start <= time && time < c.end);
    if (clip === undefined || clip.disabled) continue;
    const { media, sequence: nest } = clip.item;
    const into = ticks(clip.inPoint + (time - clip.start));
    if (media !== undefined) {
      const frame = readMediaFrame(clip, media, into, disk);
      if (convertsStills && !media.isMovie && media.colorSpace === undefined) {
        lookGrey(frame);
      }
      const shown = withEffects(frame, clip, media.alpha);
      drawOver(data, sequence, shown, {
        pixelAspect: media.pixelAspect,
        alpha: shown === frame ? media.alpha : "straight",
      });
    } else if (nest !== undefined) {
      const { pixelAspect } = nest;
      const frame = renderTimelineFrame(nest, into, disk, convertsStills);
      drawOver(data, sequence, withEffects(frame, clip, "straight"), {
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
  return media.isMovie
    ? disk.readMovie(file).frame(index)
    : disk.readPicture(file);
}

/** What becomes of colours that are taken for those of another space: less contrast. */
function lookGrey({ data }: PictureFile): void {
  for (let i = 0; i < data.length; i++) {
    if (i % 4 !== 3) data[i] = Math.round(16 + data[i]! * 0.86);
  }
}

/** A picture with its clip's opacity and crop in its alpha. */
function withEffects(
  picture: PictureFile,
  { effects }: Clip,
  usage: Media["alpha"],
): PictureFile {
  const value = (matchName: string): number => {
    const effect = effects.find((one) => one.matchName === matchName);
    const first = effect?.values[0]?.value;
    return typeof first === "number" ? first : Number.NaN;
  };
  const opacity = value("AE.ADBE Opacity");
  const left = value("AE.ADBE AECrop");
  if (opacity === 100 && Number.isNaN(left)) return picture;
  const { width, height } = picture;
  const data = new Uint8Array(picture.data);
  const opaque = usage === "none" || usage === "ignored";
  for (let i = 0; i < width * height; i++) {
    const alpha = opaque ? 255 : data[4 * i + 3]!;
    const gone = (i % width) * 100 < left * width;
    data[4 * i + 3] = gone ? 0 : Math.round((alpha * opacity) / 100);
  }
  return { width, height, data };
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
  if (alpha === 1) {
    for (let c = 0; c < 3; c++) below[at + c] = above[from + c]!;
    below[at + 3] = 255;
    return;
  }
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
