import path from "node:path";
import { LaminaError } from "../errors/failure.ts";
import { kindOfName } from "../job-contract/image-format.ts";

/** Images in the order of their numbers. */
export interface ImageSequence {
  readonly files: readonly string[];
  /** One per file, ascending; absent where names hold no one number that counts them. */
  readonly numbers?: readonly number[] | undefined;
}

/** The numbers of a name, and what is left of it. */
interface NameParts {
  readonly name: string;
  /** The name without its ending, `#` in place of each number. */
  readonly shape: string;
  readonly digits: readonly string[];
}

const byNumber = new Intl.Collator("en", { numeric: true });
/** Numbers of more digits are identifiers, and too large to count with. */
const MOST_DIGITS = 15;

const naturally = (a: string, b: string): number =>
  byNumber.compare(a, b) || (a < b ? -1 : 1);

const partsOf = (name: string): NameParts => {
  const { name: stem } = path.parse(name);
  return {
    name,
    shape: stem.replace(/\d+/g, "#"),
    digits: stem.match(/\d+/g) ?? [],
  };
};

/**
 * Puts a folder's images in the order of their numbers, wherever in the names these stand, padded or not; a minus counts where
 * other names lack it. What could be more than one sequence is refused: two kinds of images, two of one number, a name
 * that is unlike the others. Names of which none has a number are ordered by the alphabet.
 *
 * @param names of images, without the folder
 * @throws LaminaError `sequence-unclear`
 */
export function orderSequence(
  folder: string,
  names: readonly string[],
): ImageSequence {
  const at = (name: string): string => path.join(folder, name);
  const sorted = [...names].sort(naturally);
  const unclear = (detail: string): LaminaError =>
    new LaminaError({ code: "sequence-unclear", path: folder, detail });
  const [first] = sorted;
  const other = sorted.find((name) => kindOfName(name) !== kindOfName(first!));
  if (other !== undefined)
    throw unclear(
      `it holds images of two kinds, such as ${first} and ${other}`,
    );
  const parts = sorted.map(partsOf);
  if (parts.every(({ digits }) => digits.length === 0))
    return { files: sorted.map(at) };
  const numbers = numbersOf(parts);
  if (typeof numbers === "string") throw unclear(numbers);
  if (numbers === undefined) return { files: sorted.map(at) };
  const order = [...sorted.keys()].sort(
    (a, b) => numbers[a]! - numbers[b]! || a - b,
  );
  const twice = order.findIndex(
    (at, k) => k > 0 && numbers[at] === numbers[order[k - 1]!],
  );
  if (twice > 0)
    throw unclear(
      `it holds number ${numbers[order[twice]!]} twice, as ${sorted[order[twice - 1]!]} and ${sorted[order[twice]!]}`,
    );
  return {
    files: order.map((each) => at(sorted[each]!)),
    numbers: order.map((each) => numbers[each]!),
  };
}

/** Each name's number; undefined where several count, and a complaint where the names are not alike. */
function numbersOf(parts: readonly NameParts[]): number[] | string | undefined {
  const shapes = [...new Set(parts.map(({ shape }) => shape))];
  const [plain, negative] = [...shapes].sort((a, b) => a.length - b.length);
  const minus = shapes.length === 2 ? minusIn(plain!, negative!) : undefined;
  if (shapes.length > 1 && minus === undefined) return strayIn(parts);
  const groups = parts[0]!.digits.length;
  const varying = Array.from({ length: groups }, (_, k) => k).filter(
    (k) =>
      k === minus ||
      new Set(parts.map(({ digits }) => BigInt(digits[k]!))).size > 1,
  );
  if (varying.length > 1) return undefined;
  const counting = varying[0] ?? groups - 1;
  if (parts.some(({ digits }) => digits[counting]!.length > MOST_DIGITS))
    return undefined;
  return parts.map(({ digits, shape }) => {
    const value = Number(digits[counting]);
    return minus !== undefined && shape === negative ? -value : value;
  });
}

/** Which number of the longer shape has a minus before it, when that is all in which it differs. */
function minusIn(plain: string, negative: string): number | undefined {
  for (let at = 0; at < negative.length - 1; at++) {
    if (negative[at] !== "-" || negative[at + 1] !== "#") continue;
    if (negative.slice(0, at) + negative.slice(at + 1) === plain)
      return negative.slice(0, at).split("#").length - 1;
  }
  return undefined;
}

/** Names an image that is unlike most of the others. */
function strayIn(parts: readonly NameParts[]): string {
  const counts = new Map<string, number>();
  for (const { shape } of parts)
    counts.set(shape, (counts.get(shape) ?? 0) + 1);
  const [usual] = [...counts].sort((a, b) => b[1] - a[1])[0]!;
  const stray = parts.find(({ shape }) => shape !== usual)!;
  const like = parts.find(({ shape }) => shape === usual)!;
  return `${stray.name} does not belong to the sequence of ${like.name}`;
}

/** Steps from which numbers are times or places rather than frames of which some are missing. */
const LARGE_STEP = 10;

/** Numbers from the first to the last, both inclusive, that no image has. */
export type Gap = readonly [first: number, last: number];

/**
 * The numbers that are missing between ascending ones. Numbers that all lie equally far apart, ten or more, leave none out: they
 * count something else.
 */
export function findGaps(numbers: readonly number[]): Gap[] {
  const steps = numbers.slice(1).map((number, k) => number - numbers[k]!);
  const isSpaced =
    steps.length > 1 &&
    steps[0]! >= LARGE_STEP &&
    steps.every((step) => step === steps[0]);
  if (isSpaced) return [];
  return steps.flatMap((step, k): Gap[] =>
    step > 1 ? [[numbers[k]! + 1, numbers[k + 1]! - 1]] : [],
  );
}

/** So many numbers are named one by one. */
const MOST_NUMBERS = 12;
/** So many groups of them, when there are more. */
const MOST_GROUPS = 12;

/** Such as `5, 6, 10, 11`, or `100-199, 301 and 20 more`. */
export function describeGaps(gaps: readonly Gap[]): string {
  if (missingIn(gaps) <= MOST_NUMBERS)
    return gaps
      .flatMap(([first, last]) =>
        Array.from({ length: last - first + 1 }, (_, k) => first + k),
      )
      .join(", ");
  const named = gaps
    .slice(0, MOST_GROUPS)
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  const rest = missingIn(gaps.slice(MOST_GROUPS));
  return named.join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

const missingIn = (gaps: readonly Gap[]): number =>
  gaps.reduce((sum, [first, last]) => sum + last - first + 1, 0);

/** More held frames than that are no clip. */
const MOST_HELD = 100_000;

/**
 * Refuses a sequence with missing numbers, or lets the image before each stand in.
 *
 * @param isAllowed whether images may stand in
 * @returns a file for each frame, and the frames that another one stands in for, 0-based
 * @throws LaminaError `sequence-gaps`
 */
export function fillGaps(
  folder: string,
  { files, numbers }: ImageSequence,
  isAllowed: boolean,
): { readonly files: readonly string[]; readonly held: readonly number[] } {
  const gaps = numbers === undefined ? [] : findGaps(numbers);
  if (gaps.length === 0 || numbers === undefined) return { files, held: [] };
  if (!isAllowed || missingIn(gaps) > MOST_HELD)
    throw new LaminaError({
      code: "sequence-gaps",
      path: folder,
      count: missingIn(gaps),
      missing: describeGaps(gaps),
    });
  const filled: string[] = [];
  const held: number[] = [];
  for (const [k, file] of files.entries()) {
    filled.push(file);
    const after = numbers[k + 1] ?? numbers[k]! + 1;
    for (let number = numbers[k]! + 1; number < after; number++) {
      held.push(filled.length);
      filled.push(file);
    }
  }
  return { files: filled, held };
}
