// Names that some file system or this program keeps for itself, compared in lower case.
const reserved = new Set([
  "background",
  "con",
  "prn",
  "aux",
  "nul",
  ...Array.from({ length: 10 }, (_, n) => [`com${n}`, `lpt${n}`]).flat(),
]);

// 255 bytes are the common limit of a file's name; a character takes at most 4, and a number and an ending must fit too.
const longest = 48;

const comparableName = (name: string): string =>
  name.normalize("NFKC").toLowerCase();

/**
 * Makes a folder name of a layer's name: letters, digits, `_` and `-` of any script stay, everything else becomes `-`. It
 * differs from the names in `taken` even where case and Unicode normalisation do not count, is never `background` nor a name
 * that Windows keeps for devices, and holds no `%`, so it can stand in a frame pattern.
 *
 * @param taken folder names that are in use
 */
export function layerFolderName(
  name: string,
  taken: Iterable<string> = [],
): string {
  const used = new Set(reserved);
  for (const other of taken) used.add(comparableName(other));
  const characters = Array.from(
    name.normalize("NFC").replace(/[^\p{L}\p{M}\p{N}_-]+/gu, "-"),
  );
  const base =
    characters
      .slice(0, longest)
      .join("")
      .replace(/^-+|-+$/g, "") || "layer";
  if (!used.has(comparableName(base))) return base;
  for (let n = 2; ; n++) {
    const numbered = `${base}-${n}`;
    if (!used.has(comparableName(numbered))) return numbered;
  }
}
