import type { AdapterFacts } from "../window-api.ts";

/** Limits that decide whether a training graph runs. */
const limitNames = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupsPerDimension",
  "maxComputeInvocationsPerWorkgroup",
] as const;

/** The browser offers no adapter as long as its GPU process has not come up. */
const TRIES = 8;
/** Milliseconds; with eight tries, two seconds for a GPU process to come up. */
const BETWEEN_TRIES_MS = 250;

/** What the browser says of its graphics adapter; null where it has none. */
export async function adapterFacts(): Promise<AdapterFacts | null> {
  // Browsers without WebGPU lack the property.
  const gpu = (navigator as Partial<Navigator>).gpu;
  for (let i = 0; gpu !== undefined && i < TRIES; i++) {
    const adapter = await gpu.requestAdapter({
      powerPreference: "high-performance",
    });
    if (adapter !== null) return factsOf(adapter);
    await new Promise((resolve) => setTimeout(resolve, BETWEEN_TRIES_MS));
  }
  return null;
}

function factsOf({ info, limits }: GPUAdapter): AdapterFacts {
  const { vendor, architecture, device, description } = info;
  return {
    vendor,
    architecture,
    device,
    description,
    software:
      info.isFallbackAdapter ||
      /swiftshader|llvmpipe|software|basic render/i.test(
        `${architecture} ${description} ${device}`,
      ),
    limits: Object.fromEntries(limitNames.map((name) => [name, limits[name]])),
  };
}
