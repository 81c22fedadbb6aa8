import { companionFiles } from "../document/companion-files.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { timecodeFrames, zeroTimecode } from "../units/timecode.ts";
import { fileUrl, layerMovies } from "./layer-movies.ts";

/**
 * Writes a result as OpenTimelineIO: one timeline, each layer's movie on a video track of its own, background at the bottom.
 *
 * @param name   of the timeline
 * @param folder absolute path of the result
 * @throws LaminaError `movies-missing`
 */
export function writeOtio(
  document: LayersDocument,
  name: string,
  folder: string,
): string {
  const { numerator, denominator } = document.frameRate;
  const time = (value: number): object => ({
    OTIO_SCHEMA: "RationalTime.1",
    rate: numerator / denominator,
    value,
  });
  // A movie's own timecode is where its time begins.
  const start = timecodeFrames(
    document.timecode ?? zeroTimecode,
    document.frameRate,
  );
  const range = {
    OTIO_SCHEMA: "TimeRange.1",
    start_time: time(start),
    duration: time(document.frameCount),
  };
  const tracks = layerMovies(document, folder).map((movie, i) => ({
    OTIO_SCHEMA: "Track.1",
    name: movie.name,
    kind: "Video",
    children: [
      {
        OTIO_SCHEMA: "Clip.2",
        name: movie.name,
        source_range: range,
        active_media_reference_key: "DEFAULT_MEDIA",
        media_references: {
          DEFAULT_MEDIA: {
            OTIO_SCHEMA: "ExternalReference.1",
            target_url: fileUrl(movie.path, ""),
            available_range: range,
          },
        },
        // Programs link clips that share a number, or have none; layers are to be moved one by one.
        metadata: { Resolve_OTIO: { "Link Group ID": i + 1 } },
      },
    ],
  }));
  const timeline = {
    OTIO_SCHEMA: "Timeline.1",
    name,
    metadata: {
      lamina: {
        writer: companionFiles.otio.mark,
        ...(document.pixelAspect && { pixelAspect: document.pixelAspect }),
        // The format counts frames and does not say how they are written.
        ...(document.timecode && { timecode: document.timecode }),
      },
    },
    global_start_time: time(start),
    tracks: { OTIO_SCHEMA: "Stack.1", name: "tracks", children: tracks },
  };
  return `${JSON.stringify(timeline, undefined, 2)}\n`;
}
