import type { PixelAspect } from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import type { Ticks } from "../units/ticks.ts";
import { xmlElement } from "./xml-text.ts";

/** What a preset must know of the sequence that is exported with it. */
export interface PresetSettings extends Size {
  readonly ticksPerFrame: Ticks;
  readonly pixelAspect: PixelAspect;
  readonly fields: "progressive" | "upper-first" | "lower-first";
}

// The kinds of values that an exporter's parameters have, with the class and the number that the format gives them.
const kinds = {
  boolean: { classId: "d0f6b8af-8ddb-4381-acf8-3e817480d07d", type: 1 },
  integer: { classId: "9f049ab7-d48f-43e9-a8ca-4d7f21233625", type: 2 },
  ticks: { classId: "8def7863-204e-4206-8791-54a78f15c66b", type: 4 },
  group: { classId: "9f049ab7-d48f-43e9-a8ca-4d7f21233625", type: 8 },
  tabs: { classId: "9f049ab7-d48f-43e9-a8ca-4d7f21233625", type: 10 },
  ratio: { classId: "8d9836e8-d00a-4a00-bfc0-dfbb73540736", type: 11 },
} as const;

interface Parameter {
  readonly identifier: string;
  readonly kind: keyof typeof kinds;
  readonly value: string | number | boolean;
  readonly children?: readonly Parameter[];
}

const fieldNumbers = { progressive: 0, "upper-first": 1, "lower-first": 2 };

/**
 * Writes an export preset (`.epr`) for a sequence of PNG files with straight alpha, one per frame, in the sequence's own
 * size, frame rate, pixel aspect and fields, so that nothing is scaled or resampled in time. No sound, no captions.
 */
export function writePngPreset(settings: PresetSettings): string {
  const { width, height, ticksPerFrame, pixelAspect, fields } = settings;
  const video: Parameter[] = [
    { identifier: "ADBEVideoQuality", kind: "integer", value: 100 },
    { identifier: "ADBEVideoWidth", kind: "integer", value: width },
    { identifier: "ADBEVideoHeight", kind: "integer", value: height },
    { identifier: "ADBEStillSequence", kind: "boolean", value: true },
    {
      identifier: "ADBEVideoFPS",
      kind: "ticks",
      value: ticksPerFrame.toString(),
    },
    {
      identifier: "ADBEVideoFieldType",
      kind: "integer",
      value: fieldNumbers[fields],
    },
    {
      identifier: "ADBEVideoAspect",
      kind: "ratio",
      value: `${pixelAspect.numerator},${pixelAspect.denominator}`,
    },
    { identifier: "ADBERenderDeepColor", kind: "boolean", value: true },
    { identifier: "ADBEUseAlpha", kind: "boolean", value: true },
  ];
  const objects = new ObjectWriter();
  const root = objects.container([
    {
      identifier: "0",
      kind: "tabs",
      value: 0,
      children: [
        {
          identifier: "ADBEVideoTabGroup",
          kind: "group",
          value: 0,
          children: [
            {
              identifier: "ADBEBasicVideoGroup",
              kind: "group",
              value: 0,
              children: video,
            },
          ],
        },
      ],
    },
  ]);
  const document = xmlElement(
    "PremiereData",
    [
      xmlElement("DoVideo", "true"),
      xmlElement("DoAudio", "false"),
      xmlElement("DoEffects", "false"),
      xmlElement("DoCaptions", "false"),
      xmlElement("DoMetadata", "false"),
      xmlElement("DoEmulation", "false"),
      xmlElement("ExportXMPOptionKey", 0),
      xmlElement(
        "StandardFilters",
        [
          xmlElement("TimeInterpolationType", 0),
          xmlElement("UseProxiesForExport", "false"),
          xmlElement("RenderAlphaOnly", "false"),
          xmlElement("UseFrameBlending", "false"),
          xmlElement("UsePreview", "false"),
          xmlElement("UseMaximumRenderQuality", "true"),
          xmlElement("DeinterlaceState", "false"),
          xmlElement("CropType", 0),
          xmlElement("CropRect", "0,0,0,0"),
          xmlElement("CropState", "false"),
        ],
        'Version="1"',
      ),
      `<ExportParamContainer ObjectRef="${root}"/>`,
      // "PNG " and "????", the exporter's file type and class, as numbers.
      xmlElement("ExporterFileType", fourCharacters("PNG ")),
      xmlElement("ExporterClassID", fourCharacters("????")),
      xmlElement("PresetName", "Lamina PNG frames"),
      ...objects.written,
    ],
    'Version="3"',
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document}\n`;
}

/** The number that four characters stand for in the format. */
const fourCharacters = (text: string): number =>
  Array.from(text).reduce((sum, c) => sum * 256 + c.charCodeAt(0), 0);

/** Writes parameters as the format's graph of numbered objects that refer to each other. */
class ObjectWriter {
  readonly written: string[] = [];
  #last = 0;

  /** Writes a container with its parameters, and theirs; returns its number. */
  container(parameters: readonly Parameter[]): number {
    const id = ++this.#last;
    const references = parameters.map(
      (parameter, ordinal) =>
        `<ParamContainerItem Index="${ordinal}" ObjectRef="${this.#parameter(parameter, ordinal)}"/>`,
    );
    this.written.push(
      xmlElement(
        "ExporterParamContainer",
        [
          xmlElement("ContainedParamsVersion", 1),
          xmlElement("ParamContainerItems", references, 'Version="1"'),
        ],
        `ObjectID="${id}" ClassID="5c20a4a5-5e7c-4032-85b8-26ad4531fe7b" Version="1"`,
      ),
    );
    return id;
  }

  #parameter(parameter: Parameter, ordinal: number): number {
    const id = ++this.#last;
    const { classId, type } = kinds[parameter.kind];
    const children = parameter.children;
    this.written.push(
      xmlElement(
        "ExporterParam",
        [
          ...(children === undefined
            ? []
            : [
                `<ExporterChildParams ObjectRef="${this.container(children)}"/>`,
              ]),
          xmlElement("ParamIdentifier", parameter.identifier),
          xmlElement("ParamOrdinalValue", ordinal),
          xmlElement("ParamIsHidden", "false"),
          xmlElement("ParamIsDisabled", "false"),
          xmlElement("ParamType", type),
          xmlElement("ParamValue", String(parameter.value)),
        ],
        `ObjectID="${id}" ClassID="${classId}" Version="1"`,
      ),
    );
    return id;
  }
}
