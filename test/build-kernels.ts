import { buildKernels } from "../scripts/build-kernels.ts";

/** The tests run the kernels as their sources are now, whenever the last build was. */
export const mochaGlobalSetup = buildKernels;
