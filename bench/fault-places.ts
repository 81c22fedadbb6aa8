import { execFileSync } from "node:child_process";

/** Two ends of a wire between this machine and a network of its own, and how it is cut. */
export interface OwnNetwork {
  /** This machine's address on the wire. */
  readonly address: string;
  /** A command, run in the network. */
  readonly inside: (command: readonly string[]) => string[];
  readonly cut: (isCut: boolean) => void;
  readonly close: () => void;
}

const ip = (...args: readonly string[]): void => {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
};

/**
 * Makes a network that only a wire joins to this machine. What goes over the wire while it is cut is lost without a word, as in a network
 * whose cable was drawn.
 *
 * @returns undefined where that is not allowed
 */
export function openNetwork(): OwnNetwork | undefined {
  const name = `lamina-${process.pid}`;
  // Names of wires have 15 letters at most.
  const [here, there] = [`lh${process.pid}`, `lt${process.pid}`];
  const [address, other] = ["10.213.77.1", "10.213.77.2"];
  const inside = (command: readonly string[]): string[] => [
    ...["ip", "netns", "exec", name],
    ...command,
  ];
  try {
    ip("netns", "add", name);
  } catch {
    return undefined;
  }
  const close = (): void => {
    ip("netns", "del", name);
  };
  try {
    ip("link", "add", here, "type", "veth", "peer", "name", there);
    ip("link", "set", there, "netns", name);
    ip("addr", "add", `${address}/30`, "dev", here);
    ip("link", "set", here, "up");
    ip("-n", name, "addr", "add", `${other}/30`, "dev", there);
    ip("-n", name, "link", "set", there, "up");
    ip("-n", name, "link", "set", "lo", "up");
  } catch {
    close();
    return undefined;
  }
  return {
    address,
    inside,
    cut: (isCut) => {
      ip("link", "set", here, isCut ? "down" : "up");
    },
    close,
  };
}

/** Mounts a small disk on a folder; false where that is not allowed. */
export function mountSmallDisk(folder: string, megabytes: number): boolean {
  try {
    execFileSync(
      "mount",
      ["-t", "tmpfs", "-o", `size=${megabytes}m`, "lamina-bench", folder],
      { stdio: "ignore" },
    );
    return true;
  } catch {
    return false;
  }
}

/** Takes it off again, with all that it holds. */
export function unmount(folder: string): void {
  execFileSync("umount", ["--lazy", folder], { stdio: "ignore" });
}
