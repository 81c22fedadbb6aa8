/** Longer excerpts are cut. */
const LONGEST_CHARACTERS = 300;

/** What somebody else wrote, as a part of one sentence: control characters and line ends become spaces, what is too long is cut. */
export function excerpt(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return line.length > LONGEST_CHARACTERS
    ? `${line.slice(0, LONGEST_CHARACTERS)}…`
    : line;
}
