/** Joins a path of the host's machine with the names below it, by the separator that the path itself uses. */
export const joinPath = (base: string, ...names: readonly string[]): string => {
  const separator = base.includes("\\") && !base.includes("/") ? "\\" : "/";
  return [base.replace(/[\\/]+$/, ""), ...names]
    .join(separator)
    .replaceAll("/", separator);
};

/** The folder that a file lies in. */
export const folderOf = (path: string): string =>
  path.replace(/[\\/]+[^\\/]*$/, "");

/** The name of a file or folder, without those above it. */
export const nameOf = (path: string): string =>
  path.slice(path.search(/[^\\/]*$/));

/**
 * The form in which paths that mean one file are equal: hosts turn slashes, Windows does not mind capitals, and macOS spells
 * accents in its own way.
 */
export const comparablePath = (path: string): string => {
  const plain = path.normalize("NFC").replaceAll("\\", "/");
  return /^(?:[a-z]:|\/\/)/i.test(plain) ? plain.toLowerCase() : plain;
};
