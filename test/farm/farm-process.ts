import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import os from "node:os";
import path from "node:path";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** A `lamina work` of the built command. */
export class FarmProcess {
  readonly #child: ChildProcess;
  readonly #waiting: { readonly what: RegExp; readonly heard: () => void }[] =
    [];
  /** All it has said. */
  said = "";
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;

  /** Starts one; `heard` says when it works. */
  constructor(redis: string, storage: string, more: readonly string[] = []) {
    this.#child = spawn(
      process.execPath,
      [program, "work", "--concurrency", "1", "--patience", "2", ...more],
      {
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          ...process.env,
          LAMINA_DATA: path.join(os.tmpdir(), "lamina-test-data"),
          LAMINA_REDIS: redis,
          LAMINA_STORAGE: storage,
        },
      },
    );
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.said += text;
        for (const { what, heard } of this.#waiting)
          if (what.test(this.said)) heard();
      });
    this.ended = new Promise((resolve) => {
      this.#child.on("close", resolve);
    });
  }

  /** Resolves once it has said so; rejects when it ends before. */
  heard(what: RegExp): Promise<void> {
    if (what.test(this.said)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ what, heard: resolve });
      void this.ended.then(() => {
        reject(new Error(`it ended before ${String(what)}: ${this.said}`));
      });
    });
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
