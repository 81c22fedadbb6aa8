import sharp from "sharp";

// Every file is read or written once, so libvips' cache of operations would only hold memory. One thread an image is
// enough: neither PNG nor JPEG coding is parallel, and the callers work on several frames at once.
sharp.cache(false);
sharp.concurrency(1);

export { sharp };
