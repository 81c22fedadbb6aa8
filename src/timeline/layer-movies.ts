import type { LayersDocument } from "../document/layers-document.ts";
import { LaminaError } from "../errors/failure.ts";

/** A layer's movie, as an interchange file refers to it. */
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
    return { name, path: `${folder.replace(/[\\/]+$/, "")}/${movie}` };
  });
}

/**
 * A file's URL; drive letters and spaces as programs that read interchange files expect them.
 *
 * @param path absolute
 * @param host what stands between the second and the third slash
 */
export function fileUrl(path: string, host: "" | "localhost"): string {
  const parts = path.replaceAll("\\", "/").replace(/^\/+/, "").split("/");
  return `file://${host}/${parts.map(encodeURIComponent).join("/")}`;
}
