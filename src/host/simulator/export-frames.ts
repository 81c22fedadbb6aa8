import { ticks } from "../../units/ticks.ts";
import type { Disk } from "./disk.ts";
import type { Quirks } from "./quirks.ts";
import { readPreset } from "./preset.ts";
import { renderTimelineFrame } from "./render.ts";
import { type Sequence, sequenceEnd } from "./timeline.ts";

/**
 * Renders a whole sequence into numbered PNG files.
 *
 * @param presetPath an `.epr` file; what it says is done
 * @returns what Premiere would answer
 */
export function exportFrames(
  sequence: Sequence,
  outPath: string,
  presetPath: string,
  disk: Disk,
  quirks: Quirks,
): string {
  if (quirks.exportsNothing) return "No Error";
  if (disk.kind(presetPath) !== "file") return "Invalid preset";
  const preset = readPreset(asciiText(disk.read(presetPath)));
  if (preset === undefined) return "Invalid preset";
  const aspect = `${sequence.pixelAspect.numerator}:${sequence.pixelAspect.denominator}`;
  if (
    preset.width !== sequence.width ||
    preset.height !== sequence.height ||
    preset.pixelAspect !== aspect ||
    preset.fields !== sequence.fields ||
    !preset.stills
  ) {
    return "Encoding would scale or resample the sequence";
  }
  const count =
    Number(sequenceEnd(sequence) / ticks(preset.ticksPerFrame)) -
    (quirks.exportDropsLastFrame ? 1 : 0);
  const stem = outPath.replace(/\.png$/i, "");
  for (let n = 0; n < count; n++) {
    const time = ticks(BigInt(n) * preset.ticksPerFrame);
    const picture = renderTimelineFrame(
      sequence,
      time,
      disk,
      quirks.convertsStills,
    );
    if (!preset.alpha) {
      for (let i = 3; i < picture.data.length; i += 4) picture.data[i] = 255;
    }
    const number = String(quirks.exportNumbersFrom + n).padStart(3, "0");
    const ending = quirks.exportsDoublePng ? ".png.png" : ".png";
    disk.writePicture(`${stem}${number}${ending}`, picture);
  }
  return "No Error";
}

/** A preset's text; all of it is ASCII. */
const asciiText = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
