import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where the loader looks for drivers by itself (Vulkan loader, "Driver discovery on Linux"). */
const usualPlaces = [
  "/usr/local/etc/vulkan/icd.d",
  "/usr/local/share/vulkan/icd.d",
  "/etc/vulkan/icd.d",
  "/usr/share/vulkan/icd.d",
];

/** Where containers are given NVIDIA's driver, out of the loader's sight. */
const mountedDriver = "/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json";

/** Where Chromium's SwiftShader lies: a processor that plays the GPU, and the only one that Dawn takes here and there alike. */
const softwareDrivers = [
  "/usr/lib/chromium",
  "/usr/lib/chromium-browser",
  "/opt/google/chrome",
  "/opt/microsoft/msedge",
].map((folder) => `${folder}/vk_swiftshader_icd.json`);

/** The driver of a software adapter; undefined where no Chromium has brought one. */
export const softwareDriver = (): string | undefined =>
  softwareDrivers.find((file) => existsSync(file));

/**
 * What a process must have in its environment to find a Vulkan driver on a bare Linux machine; nothing where the machine is set
 * up, or the user has said which driver.
 */
export function vulkanEnvironment(): Record<string, string> {
  if (process.platform !== "linux") return {};
  const found: Record<string, string> = {};
  const told = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"].some(
    (name) => process.env[name] !== undefined,
  );
  if (!told && existsSync(mountedDriver) && !usualPlaces.some(holdsNvidia))
    found["VK_DRIVER_FILES"] = mountedDriver;
  // A loader that came with the package, or with a browser, serves only where the system has none.
  const brought = [path.join(import.meta.dirname, "lib"), "/usr/lib/chromium"];
  const loader = brought.find((folder) =>
    existsSync(path.join(folder, "libvulkan.so.1")),
  );
  if (loader !== undefined && !systemHasLoader()) {
    const before = process.env["LD_LIBRARY_PATH"];
    found["LD_LIBRARY_PATH"] = before ? `${before}:${loader}` : loader;
  }
  return found;
}

const holdsNvidia = (folder: string): boolean =>
  existsSync(folder) &&
  readdirSync(folder).some((name) => name.startsWith("nvidia"));

/** The linker's cache lists every library by its name. */
function systemHasLoader(): boolean {
  const cache = "/etc/ld.so.cache";
  return existsSync(cache) && readFileSync(cache).includes("libvulkan.so.1\0");
}
