import { documentFileName, type LayersDocument } from "./layers-document.ts";

/** What a result consists of: the document, every layer's frames, parts and movie, the camera's path, the maps of confidence, and the folders that these lie in. */
export interface ResultFiles {
  /** Whether the document speaks of a file; its path is relative to the document, with forward slashes. */
  readonly hasFile: (path: string) => boolean;
  readonly hasFolder: (path: string) => boolean;
}

/**
 * Tells the files of a result from others. None is enumerated, so a document that claims any number of frames costs nothing.
 */
export function resultFiles(document: LayersDocument): ResultFiles {
  const { matte } = document;
  const written = [...document.layers, ...(matte === undefined ? [] : [matte])];
  const movies = written.flatMap(({ movie }) => movie ?? []);
  const camera = document.camera === undefined ? [] : [document.camera];
  const files = new Set([
    documentFileName,
    ...[...camera, ...movies].map(comparable),
  ]);
  const patterns = document.layers.flatMap(({ frames, exr, parts = [] }) =>
    [frames, ...parts.map((part) => part.frames), exr ?? []]
      .flat()
      .map(comparable),
  );
  for (const pattern of [matte?.frames, matte?.exr])
    if (pattern !== undefined) patterns.push(comparable(pattern));
  if (document.confidence !== undefined)
    patterns.push(comparable(document.confidence.frames));
  if (document.apart !== undefined) patterns.push(comparable(document.apart));
  const folders = new Set(
    [...files, ...patterns].flatMap((path) => {
      const parts = path.split("/").slice(0, -1);
      return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
    }),
  );
  const frames = patterns.map(frameOf(document.frameCount));
  return {
    hasFile: (path) => {
      const known = comparable(path);
      return files.has(known) || frames.some((isFrame) => isFrame(known));
    },
    hasFolder: (path) => folders.has(comparable(path)),
  };
}

/** Some file systems hand names back decomposed; `./` means nothing. */
const comparable = (path: string): string =>
  path
    .normalize("NFC")
    .split("/")
    .filter((part) => part !== ".")
    .join("/");

/** For each pattern, whether a path is one of its frames 1 to `frameCount`. */
const frameOf =
  (frameCount: number) =>
  (pattern: string): ((path: string) => boolean) => {
    const [, before = "", digits, after = ""] =
      /^([^%]*)%0(\d)d([^%]*)$/.exec(pattern) ?? [];
    return (path) => {
      if (!path.startsWith(before) || !path.endsWith(after)) return false;
      const number = path.slice(before.length, path.length - after.length);
      const value = Number(number);
      return (
        /^\d+$/.test(number) &&
        value >= 1 &&
        value <= frameCount &&
        number === String(value).padStart(Number(digits), "0")
      );
    };
  };
