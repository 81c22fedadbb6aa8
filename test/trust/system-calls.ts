import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What strace is to write down: everything that reaches the network, and everything that makes, changes or removes a file. */
export const tracedCalls = [
  ["connect", "bind", "socket", "sendto", "sendmsg", "sendmmsg"],
  ["open", "openat", "openat2", "creat", "truncate", "mknod", "mknodat"],
  ["mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "execve"],
  ["rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"],
].flat();

/** What the processes and threads of a traced run have done. */
export interface Deeds {
  /** Programs that were run. */
  readonly programs: readonly string[];
  /** Looking up names, and reaching for other machines, or letting them in: the calls themselves. Empty is what we promise. */
  readonly reached: readonly string[];
  /** How often one process or another has connected to this machine itself. */
  readonly loopbackConnections: number;
  /** Absolute paths of everything that was made, changed, moved or removed. */
  readonly changed: readonly string[];
}

/**
 * Reads what `strace -ff -y -o <prefix>` wrote, a file for each thread.
 *
 * A datagram socket that is only connected sends nothing: that is how Chromium asks the kernel whether it has a way to IPv6. It
 * counts as soon as anything is sent on it.
 *
 * @param folder  with the traces and nothing else
 * @param startIn where the traced program was started
 */
export async function readTraces(
  folder: string,
  startIn: string,
): Promise<Deeds> {
  const lines: string[] = [];
  for (const name of await readdir(folder)) {
    const text = await readFile(path.join(folder, name), "utf8");
    lines.push(...text.split("\n"));
  }
  const changed = new Set<string>();
  const programs = new Set<string>();
  for (const line of lines) {
    for (const file of filesChanged(line)) {
      changed.add(path.resolve(startIn, file));
    }
    const program = /^execve\("([^"]+)".*\) = 0$/.exec(line)?.[1];
    if (program !== undefined) programs.add(program);
  }
  return {
    programs: [...programs].sort(),
    changed: [...changed].sort(),
    ...connections(lines),
  };
}

/** Calls that change what their paths name, whatever else they are given. */
const changing =
  /^(creat|truncate|mknod|mknodat|mkdir|mkdirat|rmdir|unlink|unlinkat|rename|renameat|renameat2|link|linkat|symlink|symlinkat)\(/;
const opening = /^(open|openat|openat2)\(.*O_(WRONLY|RDWR|CREAT|TRUNC)/;
/** A path, and before it the folder that it is relative to, as in `openat(31</home/me>, "name"`. */
const namedFile = /(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g;
const boundFile = /^bind\(.*sa_family=AF_UNIX, sun_path="([^"]+)"/;

function filesChanged(line: string): string[] {
  if (/\) = -1 /.test(line)) return [];
  const bound = boundFile.exec(line)?.[1];
  if (bound !== undefined) return [bound];
  const isSymlink = line.startsWith("symlink");
  if (!changing.test(line) && !opening.test(line)) return [];
  const files = [...line.matchAll(namedFile)].map(([, folder, name]) =>
    folder === undefined ? name! : path.resolve(folder, name!),
  );
  // What a link points to is not touched.
  return isSymlink ? files.slice(1) : files;
}

const socketMade = /^socket\(AF_INET6?, SOCK_DGRAM.* = \d+<[^>]*?(\d+)\]?>/;
const socketOf = /^\w+\(\d+<[^>]*?(\d+)\]?>/;
const internetAddress = /(?:inet_addr\("|inet_pton\(AF_INET6, ")([^"]+)"/;
const internetPort = /sin6?_port=htons\((\d+)\)/;
/** The ways that do without a packet of one's own: the caches and resolvers of the system. */
const resolverSocket =
  /^connect\(.*sun_path="[^"]*(?:nscd\/socket|systemd\.Resolve|avahi-daemon)/;

function connections(
  lines: readonly string[],
): Pick<Deeds, "reached" | "loopbackConnections"> {
  const datagramSockets = new Set(
    lines.flatMap((line) => socketMade.exec(line)?.[1] ?? []),
  );
  const reached: string[] = [];
  const aimed = new Set<string>();
  let loopbackConnections = 0;
  for (const line of lines) {
    if (resolverSocket.test(line)) reached.push(line);
    if (!/^(connect|bind|sendto|sendmsg|sendmmsg)\(/.test(line)) continue;
    // Somebody else listens there, and another port is tried.
    if (line.includes(" = -1 EADDRINUSE")) continue;
    const address = internetAddress.exec(line)?.[1];
    if (address === undefined) continue;
    const socket = socketOf.exec(line)?.[1] ?? "";
    const isLookUp = internetPort.exec(line)?.[1] === "53";
    if (isLoopback(address) && !isLookUp) loopbackConnections++;
    else if (line.startsWith("connect(") && datagramSockets.has(socket))
      aimed.add(socket);
    else reached.push(line);
  }
  const sentAnyway = lines.filter(
    (line) =>
      line.startsWith("send") && aimed.has(socketOf.exec(line)?.[1] ?? ""),
  );
  return { reached: [...reached, ...sentAnyway], loopbackConnections };
}

const isLoopback = (address: string): boolean =>
  /^(127\.|::1$|::ffff:127\.)/.test(address);
