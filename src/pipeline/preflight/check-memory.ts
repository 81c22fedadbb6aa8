import { readFile } from "node:fs/promises";
import { LaminaError } from "../../errors/failure.ts";

/**
 * Address space of each thread, in bytes, nearly all of it reserved and never used: V8 keeps guard regions around a WebAssembly
 * memory. VmPeak was 35.4 GB with two worker threads beside the first, on Node 20 for x64.
 */
const ADDRESSES_PER_THREAD = 12e9;

/**
 * Makes sure that a limit on the process's address space (`ulimit -v`), where there is one and the system tells of it, leaves
 * room for the threads. Without it V8 ends the process where nothing can be caught.
 *
 * @param workers threads beside the first
 * @throws LaminaError `out-of-memory`
 */
export async function checkAddressSpace(workers: number): Promise<void> {
  const limits = await readFile("/proc/self/limits", "utf8").catch(() => "");
  const [, bytes] = /^Max address space\s+(\d+)/m.exec(limits) ?? [];
  if (bytes === undefined) return;
  if (Number(bytes) < (1 + workers) * ADDRESSES_PER_THREAD)
    throw new LaminaError({ code: "out-of-memory" });
}
