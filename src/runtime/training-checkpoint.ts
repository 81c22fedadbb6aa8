import type { TrainingState } from "./training-session.ts";

/** An ensemble's training at rest. */
export interface TrainingCheckpoint {
  /** What the run was started with; a checkpoint of another run is of no use. */
  readonly key: string;
  /** Parameter vectors of the members that are done. */
  readonly finished: readonly Float32Array[];
  /** Loss of each finished member's last step. */
  readonly losses: readonly number[];
  /** The member under way. */
  readonly current?: TrainingState;
}

interface Header {
  readonly format: 1;
  readonly key: string;
  readonly losses: readonly number[];
  readonly length: number;
  readonly step: number;
  /** Names of the current member's vectors, in the order of the bytes. */
  readonly vectors: readonly string[];
}

/** Writes a checkpoint: the header's length (uint32), the header as JSON padded to four bytes, then the vectors as float32, little endian. */
export function encodeCheckpoint({
  key,
  finished,
  losses,
  current,
}: TrainingCheckpoint): Uint8Array {
  const vectors = [...finished, ...Object.values(current?.vectors ?? {})];
  const header: Header = {
    format: 1,
    key,
    losses,
    length: vectors[0]?.length ?? 0,
    step: current?.step ?? 0,
    vectors: Object.keys(current?.vectors ?? {}),
  };
  let text = JSON.stringify(header);
  let encoded = new TextEncoder().encode(text);
  text += " ".repeat((4 - (encoded.length % 4)) % 4);
  encoded = new TextEncoder().encode(text);
  const floats = header.length * vectors.length;
  const bytes = new Uint8Array(4 + encoded.length + 4 * floats);
  new DataView(bytes.buffer).setUint32(0, encoded.length, true);
  bytes.set(encoded, 4);
  const body = new Float32Array(bytes.buffer, 4 + encoded.length);
  for (const [i, vector] of vectors.entries())
    body.set(vector, i * header.length);
  return bytes;
}

const isHeader = (value: unknown): value is Header =>
  typeof value === "object" &&
  value !== null &&
  "format" in value &&
  value.format === 1;

/**
 * Reads a checkpoint back.
 *
 * @returns undefined when the bytes are cut short, of another format, or of a run with another key
 */
export function decodeCheckpoint(
  bytes: Uint8Array,
  key: string,
): TrainingCheckpoint | undefined {
  // Aligned, and safe from later writes to the caller's buffer.
  const own = bytes.slice();
  if (own.length < 4) return undefined;
  const headerLength = new DataView(own.buffer).getUint32(0, true);
  if (own.length < 4 + headerLength) return undefined;
  const header = parseHeader(own.subarray(4, 4 + headerLength));
  if (header?.key !== key) return undefined;
  const count = header.losses.length + header.vectors.length;
  const start = 4 + headerLength;
  if (own.length !== start + 4 * header.length * count) return undefined;
  const vector = (i: number): Float32Array =>
    new Float32Array(
      own.buffer,
      start + 4 * header.length * i,
      header.length,
    ).slice();
  const finished = header.losses.map((_, i) => vector(i));
  if (header.vectors.length === 0)
    return { key, finished, losses: header.losses };
  const vectors = Object.fromEntries(
    header.vectors.map((name, i) => [name, vector(finished.length + i)]),
  );
  const current = { step: header.step, vectors };
  return { key, finished, losses: header.losses, current };
}

function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isHeader(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
