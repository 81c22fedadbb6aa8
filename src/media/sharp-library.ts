import sharp from "sharp";

// Every file is read or written once, so libvips' cache of operations would only hold memory. One thread an image is
// enough: neither PNG nor JPEG coding is parallel, and the callers work on several frames at once.
sharp.cache(false);
sharp.concurrency(1);

// Whatever a file is called, nothing but an image of these kinds is decoded: other loaders run for minutes, or open further files.
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

export { sharp };
