import { mkdir } from "node:fs/promises";
import { connect } from "../src/farm/connection.ts";
import { Runs } from "../src/farm/runs.ts";
import { Storage } from "../src/farm/storage.ts";
import { TaskWorker } from "../src/farm/task-worker.ts";
import { ValueFiles } from "../src/farm/value-files.ts";

/**
 * A worker of a farm whose tasks take no time, for `bench/farm.ts`: everything a worker does but the work.
 * Arguments: Redis, storage, messages at a time.
 */
const [url, folder, at] = process.argv.slice(2);
const concurrency = Number(at);
await mkdir(folder!, { recursive: true });
const storage = await Storage.open(folder!);
const redis = await connect({ redis: url! });
const worker = new TaskWorker({
  redis,
  storage,
  values: new ValueFiles(storage),
  runs: new Runs(redis),
  slots: {
    take: () => ({
      isFree: true,
      run: (_opened, task) => Promise.resolve(task.kind.length),
    }),
    close: () => Promise.resolve(),
  },
  concurrency,
  name: `echo-${process.pid}`,
  patienceMs: 30_000,
  onOtherVersion: () => undefined,
  onTrouble: console.error,
});
await worker.ready();
console.log("ready");
process.once("SIGTERM", () => {
  void worker.close().then(() => {
    redis.disconnect();
  });
});
