import { companionFiles } from "../document/companion-files.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { pixelAspectValue, squarePixels } from "../units/pixel-aspect.ts";
import { layerMovies, layerStills } from "./layer-movies.ts";
import { xmlElement, xmlText } from "./xml-text.ts";

/**
 * Writes a result as MLT XML, which melt, Shotcut and Kdenlive read: each layer on a track of its own under its name, background at the
 * bottom, over black as Shotcut wants it. Layers are laid with `affine`, which mixes straight RGB within a code value; MLT's other
 * compositors go through YUV or round what they premultiply.
 *
 * @param name   of the timeline
 * @param folder absolute path of the result
 * @param files  the layers' numbered frames, or their movies
 * @throws LaminaError `movies-missing`
 */
export function writeMlt(
  document: LayersDocument,
  name: string,
  folder: string,
  files: "stills" | "movies",
): string {
  const { width, height, frameCount, frameRate, timecode } = document;
  const { pixelAspect = squarePixels, colour } = document;
  const range = `in="0" out="${frameCount - 1}"`;
  const display = reduced(
    width * pixelAspect.numerator,
    height * pixelAspect.denominator,
  );
  const profile = [
    `description="${xmlText(name)}"`,
    `width="${width}" height="${height}" progressive="1"`,
    `sample_aspect_num="${pixelAspect.numerator}" sample_aspect_den="${pixelAspect.denominator}"`,
    `display_aspect_num="${display[0]}" display_aspect_den="${display[1]}"`,
    `frame_rate_num="${frameRate.numerator}" frame_rate_den="${frameRate.denominator}"`,
    `colorspace="${colorspaces[colour?.matrix ?? ""] ?? 709}"`,
  ].join(" ");
  const media =
    files === "movies"
      ? layerMovies(document, folder).map(({ name: title, path }) => ({
          title,
          resource: [property("mlt_service", "avformat"), property("resource", path)], // prettier-ignore
        }))
      : layerStills(document, folder).map(({ name: title, path }) => ({
          title,
          resource: [
            property("mlt_service", "qimage"),
            property("resource", path),
            property("begin", 1),
            property("ttl", 1),
          ],
        }));
  const producers = media.map(({ title, resource }, i) =>
    xmlElement(
      "producer",
      [
        ...resource,
        property("length", frameCount),
        property("aspect_ratio", pixelAspectValue(pixelAspect)),
        property("shotcut:caption", title),
        property("kdenlive:clipname", title),
        ...(timecode === undefined
          ? []
          : [property("meta.attr.timecode.markup", timecode.text)]),
      ],
      `id="layer${i}" ${range}`,
    ),
  );
  const playlists = media.map(({ title }, i) =>
    xmlElement(
      "playlist",
      [
        property("shotcut:video", 1),
        property("shotcut:name", title),
        property("kdenlive:track_name", title),
        `<entry producer="layer${i}" ${range}/>`,
      ],
      `id="track${i}"`,
    ),
  );
  const black = [
    xmlElement(
      "producer",
      [
        property("mlt_service", "color"),
        property("resource", "0"),
        property("length", frameCount),
      ],
      `id="black" ${range}`,
    ),
    xmlElement(
      "playlist",
      [`<entry producer="black" ${range}/>`],
      'id="background"',
    ),
  ];
  const laid = media.map((_, i) =>
    xmlElement(
      "transition",
      [
        property("mlt_service", "affine"),
        property("a_track", 0),
        property("b_track", i + 1),
        property("rect", `0=0 0 ${width} ${height} 1`),
        property("distort", 1),
        property("interp", "nearest"),
        property("always_active", 1),
      ],
      range,
    ),
  );
  const tractor = xmlElement(
    "tractor",
    [
      property("shotcut", 1),
      '<track producer="background"/>',
      ...media.map((__, i) => `<track producer="track${i}"/>`),
      ...laid,
    ],
    `id="timeline" title="${xmlText(name)}" ${range}`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<!-- ${companionFiles.mlt.mark} -->`,
    xmlElement(
      "mlt",
      [`<profile ${profile}/>`, ...black, ...producers, ...playlists, tractor],
      'LC_NUMERIC="C" version="7.0.0" producer="timeline"',
    ),
    "",
  ].join("\n");
}

/** MLT's numbers of the matrices, by the name of the tag. */
const colorspaces: Readonly<Record<string, number>> = {
  bt709: 709,
  smpte170m: 601,
  bt470bg: 601,
  bt2020nc: 2020,
};

const property = (name: string, value: string | number): string =>
  xmlElement("property", value, `name="${name}"`);

/** Two numbers by their greatest common divisor. */
function reduced(a: number, b: number): [number, number] {
  const divisor = (x: number, y: number): number =>
    y === 0 ? x : divisor(y, x % y);
  const by = divisor(a, b);
  return [a / by, b / by];
}
