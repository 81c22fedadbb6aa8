/** Endings of the image files that are read as frames and masks, without the dot. */
const imageEndings = [
  "png",
  "jpg",
  "jpeg",
  "tif",
  "tiff",
  "webp",
  "avif",
  "exr",
  "dpx",
  "tga",
] as const;

/** Endings of images that editing programs number as stills, though not all of them are read here. */
const stillEndings = [...imageEndings, "bmp"] as const;

const endsWith = (name: string, endings: readonly string[]): boolean =>
  endings.some((ending) => name.toLowerCase().endsWith(`.${ending}`));

/**
 * What layers can be written as: PNG of 8 or 16 bits a sample, or, beside PNG of as many as the clip needs, OpenEXR files or ProRes
 * movies.
 */
export const layerFormats = [
  "png8",
  "png16",
  "exr",
  "prores4444",
  "prores4444xq",
] as const;

/** One of them. */
export type LayerFormat = (typeof layerFormats)[number];

/** What kind of image a name's ending stands for: endings that mean the same are the same kind. */
export const kindOfName = (name: string): string => {
  const ending = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  return { jpeg: "jpg", tiff: "tif" }[ending] ?? ending;
};

/** True for names of files that are read as frames and masks; hidden files are not. */
export const isImageName = (name: string): boolean =>
  endsWith(name, imageEndings) && !name.startsWith(".");

/** True for names of files that may be one of a numbered sequence in an editing program. */
export const isStillName = (name: string): boolean =>
  endsWith(name, stillEndings);
