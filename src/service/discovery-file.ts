import { chmod, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { writeFailure } from "../media/file-failure.ts";
import {
  type Discovery,
  discoveryParts,
  parseDiscovery,
} from "../protocol/discovery.ts";

/** The service's own folder, which nobody else may look into. */
const serviceFolder = (dataFolder: string): string =>
  path.dirname(discoveryPath(dataFolder));

/** The file that says where the service is: `broker/broker.json` in the data folder. */
export const discoveryPath = (dataFolder: string): string =>
  path.join(dataFolder, ...discoveryParts);

/**
 * Makes the service's folder, for the user alone.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function makeServiceFolder(dataFolder: string): Promise<string> {
  const folder = serviceFolder(dataFolder);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
  } catch (error) {
    throw writeFailure(error, folder);
  }
  return folder;
}

/**
 * Says where the service is, for the user's own programs alone. The file is never half written and never readable by others.
 *
 * @throws LaminaError `disk-full`, `output-unwritable`
 */
export async function writeDiscovery(
  dataFolder: string,
  discovery: Discovery,
): Promise<void> {
  const file = discoveryPath(dataFolder);
  const temporary = `${file}.${process.pid}.part`;
  try {
    await rm(temporary, { force: true });
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(discovery, undefined, 2)}\n`);
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw writeFailure(error, file);
  }
}

/** Where a service is or was; undefined when no file says so, or none that can be read. */
export async function readDiscovery(
  dataFolder: string,
): Promise<Discovery | undefined> {
  let text: string;
  try {
    text = await readFile(discoveryPath(dataFolder), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return parseDiscovery(text);
}

/** Removes the file unless another service has written it meanwhile. */
export async function removeDiscovery(
  dataFolder: string,
  own: Discovery,
): Promise<void> {
  const found = await readDiscovery(dataFolder);
  if (found?.token === own.token) await rm(discoveryPath(dataFolder));
}
