import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

/** Gives each test of the surrounding `describe` a folder of its own, removed afterwards. */
export function useTemporaryFolder(): (...parts: string[]) => string {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-test-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });
  return (...parts) => path.join(folder, ...parts);
}
