import path from "node:path";
import type { DecomposeRequest } from "../../src/pipeline/request.ts";

/**
 * What a farm is asked in tests and benchmarks: one subject, `box`, at draft on the processor.
 *
 * @param clipPath the folder `mask` lies beside it
 */
export const boxRequest = (
  clipPath: string,
  outputPath: string,
): DecomposeRequest => ({
  clipPath,
  subjects: [
    { name: "box", maskPath: path.join(path.dirname(clipPath), "mask") },
  ],
  outputPath,
  quality: "draft",
  backend: "cpu",
  seed: 1,
  prores: false,
  overwrite: false,
  cachePath: "",
});
