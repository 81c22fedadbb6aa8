import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import path from "node:path";

const isThere = spawnSync("redis-server", ["--version"]).status === 0;

/** A Redis of the test's own, behind a socket in a folder and at no port. */
export class RedisServer {
  /** What lamina is given as `--redis`. */
  readonly url: string;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(folder: string, options: readonly string[]) {
    this.#folder = folder;
    this.#options = options;
    this.url = path.join(folder, "redis.sock");
  }

  /** Starts one that keeps nothing, unless options say otherwise. */
  static async start(
    folder: string,
    options: readonly string[] = [],
  ): Promise<RedisServer> {
    const server = new RedisServer(folder, options);
    await server.begin();
    return server;
  }

  /** Starts it again after `kill`. */
  async begin(): Promise<void> {
    const child = spawn(
      "redis-server",
      // prettier-ignore
      ["--port", "0", "--unixsocket", this.url, "--dir", this.#folder, "--save", "", ...this.#options],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", () => {
        reject(new Error("redis-server ended"));
      });
      let said = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (/ready to accept connections/i.test(said)) resolve();
      });
    });
  }

  /** Kills it as a crash would, or ends it in order. */
  async kill(signal: "SIGKILL" | "SIGTERM" = "SIGKILL"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return;
    await new Promise((resolve) => {
      child.once("exit", resolve);
      child.kill(signal);
    });
  }
}

/** Skips a suite where there is no Redis, and says so in its title. */
export const describeWithRedis = (title: string, suite: () => void): void => {
  if (isThere) describe(title, suite);
  else
    describe.skip(`${title} (skipped: redis-server is not installed)`, suite);
};
