import { numberedPng } from "../job-contract/frame-files.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import { framesFolderName } from "../job-contract/frame-files.ts";

/** Exported frames that are kept as files. */
const MOST_EXPORTED_FRAMES = 24;

/** The exported frames of a workspace as pictures for the page, the latest used kept. */
export class ClipFrames {
  readonly #service: ServiceClient;
  readonly #workspaceId: string;
  /** The latest used last. */
  readonly #urls = new Map<number, Promise<string>>();

  constructor(service: ServiceClient, workspaceId: string) {
    this.#service = service;
    this.#workspaceId = workspaceId;
  }

  /**
   * The address of a frame's picture, good until many others were asked for.
   *
   * @param frame from 0
   * @throws RemoteError, LaminaError when it cannot be had
   */
  async url(frame: number): Promise<string> {
    const url = this.#urls.get(frame) ?? this.#load(frame);
    this.#urls.delete(frame);
    this.#urls.set(frame, url);
    const [oldest] = this.#urls.keys();
    if (this.#urls.size > MOST_EXPORTED_FRAMES) this.#forget(oldest!);
    try {
      return await url;
    } catch (error) {
      this.#urls.delete(frame);
      throw error;
    }
  }

  /** Lets go of all pictures. */
  clear(): void {
    for (const frame of [...this.#urls.keys()]) this.#forget(frame);
  }

  async #load(frame: number): Promise<string> {
    const name = numberedPng(frame);
    const png = await this.#service.workspaceFile(
      this.#workspaceId,
      `${framesFolderName}/${name}`,
    );
    return URL.createObjectURL(new Blob([png], { type: "image/png" }));
  }

  #forget(frame: number): void {
    this.#urls
      .get(frame)
      ?.then((url) => {
        URL.revokeObjectURL(url);
      })
      .catch(() => undefined);
    this.#urls.delete(frame);
  }
}
