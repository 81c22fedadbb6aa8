import { rename } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";

/** Scanners and indexers let go of a new file within a second or two; a program in which somebody has it open does not. */
const LONGEST_WAIT_MS = 10_000;
/** The first pause; each is twice the one before. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** What says that somebody holds a file; Windows calls that a lack of rights, which elsewhere does not pass. */
const passing: readonly string[] =
  process.platform === "win32" ? ["EPERM", "EACCES", "EBUSY"] : ["EBUSY"];

/**
 * Renames a file or folder, and tries again for a while where another program holds it for a moment: virus scanners, indexers and
 * players do on Windows, and network drives everywhere (the pattern of graceful-fs).
 *
 * @param onRetry told before each pause
 * @throws the file system's error
 */
export async function renamePatiently(
  from: string,
  to: string,
  onRetry?: () => void,
): Promise<void> {
  const end = performance.now() + LONGEST_WAIT_MS;
  for (
    let pause = FIRST_PAUSE_MS;
    ;
    pause = Math.min(2 * pause, LONGEST_PAUSE_MS)
  ) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!passing.includes(code ?? "") || performance.now() + pause > end)
        throw error;
    }
    onRetry?.();
    await wait(pause);
  }
}
