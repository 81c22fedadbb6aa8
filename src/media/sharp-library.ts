import {
  getEnvironmentData,
  isMainThread,
  setEnvironmentData,
} from "node:worker_threads";
import sharp from "sharp";
import { assert } from "../errors/assert.ts";

/** Under this name threads hear that their process has chosen what is decoded. */
const CHOSEN = "lamina: kinds of images are chosen";

// Every file is read or written once, so libvips' cache of operations would only hold memory. One thread an image is
// enough: neither PNG nor JPEG coding is parallel, and the callers work on several frames at once.
sharp.cache(false);
sharp.concurrency(1);

// Whatever a file is called, nothing but an image of these kinds is decoded: other loaders run for minutes, or open further files.
// libvips keeps the choice for the whole process. While a thread chose again, nothing at all could be decoded in the others, and good
// files were called damaged; so it is made once, before there are threads. Whoever starts some imports this file.
if (getEnvironmentData(CHOSEN) !== true) {
  assert(isMainThread, "threads were started before this module was loaded");
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: [
      "VipsForeignLoadPng",
      "VipsForeignLoadJpeg",
      "VipsForeignLoadTiff",
      "VipsForeignLoadWebp",
      "VipsForeignLoadHeif",
      // For the captions that contact sheets are composed of, which never come from a file.
      "VipsForeignLoadSvgBuffer",
    ],
  });
  setEnvironmentData(CHOSEN, true);
}

export { sharp };
