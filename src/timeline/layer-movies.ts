import type { LayersDocument } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";

/** A layer's movie, or its numbered stills, as an interchange file refers to it. */
export interface LayerMovie {
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
}

/**
 * The movies of all layers, bottom to top. Interchange files refer to movies, since programs disagree about numbered stills.
 *
 * @param folder absolute path of the result
 * @throws LaminaError `movies-missing` when a layer has none
 */
export function layerMovies(
  document: LayersDocument,
  folder: string,
): LayerMovie[] {
  return document.layers.map(({ name, movie }) => {
    if (movie === undefined) {
      throw new LaminaError({ code: "movies-missing", path: folder });
    }
    return { name, path: within(folder, movie) };
  });
}

/**
 * The numbered stills of all layers, bottom to top, with `%05d` for the number and `%%` for a percent sign of the folder's.
 *
 * @param folder absolute path of the result
 */
export const layerStills = (
  document: LayersDocument,
  folder: string,
): LayerMovie[] =>
  document.layers.map(({ name, frames }) => ({
    name,
    path: within(folder.replaceAll("%", "%%"), frames),
  }));

/** Elsewhere a backslash is a character of a name. */
const isWindowsPath = (path: string): boolean =>
  /^(?:[A-Za-z]:[\\/]|\\\\)/.test(path);

const within = (folder: string, file: string): string =>
  `${folder.replace(isWindowsPath(folder) ? /[\\/]+$/ : /\/+$/, "")}/${file}`;

/**
 * A file's URL; drive letters and spaces as programs that read interchange files expect them, the server of a network drive's path
 * (`\\server\share`) in the place of the host (RFC 8089, E.3.1).
 *
 * @param path absolute
 * @param host what stands between the second and the third slash for a file of this machine
 */
export function fileUrl(path: string, host: "" | "localhost"): string {
  const slashed = isWindowsPath(path) ? path.replaceAll("\\", "/") : path;
  const [, server = host, rest] = /^(?:\/\/([^/]+))?\/*(.*)$/s.exec(slashed)!;
  return `file://${server}/${rest!.split("/").map(encodeURIComponent).join("/")}`;
}
