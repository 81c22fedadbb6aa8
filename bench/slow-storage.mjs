// Preloaded into a worker: every call to a file of LAMINA_BENCH_STORAGE waits for LAMINA_BENCH_WAIT_MS milliseconds, and for its bytes at
// LAMINA_BENCH_MEGABYTES megabytes a second, as over a slow network. Waiting takes no processor time.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { setTimeout as wait } from "node:timers/promises";

const { LAMINA_BENCH_STORAGE: storage } = process.env;
const waitMs = Number(process.env.LAMINA_BENCH_WAIT_MS);
const bytesPerMs = 1000 * Number(process.env.LAMINA_BENCH_MEGABYTES);

const lengthOf = (value) => value?.byteLength ?? value?.length ?? 0;

for (const name of [
  ...["access", "copyFile", "link", "lstat", "mkdir", "open", "readFile"],
  ...["readdir", "realpath", "rename", "rm", "rmdir", "stat", "unlink"],
  ...["utimes", "writeFile"],
]) {
  const call = fs.promises[name];
  fs.promises[name] = async (...args) => {
    const found = await call(...args);
    if (String(args[0]).startsWith(storage)) {
      const bytes = name === "writeFile" ? lengthOf(args[1]) : 0;
      const read = name === "readFile" ? lengthOf(found) : 0;
      await wait(waitMs + (bytes + read) / bytesPerMs);
    }
    return found;
  };
}
syncBuiltinESMExports();
