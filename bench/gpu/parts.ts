import type { Part } from "./part.ts";

/**
 * What is measured, the most important first. Each is loaded in its own process only: that a native library is missing is
 * one part's failure.
 */
export const parts: readonly Part[] = [
  {
    name: "adapter",
    title: "adapters",
    seconds: 20,
    run: async (...told) => (await import("./adapters.ts")).adapters(...told),
  },
  {
    name: "cpu-step",
    title: "training step on the processor",
    seconds: 60,
    run: async (...told) =>
      (await import("./training-steps.ts")).processorSteps(...told),
  },
  {
    name: "cpu-profile",
    title: "where a training step's time goes on the processor",
    seconds: 60,
    run: async (...told) =>
      (await import("./processor-profile.ts")).processorProfile(...told),
  },
  {
    name: "gpu-step",
    title: "training step on the GPU, natively",
    seconds: 150,
    run: async (...told) =>
      (await import("./training-steps.ts")).gpuSteps(...told),
  },
  {
    name: "dispatch",
    title: "dispatches without work",
    seconds: 40,
    run: async (...told) =>
      (await import("./dispatch-cost.ts")).dispatchCost(...told),
  },
  {
    name: "pixels",
    title: "Gaussian, warp and fusion of five 1080p frames",
    seconds: 90,
    run: async (...told) =>
      (await import("./pixel-chain.ts")).pixelChain(...told),
  },
  {
    name: "parity",
    title: "parity of training",
    seconds: 120,
    run: async (...told) =>
      (await import("./training-steps.ts")).gpuParity(...told),
  },
  {
    name: "profile",
    title: "where a training step's time goes on the GPU",
    seconds: 120,
    run: async (...told) =>
      (await import("./step-profile.ts")).stepProfile(...told),
  },
  {
    name: "variants",
    title: "the same step under other settings",
    seconds: 90,
    run: async (...told) =>
      (await import("./training-steps.ts")).gpuVariants(...told),
  },
  {
    name: "forms",
    title: "operator forms on the GPU, ms per step",
    seconds: 150,
    run: async (...told) =>
      (await import("./training-steps.ts")).operatorForms(...told),
  },
];
