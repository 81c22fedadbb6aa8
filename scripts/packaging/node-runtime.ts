import path from "node:path";
import { fetchPackage } from "./fetch-package.ts";
import type { NodeRuntime } from "./package-files.ts";
import { type Platform, platforms } from "./platform.ts";

/**
 * Fetches Node for a platform from the registry; once.
 *
 * @param downloads keeps what was fetched
 * @throws PackagingError
 */
export async function fetchRuntime(
  { runtime }: Platform,
  downloads: string,
): Promise<NodeRuntime> {
  const folder = await fetchPackage(runtime, downloads);
  // The package for Windows holds no licence; it is the same everywhere.
  const licensed =
    runtime.name === platforms["win32-x64"].runtime.name
      ? await fetchPackage(platforms["linux-x64"].runtime, downloads)
      : folder;
  return {
    program: path.join(folder, runtime.program),
    licence: path.join(licensed, "LICENSE"),
  };
}
