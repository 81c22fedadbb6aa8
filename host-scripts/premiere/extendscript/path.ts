/**
 * The form in which `File` and `Folder` take every path on every system: a URI with slashes. `encodeURI("C:\\a")` is `C:%5Ca`,
 * which is neither a path nor a URI; and a plain `%20` in a name would become a space.
 *
 * @param path absolute: POSIX, with a drive letter, or UNC
 */
export function fileUri(path: string): string {
  // A backslash is a letter like any other in a POSIX name.
  const isWindows = /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);
  const plain = isWindows ? path.replace(/\\/g, "/") : path;
  return encodeURI(plain).replace(/#/g, "%23").replace(/\?/g, "%3F");
}

/** The name that a `File` gives of itself, which is a URI. */
export function plainName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch (_error) {
    return name; // A lone `%`: it was no URI.
  }
}
