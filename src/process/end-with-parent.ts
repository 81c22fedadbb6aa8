import { type ChildProcess, spawn } from "node:child_process";

/**
 * Reads a process's id, then one more line; ends that process when there is none, because whoever was to write it is gone.
 * Ctrl-C reaches everything that belongs to a command, and must not reach this before its work is done.
 */
const WATCHER =
  "trap '' INT TERM HUP QUIT; read -r pid || exit 0; read -r over || kill -9 \"$pid\"";

/**
 * Starts a child process that ends when this process does, however that ends.
 *
 * On Windows libuv sees to it: the system ends a job object's processes with the one that holds it. Elsewhere a shell of its
 * own waits at a pipe from this process. The pipe breaks when this process is killed, and the shell kills the child. Many
 * programs go on when their pipes break: ffmpeg, which writes a file, and whatever is busy.
 *
 * @param start starts it
 */
export function endWithParent<C extends ChildProcess>(start: () => C): C {
  if (process.platform === "win32") return start();
  // There before the child is: between the two there is no moment at which it is unwatched for longer than one call.
  const watcher = spawn("/bin/sh", ["-c", WATCHER], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  const { stdin } = watcher;
  // Where there is no shell the child runs unwatched.
  watcher.on("error", () => undefined);
  stdin.on("error", () => undefined);
  watcher.unref();
  let child: C;
  try {
    child = start();
  } catch (error) {
    stdin.end();
    throw error;
  }
  if (child.pid === undefined) {
    stdin.end();
    return child;
  }
  stdin.write(`${child.pid}\n`);
  child.once("exit", () => {
    stdin.end("over\n");
  });
  return child;
}
