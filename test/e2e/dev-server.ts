import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { readDiscovery } from "../../src/service/discovery-file.ts";
import { decodeSimplePng } from "../../src/dev/png-codec.ts";
import type { PictureFile } from "../../src/host/simulator/disk.ts";
import {
  devProjectPath,
  type PageMessage,
  type ProjectPicture,
  type ServerMessage,
} from "../../src/protocol/dev-api.ts";
import { patience } from "./browser.ts";

const program = fileURLToPath(new URL("../../bin/lamina.mjs", import.meta.url));

/** The built `lamina dev` as a process of its own, and the simulator's project as its user sees it. */
export class DevServer {
  /** Good for one opening. */
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #socket: WebSocket;
  #project: ProjectPicture | undefined;
  #rendered = new Map<number, (png: string) => void>();

  private constructor(url: string, child: ChildProcess, socket: WebSocket) {
    this.url = url;
    this.#child = child;
    this.#socket = socket;
    socket.on("message", (data: Buffer) => {
      const message = JSON.parse(data.toString()) as ServerMessage;
      if (message.kind === "project") this.#project = message.project;
      else this.#rendered.get(message.frame)?.(message.png);
    });
  }

  /** Starts it on a folder of frames and waits until its page can be opened. */
  static async start(
    folder: string,
    technology: string,
    also: readonly string[] = [],
  ): Promise<DevServer> {
    const work = path.join(folder, "dev");
    const clip = ["--clip", path.join(folder, "rgb")];
    for (const movie of also) clip.push("--also", movie);
    const child = spawn(
      process.execPath,
      // prettier-ignore
      [program, "dev", "--json", "--folder", work, "--technology", technology, ...clip],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, LAMINA_MODELS: "" },
      },
    );
    const [line] = (await Promise.race([
      once(child.stdout, "data"),
      once(child, "exit").then(() => {
        throw new Error("lamina dev ended");
      }),
    ])) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    const discovery = await readDiscovery(path.join(work, "service"));
    if (discovery === undefined) throw new Error("no discovery file");
    const { port, token } = discovery;
    const socket = new WebSocket(`ws://127.0.0.1:${port}${devProjectPath}`, [
      "lamina",
      `token.${token}`,
    ]);
    const server = new DevServer(url, child, socket);
    await server.until(() => true);
    return server;
  }

  /** Waits until the project is as wanted. */
  async until(
    wanted: (project: ProjectPicture) => boolean,
  ): Promise<ProjectPicture> {
    for (const end = Date.now() + patience; ;) {
      const project = this.#project;
      if (project !== undefined && wanted(project)) return project;
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(project)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** The sequence's frame as the simulator renders it. */
  async render(frame: number): Promise<PictureFile> {
    const message: PageMessage = { kind: "render", frame };
    const png = new Promise<string>((resolve) => {
      this.#rendered.set(frame, resolve);
    });
    this.#socket.send(JSON.stringify(message));
    return decodeSimplePng(Buffer.from(await png, "base64"));
  }

  async end(): Promise<void> {
    this.#socket.terminate();
    if (this.#child.exitCode !== null) return;
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }
}
