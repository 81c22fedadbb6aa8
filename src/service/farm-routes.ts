import type { LocalHttpApp } from "../local-http/local-http-server.ts";
import type { FarmAddress } from "../protocol/farm-address.ts";
import {
  apiRoot,
  type FarmCheck,
  requestSchemas,
} from "../protocol/service-api.ts";
import type { RunFarmJob } from "./job-queue.ts";
import type { FarmFile } from "./named-farm.ts";
import { answerWith, readJson } from "./wire-route.ts";

/** A farm as the service needs it. */
export interface FarmPort {
  /** Looks whether it can be reached, sees the storage that we mean, and could take layers at a place. */
  readonly check: (
    address: FarmAddress,
    outputPath?: string,
  ) => Promise<FarmCheck>;
  /** Has it do a job, and follows that. */
  readonly run: (
    address: FarmAddress,
    job: Parameters<RunFarmJob>[0],
  ) => ReturnType<RunFarmJob>;
  /** Where farms may have kept what they found on the way to a result: around its folder, or in the storage that is named. */
  readonly caches: (
    folder: string,
    storage: string | undefined,
  ) => Promise<readonly string[]>;
}

/** Adds the routes that name a farm, tell of it, and look whether it is there. */
export function addFarmRoutes(
  app: LocalHttpApp,
  file: FarmFile,
  farm: FarmPort,
): void {
  const root = `${apiRoot}/farm`;
  app.get(root, async (context) =>
    answerWith(context, (await file.shown()) ?? null),
  );
  app.put(root, async (context) => {
    await file.name(await readJson(context, requestSchemas.farm));
    return answerWith(context, (await file.shown()) ?? null);
  });
  app.post(`${root}/check`, async (context) => {
    const { outputPath } = await readJson(context, requestSchemas.farmCheck);
    const address = await file.address();
    return answerWith(context, await farm.check(address, outputPath));
  });
}
