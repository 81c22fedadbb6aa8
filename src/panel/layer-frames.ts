import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import { decodePng } from "./decode-png.ts";
import { FrameCache } from "./frame-cache.ts";
import type { StackLayer } from "./layer-stack.ts";
import {
  alphaOf,
  composite,
  difference,
  overCheckerboard,
  type Pixels,
  underDoubt,
  type ViewMode,
} from "./pixels.ts";

/** Decoded frames that are kept: thirty layers' frames at 1920x1080. */
const KEPT_BYTES = 256 << 20;

/** What the viewer is to show. */
export interface ViewRequest {
  readonly mode: ViewMode;
  /** Counts from 1. */
  readonly frame: number;
  /** Bottom to top. */
  readonly layers: readonly StackLayer[];
  /** The layer that `layer` and `alpha` are about. */
  readonly layerId: string;
  /** How often the frame's layers were composed anew. */
  readonly version: number;
}

/** An opaque picture, and for `difference` the largest one in code values. */
export interface ViewPicture {
  readonly picture: Pixels;
  readonly largest?: number;
}

/** The frames of one job's layers and of its clip, put together for the viewer. */
export class LayerFrames {
  readonly #service: ServiceClient;
  readonly #jobId: string;
  readonly #document: LayersDocument;
  readonly #cache = new FrameCache(KEPT_BYTES);

  constructor(service: ServiceClient, jobId: string, document: LayersDocument) {
    this.#service = service;
    this.#jobId = jobId;
    this.#document = document;
  }

  /**
   * Makes a picture.
   *
   * @throws RemoteError, LaminaError when a frame cannot be had
   */
  async view({
    mode,
    frame,
    layers,
    layerId,
    version,
  }: ViewRequest): Promise<ViewPicture> {
    const load = (some: readonly StackLayer[]): Promise<Pixels[]> =>
      Promise.all(some.map((layer) => this.#layer(layer, frame, version)));
    const visible = layers.filter(({ hidden }) => !hidden);
    switch (mode) {
      case "composite":
        return { picture: composite(this.#document, await load(visible)) };
      case "background": {
        const bottom = layers.filter(({ kind }) => kind === "background");
        return { picture: composite(this.#document, await load(bottom)) };
      }
      case "doubt": {
        const bottom = layers.filter(({ kind }) => kind === "background");
        const background = composite(this.#document, await load(bottom));
        const { confidence } = this.#document;
        return {
          picture:
            confidence === undefined
              ? background
              : underDoubt(
                  background,
                  await this.#file(`doubt ${frame}`, confidence.frames, frame),
                ),
        };
      }
      case "layer":
      case "alpha": {
        const [one] = await load(layers.filter(({ id }) => id === layerId));
        if (one === undefined)
          return { picture: composite(this.#document, []) };
        return {
          picture: mode === "alpha" ? alphaOf(one) : overCheckerboard(one),
        };
      }
      case "difference": {
        const [all, source] = await Promise.all([
          load(visible),
          this.source(frame),
        ]);
        return difference(composite(this.#document, all), source);
      }
    }
  }

  #layer(
    { id, frames }: StackLayer,
    frame: number,
    version: number,
  ): Promise<Pixels> {
    return this.#file(`${id} ${frame} ${version}`, frames, frame);
  }

  #file(key: string, frames: string, frame: number): Promise<Pixels> {
    return this.#cache.get(key, async () =>
      decodePng(
        await this.#service.resultFile(
          this.#jobId,
          frameFileName(frames, frame),
        ),
      ),
    );
  }

  /**
   * The clip's own frame.
   *
   * @param frame counts from 1
   * @throws RemoteError, LaminaError when it cannot be had
   */
  source(frame: number): Promise<Pixels> {
    return this.#cache.get(`source ${frame}`, async () =>
      decodePng(await this.#service.sourceFrame(this.#jobId, frame)),
    );
  }
}
