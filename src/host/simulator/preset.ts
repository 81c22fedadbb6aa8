/** What the simulator reads of an export preset. */
export interface ReadPreset {
  readonly width: number;
  readonly height: number;
  readonly ticksPerFrame: bigint;
  readonly pixelAspect: string;
  readonly fields: number;
  readonly stills: boolean;
  readonly alpha: boolean;
}

/**
 * Reads the text of an `.epr` as far as a PNG sequence needs it.
 *
 * @returns undefined when it is no preset for PNG files
 */
export function readPreset(text: string): ReadPreset | undefined {
  const value = (identifier: string): string | undefined =>
    new RegExp(
      `<ParamIdentifier>${identifier}</ParamIdentifier>[^]*?<ParamValue>([^<]*)</ParamValue>`,
    ).exec(text)?.[1];
  const width = value("ADBEVideoWidth");
  const height = value("ADBEVideoHeight");
  const rate = value("ADBEVideoFPS");
  const aspect = value("ADBEVideoAspect");
  if (
    !text.includes("<ExporterFileType>1347307296</ExporterFileType>") ||
    width === undefined ||
    height === undefined ||
    rate === undefined ||
    aspect === undefined
  ) {
    return undefined;
  }
  return {
    width: Number(width),
    height: Number(height),
    ticksPerFrame: BigInt(rate),
    pixelAspect: aspect.replace(",", ":"),
    fields: Number(value("ADBEVideoFieldType")),
    stills: value("ADBEStillSequence") === "true",
    alpha: value("ADBEUseAlpha") === "true",
  };
}
