import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dawnAdapter, isSoftware } from "./dawn.ts";
import type { PartOptions, Report } from "./part.ts";

/** Limits that decide what can run. */
const limitNames = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupStorageSize",
] as const;

/** NVIDIA's own word, where its tool is. */
const smi = ["/usr/bin/nvidia-smi", "/usr/local/nvidia/bin/nvidia-smi"];

/** Tells what the GPU is. */
export async function adapters(_: PartOptions, report: Report): Promise<void> {
  const tool = smi.find((path) => existsSync(path));
  if (tool !== undefined) {
    const query = "--query-gpu=name,driver_version,memory.total,clocks.max.sm";
    const said = execFileSync(tool, [query, "--format=csv,noheader"], {
      timeout: 10_000,
    });
    report("nvidia-smi", said.toString().trim());
  }
  const adapter = await dawnAdapter();
  const { vendor, architecture, device, description } = adapter.info;
  report(
    "Dawn",
    [description, vendor, architecture, device].filter(Boolean).join(", "),
  );
  report("played by the processor", isSoftware(adapter) ? "yes" : "no");
  for (const name of limitNames) report(name, adapter.limits[name]);
  const wanted = ["shader-f16", "subgroups", "timestamp-query"];
  for (const name of wanted)
    report(name, adapter.features.has(name) ? "yes" : "no");
}
