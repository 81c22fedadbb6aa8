import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** What was killed may need a moment to let go of its files. */
const patient = {
  recursive: true,
  force: true,
  maxRetries: 5,
  retryDelay: 200,
};

/**
 * Gives each test of the surrounding `describe` a folder of its own. All are removed at its end, when whatever its hooks have
 * started has been ended by them, in whichever order they stand.
 */
export function useTemporaryFolder(): (...parts: string[]) => string {
  const folders: string[] = [];
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-test-"));
    folders.push(folder);
  });
  after(async () => {
    for (const each of folders) await rm(each, patient);
  });
  return (...parts) => path.join(folder, ...parts);
}
