import { describeSource, probeSource } from "../media/probe-source.ts";
import { bitsOf } from "../pipeline/request.ts";
import type { SourceOptions } from "./source-options.ts";

/**
 * Says what a clip is and what becomes of it.
 *
 * @param json as one JSON object
 * @throws LaminaError what `probeSource` throws, and why the clip is refused, after it was described; AbortError
 */
export async function runProbe(
  clip: string,
  { fps, format, ...choices }: SourceOptions,
  json: boolean,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { description, refusal } = await probeSource(clip, {
    ...choices,
    frameRate: fps,
    bits: bitsOf({ format }),
    signal,
  });
  if (json) line(JSON.stringify(description));
  else describeSource(description).forEach(line);
  if (refusal !== undefined) throw refusal;
}
