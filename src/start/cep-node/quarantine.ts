import { spawnSync } from "node:child_process";

/**
 * Takes macOS's mark of downloaded files off a folder, which would keep its program and its native modules from being loaded. Where there
 * is no such mark, or it may not be taken off, nothing happens here: what then does not run says so itself.
 *
 * @param platform the mark is macOS's
 * @param xattr    the program that takes it off
 */
export function takeQuarantineOff(
  folder: string,
  platform: NodeJS.Platform = process.platform,
  xattr = "/usr/bin/xattr",
): void {
  if (platform !== "darwin") return;
  spawnSync(xattr, ["-dr", "com.apple.quarantine", folder], {
    stdio: "ignore",
  });
}
