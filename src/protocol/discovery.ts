import * as v from "valibot";

const discoverySchema = v.object({
  port: v.number(),
  token: v.string(),
  pid: v.number(),
  version: v.string(),
  startedAt: v.string(),
});

/** How a program on this machine finds the service and gets in. */
export type Discovery = v.InferOutput<typeof discoverySchema>;

/** The file in the data folder that says where the service is, part by part. */
export const discoveryParts = ["broker", "broker.json"] as const;

/** Where a service is or was; undefined when the text does not say so. */
export function parseDiscovery(text: string): Discovery | undefined {
  try {
    const parsed = v.safeParse(discoverySchema, JSON.parse(text));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
