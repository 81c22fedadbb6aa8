import { buildKernels } from "../scripts/build-kernels.ts";

// The tests run the kernels as their sources are now, whenever the last build was: before any test file loads them.
await buildKernels();
