// ONNX Runtime's native library for Linux and macOS looks up a collector of its maker's and keeps a device's id and a queue of
// events in the user's cache folder, unless this stands in the process's environment when its first session is made.
import { isMainThread } from "node:worker_threads";
import { assert } from "../errors/assert.ts";

const name = "ORT_DISABLE_TELEMETRY";

/**
 * Tells ONNX Runtime to send and to keep nothing, whatever the user's environment says. Threads have copies of the
 * environment, which native code does not see: so only the main thread can do this, and does it for all its threads and
 * child processes. A thread can but make sure that it was done before it was started.
 */
export function refuseTelemetry(): void {
  if (isMainThread) process.env[name] = "1";
  else assert(process.env[name] === "1", `the main thread did not set ${name}`);
}
