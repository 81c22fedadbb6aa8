// Control characters move the cursor, ring and colour; the others turn text around or hide it.
const unprintable =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * A line as a terminal may have it: what would not stand there as a character of its own, as in a file's name, is written
 * `\u0007`, which within JSON means the same.
 */
export const printable = (line: string): string =>
  line.replace(
    unprintable,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
