import type { EffectModel } from "../effects/effect-model.ts";
import type { Part } from "../image/rect.ts";
import type { Apart, ApartPart } from "./apart.ts";
import { type Codes, codesLike } from "../../kernels/codes.ts";

/** Raised when the bytes mean something else. */
const VERSION = 1;

/** What stands before the code values. */
interface Header {
  readonly version: number;
  readonly bits: 8 | 16;
  readonly part: Part;
  readonly parts: readonly (
    | { readonly model: EffectModel; readonly isLit: boolean }
    | { readonly given: number }
  )[];
}

/**
 * Writes as bytes how the layers of a frame come apart: the length of a header, the header as JSON, and of each part its alphas, a trail's
 * light or the colours that are given, 16-bit ones with the lower byte first.
 *
 * @returns mostly long runs, to be compressed
 */
export function apartBytes({ part, parts }: Apart): Uint8Array {
  const header: Header = {
    version: VERSION,
    bits: parts[0]?.alphas instanceof Uint16Array ? 16 : 8,
    part,
    parts: parts.map(({ expected }) =>
      expected.kind === "given"
        ? { given: expected.colours.length / 3 }
        : { model: expected.model, isLit: expected.lit !== undefined },
    ),
  };
  // Numbers and plain words.
  const text = Uint8Array.from(JSON.stringify(header), (c) => c.charCodeAt(0));
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, text.length, true);
  const bodies = parts.flatMap(({ alphas, expected }) =>
    expected.kind === "given"
      ? [alphas, expected.colours]
      : [alphas, ...(expected.lit === undefined ? [] : [expected.lit])],
  );
  return joined([length, text, ...bodies.map(littleEndian)]);
}

/**
 * Reads what `apartBytes` has written.
 *
 * @returns undefined when it is something else
 */
export function readApart(bytes: Uint8Array): Apart | undefined {
  if (bytes.length < 4) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 4 + view.getUint32(0, true);
  if (at > bytes.length) return undefined;
  const header = readHeader(bytes.subarray(4, at));
  if (header === undefined) return undefined;
  const { left, top, right, bottom } = header.part;
  const area = (right - left) * (bottom - top);
  const like = header.bits === 16 ? new Uint16Array(0) : new Uint8Array(0);
  const take = (count: number): Codes => {
    const codes = codesLike<Codes>(like, count);
    const size = codes.byteLength;
    const raw = bytes.subarray(at, at + size);
    at += size;
    if (raw.length < size) return codes;
    if (codes instanceof Uint8Array) codes.set(raw);
    else
      for (let i = 0; i < count; i++)
        codes[i] = raw[2 * i]! | (raw[2 * i + 1]! << 8);
    return codes;
  };
  // Before anything of that size is made.
  const needed = header.parts.reduce(
    (sum, each) =>
      sum + area + ("given" in each ? 3 * each.given : each.isLit ? area : 0),
    0,
  );
  if (at + (needed * header.bits) / 8 !== bytes.length) return undefined;
  const parts = header.parts.map((each): ApartPart => {
    const alphas = take(area);
    return "given" in each
      ? { alphas, expected: { kind: "given", colours: take(3 * each.given) } }
      : {
          alphas,
          expected: {
            kind: "effect",
            model: each.model,
            lit: each.isLit ? take(area) : undefined,
          },
        };
  });
  return { part: header.part, parts };
}

function readHeader(text: Uint8Array): Header | undefined {
  let value: unknown;
  try {
    value = JSON.parse(
      Array.from(text, (c) => String.fromCharCode(c)).join(""),
    );
  } catch {
    return undefined;
  }
  return isHeader(value) ? value : undefined;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
const isCount = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0;

function isHeader(value: unknown): value is Header {
  if (!isRecord(value)) return false;
  const { version, bits, part, parts } = value;
  if (version !== VERSION || (bits !== 8 && bits !== 16)) return false;
  if (!isRecord(part) || !Array.isArray(parts)) return false;
  const { left, top, right, bottom } = part;
  if (![left, top, right, bottom].every(isCount)) return false;
  if ((left as number) > (right as number)) return false;
  if ((top as number) > (bottom as number)) return false;
  return parts.every(
    (each: unknown) =>
      isRecord(each) &&
      (isCount(each["given"]) ||
        (typeof each["isLit"] === "boolean" && isModel(each["model"]))),
  );
}

function isModel(value: unknown): value is EffectModel {
  const isColour = (colour: unknown): boolean =>
    Array.isArray(colour) &&
    colour.length === 3 &&
    colour.every((channel) => typeof channel === "number");
  if (!isRecord(value)) return false;
  switch (value["kind"]) {
    case "shadow":
      return isColour(value["loss"]);
    case "colour":
      return isColour(value["colour"]);
    case "trail":
      return (
        isColour(value["dark"]) &&
        (value["light"] === null || isColour(value["light"]))
      );
    default:
      return false;
  }
}

function littleEndian(codes: Codes): Uint8Array {
  if (codes instanceof Uint8Array) return codes;
  const out = new Uint8Array(2 * codes.length);
  codes.forEach((code, i) => {
    out[2 * i] = code & 255;
    out[2 * i + 1] = code >> 8;
  });
  return out;
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
