import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { ffmpegComplaint, ffmpegRanOutOfDisk, runFfmpeg } from "./ffmpeg.ts";
import { fileName } from "./movie-input.ts";
import { replaceFile } from "./replace-file.ts";

// prores_aw is several times faster than prores_ks at the same quality; a build of ffmpeg may have only one of them.
const encoders = ["prores_aw", "prores_ks"];

// The tags go onto the frames: the encoder writes those into each picture, and the container's follow from them.
const proresFilter = [
  "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp",
  "format=yuva444p10le",
  "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709",
].join(",");

/**
 * Writes a sequence of PNG frames as a ProRes 4444 movie with straight alpha (10-bit 4:4:4, 16-bit alpha where the encoder
 * has it), converted with the BT.709 matrix and tagged so.
 *
 * @param framePattern path of the frames with one printf number, such as `walker/%05d.png`; the first is number 1
 * @param out          path of the movie; appears in one step
 * @throws LaminaError `ffmpeg-missing`, `media-unreadable`, `disk-full`, `output-unwritable`; AbortError
 */
export async function writeProres4444(
  framePattern: string,
  rate: FrameRate,
  out: string,
  signal?: AbortSignal,
): Promise<void> {
  await replaceFile(out, async (temporary) => {
    let messages = "";
    for (const encoder of encoders) {
      const run = await runFfmpeg(
        // prettier-ignore
        ["-v", "error", "-f", "image2", "-framerate", `${rate.numerator}/${rate.denominator}`,
         "-start_number", "1", "-i", fileName(framePattern),
         "-vf", proresFilter,
         "-c:v", encoder, "-profile:v", "4", ...(encoder === "prores_ks" ? ["-alpha_bits", "16"] : []),
         "-f", "mov", "-y", fileName(temporary)],
        "to write ProRes movies",
        signal,
      );
      if (run.exitCode === 0) return;
      if (ffmpegRanOutOfDisk(run.messages)) {
        throw new LaminaError({ code: "disk-full", path: out });
      }
      messages = run.messages;
      if (!messages.includes("Unknown encoder")) break;
    }
    throw new LaminaError({
      code: "output-unwritable",
      path: out,
      detail: ffmpegComplaint(messages),
    });
  });
}
