import type { Storage } from "./storage.ts";

/** Where a picture of a preview lies while its clip is done; both are counted, previews from 1 and pictures from 0 at the bottom. */
export const previewFile = (
  storage: Storage,
  clip: string,
  number: number,
  picture: number,
): string => storage.own("farm", clip, `preview-${number}-${picture}.png`);
