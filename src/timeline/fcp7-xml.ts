import { companionFiles } from "../document/companion-files.ts";
import type { LayersDocument } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { pixelAspectValue } from "../units/pixel-aspect.ts";
import { timecodeFrames, zeroTimecode } from "../units/timecode.ts";
import { fileUrl, type LayerMovie, layerMovies } from "./layer-movies.ts";
import { xmlElement } from "./xml-text.ts";

/**
 * Writes a result as Final Cut Pro 7 XML (`xmeml`), which Premiere, Resolve and others import: one sequence, each layer's
 * movie on a video track of its own, background at the bottom, alpha straight.
 *
 * @param name   of the sequence
 * @param folder absolute path of the result
 * @throws LaminaError `movies-missing`; `usage` when the format has no words for the frame rate
 */
export function writeFcp7Xml(
  document: LayersDocument,
  name: string,
  folder: string,
): string {
  const { frameCount } = document;
  const rate = rateElement(document.frameRate);
  // Without it programs fall back to a size of their own.
  const picture = xmlElement("samplecharacteristics", [
    rate,
    xmlElement("width", document.width),
    xmlElement("height", document.height),
    xmlElement("anamorphic", "FALSE"),
    xmlElement("pixelaspectratio", pixelShape(document)),
    xmlElement("fielddominance", "none"),
  ]);
  const start = document.timecode ?? zeroTimecode;
  const timecode = xmlElement("timecode", [
    rate,
    xmlElement("string", start.text),
    xmlElement("frame", timecodeFrames(start, document.frameRate)),
    xmlElement("displayformat", start.isDropFrame ? "DF" : "NDF"),
  ]);
  const clip = ({ name: title, path }: LayerMovie, i: number): string =>
    xmlElement(
      "clipitem",
      [
        xmlElement("masterclipid", `master-${i + 1}`),
        xmlElement("name", title),
        xmlElement("enabled", "TRUE"),
        xmlElement("duration", frameCount),
        rate,
        xmlElement("start", 0),
        xmlElement("end", frameCount),
        xmlElement("in", 0),
        xmlElement("out", frameCount),
        xmlElement("alphatype", "straight"),
        xmlElement(
          "file",
          [
            xmlElement("name", path.slice(path.lastIndexOf("/") + 1)),
            xmlElement("pathurl", fileUrl(path, "localhost")),
            rate,
            xmlElement("duration", frameCount),
            ...(document.timecode === undefined ? [] : [timecode]),
            xmlElement("media", [xmlElement("video", [picture])]),
          ],
          `id="file-${i + 1}"`,
        ),
      ],
      `id="clip-${i + 1}"`,
    );
  const tracks = layerMovies(document, folder).map((movie, i) =>
    xmlElement("track", [clip(movie, i)]),
  );
  const sequence = xmlElement(
    "sequence",
    [
      xmlElement("name", name),
      xmlElement("duration", frameCount),
      rate,
      timecode,
      xmlElement("media", [
        xmlElement("video", [xmlElement("format", [picture]), ...tracks]),
      ]),
    ],
    'id="sequence-1"',
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    "<!DOCTYPE xmeml>",
    `<!-- ${companionFiles.fcpXml.mark} -->`,
    xmlElement("xmeml", [sequence], 'version="4"'),
    "",
  ].join("\n");
}

/** Shapes of pixels that the format has a name for, by height and shape; it writes others as numbers, which Premiere reads. */
function pixelShape({ pixelAspect, height }: LayersDocument): string {
  if (pixelAspect === undefined) return "square";
  const value = pixelAspectValue(pixelAspect);
  const isNear = (other: number): boolean => Math.abs(value / other - 1) < 0.02;
  if (isNear(1)) return "square";
  if ([480, 486].includes(height) && (isNear(10 / 11) || isNear(40 / 33)))
    return "NTSC-601";
  if (height === 576 && (isNear(128 / 117) || isNear(512 / 351)))
    return "PAL-601";
  if (isNear(4 / 3) && [720, 1080].includes(height))
    return height === 720 ? "DVCPROHD-720P" : "HD-(1440x1080)";
  return value.toFixed(4);
}

/** The format counts whole frames per second, and says apart that they last 1001 for 1000. */
function rateElement({ numerator, denominator }: FrameRate): string {
  const ntsc = denominator === 1001 && numerator % 1000 === 0;
  if (!ntsc && denominator !== 1) {
    throw new LaminaError({
      code: "usage",
      problem: `FCP 7 XML has no words for ${numerator}/${denominator} frames per second; OpenTimelineIO has.`,
    });
  }
  return xmlElement("rate", [
    xmlElement("timebase", ntsc ? numerator / 1000 : numerator),
    xmlElement("ntsc", ntsc ? "TRUE" : "FALSE"),
  ]);
}
