import type { FarmPort } from "../service/farm-routes.ts";

/** Farms as the local service reaches them; what that takes is loaded only when one is asked. */
export const farmPort: FarmPort = {
  check: async (address, outputPath) => {
    const { checkFarm } = await import("../farm/job-on-farm.ts");
    return checkFarm(address, outputPath);
  },
  run: async (address, job) => {
    const { runOnFarm } = await import("../farm/job-on-farm.ts");
    return runOnFarm(address, job);
  },
  caches: async (folder, storage) => {
    const { farmCaches } = await import("../farm/storage.ts");
    return farmCaches(folder, storage);
  },
};
