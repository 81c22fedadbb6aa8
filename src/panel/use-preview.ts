import type { CameraDocument } from "../document/camera-document.ts";
import type { EditOf, EditsDocument } from "../document/edits-document.ts";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { broughtPicture, flatPicture } from "../edits/brought-picture.ts";
import { boxOf, ClipFrame, partFiles } from "../edits/clip-frame.ts";
import { composeFrame } from "../edits/compose-frame.ts";
import type { Point } from "../edits/placement.ts";
import { planStack } from "../edits/stack.ts";
import { type Pyramid, pyramidOf } from "../edits/stretch.ts";
import { folderOf, joinPath } from "../host/file-path.ts";
import type { ServiceClient } from "../protocol/service-client.ts";
import { decodePng } from "./decode-png.ts";
import type { Pixels } from "./pixels.ts";
import {
  previewScale,
  shrink,
  smallCamera,
  smallDocument,
  smallEdit,
} from "./small-stack.ts";

/** Small frames that are kept: 12 bytes or so a pixel and part, so some 60 MB of three layers at 480 x 270. */
const KEPT_FRAMES = 24;
/** Pictures and words that edits bring and that are kept. */
const KEPT_BROUGHT = 24;
/** Longest side, in pixels, of pictures that edits bring, as the service takes it. */
const BROUGHT_SIDE = 1024;
/** Alpha from which a pixel counts to a subject's outline. */
const SOLID = 0.5;

/** Where layers' frames, words and pictures come from. */
type PictureSource = Pick<
  ServiceClient,
  "resultFile" | "lettering" | "picture"
>;

/** Shows one job's layers with edits, small, as the service would render them large. */
export class UsePreview {
  readonly jobId: string;
  readonly #service: PictureSource;
  readonly #document: LayersDocument;
  readonly #camera: CameraDocument | undefined;
  readonly #folder: string;
  readonly #scale: number;
  readonly #frames = new Map<string, Promise<ClipFrame>>();
  readonly #brought = new Map<string, Promise<Pyramid>>();

  /** @param documentPath absolute path of the document; paths in edits are relative to its folder */
  constructor(
    service: PictureSource,
    jobId: string,
    document: LayersDocument,
    documentPath: string,
    camera: CameraDocument | undefined,
  ) {
    this.jobId = jobId;
    this.#service = service;
    this.#scale = previewScale(document);
    this.#document = smallDocument(document, this.#scale);
    this.#folder = folderOf(documentPath);
    this.#camera = camera && smallCamera(camera, this.#scale);
  }

  /**
   * Makes a frame with edits.
   *
   * @param stack   how the layers are arranged; undefined where that is as their document has them
   * @param frame   counts from 1
   * @param version of that frame: how often its layers were composed anew
   * @throws LaminaError `edit-impossible`; RemoteError when a frame cannot be had
   */
  async view(
    { edits, stack: arranged }: Pick<EditsDocument, "edits" | "stack">,
    frame: number,
    version: number,
  ): Promise<Pixels> {
    const document = this.#document;
    const small = edits.map((edit) => smallEdit(edit, this.#scale));
    const stack = planStack(document, {
      version: 1,
      edits: small,
      ...(arranged && { stack: arranged }),
    });
    const { width, height } = document;
    const { colour, alpha } = await composeFrame(
      stack,
      {
        size: { width, height },
        frameCount: document.frameCount,
        camera: this.#camera,
        clipFrame: (n) => this.#frame(n, version),
        backdrop: (edit, n) => this.#backdrop(edit, n),
        insert: (edit, n) =>
          edit.what === "text"
            ? this.#words(edit)
            : this.#file(edit.path, edit.what, n),
      },
      frame,
    );
    const data = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i++) {
      // Where nothing is, black, as behind everything that the viewer shows.
      const own = alpha === undefined ? 1 : alpha[i]! / 255;
      for (let c = 0; c < 3; c++) data[4 * i + c] = colour[3 * i + c]! * own;
      data[4 * i + 3] = 255;
    }
    return { width, height, data };
  }

  /** The middle of a layer's lower edge in a frame, in the clip's pixels; the picture's middle where it is not to be seen. */
  async feet(layer: string, frame: number, version: number): Promise<Point> {
    const { layers, width, height } = this.#document;
    const found = layers.find(({ id }) => id === layer);
    const { parts = [] } = found ?? {};
    const subject = parts.find(({ kind }) => kind === "subject") ?? found;
    const rgba = (await this.#frame(frame, version)).part(subject!.frames);
    const { left, right, bottom } = boxOf(rgba, { width, height }, SOLID);
    const [x, y] =
      right > left ? [(left + right) / 2, bottom] : [width / 2, height / 2];
    return [x / this.#scale, y / this.#scale];
  }

  #frame(frame: number, version: number): Promise<ClipFrame> {
    return remembered(this.#frames, `${frame} ${version}`, KEPT_FRAMES, () =>
      this.#load(frame),
    );
  }

  async #load(frame: number): Promise<ClipFrame> {
    const document = this.#document;
    const files = partFiles(document.layers);
    const read = async (pattern: string): Promise<Uint8ClampedArray> => {
      const file = frameFileName(pattern, frame);
      const png = await this.#service.resultFile(this.jobId, file);
      return shrink(decodePng(png), document).data;
    };
    const [background, ...parts] = await Promise.all(
      [document.layers[0]!, ...files].map(({ frames }) => read(frames)),
    );
    return new ClipFrame(
      document,
      Uint8Array.from(background!.filter((_, i) => i % 4 !== 3)),
      files,
      parts.map((part) => new Uint8Array(part.buffer)),
    );
  }

  async #backdrop(
    edit: EditOf<"backdrop">,
    frame: number,
  ): Promise<Pyramid | undefined> {
    if (edit.fill === "transparent") return undefined;
    if ("path" in edit) return this.#file(edit.path, edit.fill, frame);
    return pyramidOf(flatPicture(this.#document, edit.colour));
  }

  #words(edit: Extract<EditOf<"insert">, { what: "text" }>): Promise<Pyramid> {
    const { text, font, colour } = edit;
    return this.#bring(JSON.stringify([text, font, colour]), () =>
      this.#service.lettering({ text, font, colour }),
    );
  }

  #file(
    given: string,
    kind: "image" | "movie",
    frame: number,
  ): Promise<Pyramid> {
    const isAbsolute = /^([\\/]|[A-Za-z]:)/.test(given);
    const path = isAbsolute ? given : joinPath(this.#folder, given);
    const { numerator, denominator } = this.#document.frameRate;
    const seconds =
      kind === "movie" ? ((frame - 1) * denominator) / numerator : 0;
    return this.#bring(JSON.stringify([path, seconds]), () =>
      this.#service.picture({ path, seconds, longestSide: BROUGHT_SIDE }),
    );
  }

  #bring(key: string, load: () => Promise<ArrayBuffer>): Promise<Pyramid> {
    return remembered(this.#brought, key, KEPT_BROUGHT, async () => {
      const picture = decodePng(await load());
      return pyramidOf(broughtPicture(picture, picture.data));
    });
  }
}

/** What was made once, while it is among the last that were asked for; what failed is tried again. */
function remembered<T>(
  kept: Map<string, Promise<T>>,
  key: string,
  most: number,
  make: () => Promise<T>,
): Promise<T> {
  const found = kept.get(key) ?? make();
  kept.delete(key);
  kept.set(key, found);
  found.catch(() => kept.delete(key));
  for (const old of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(old);
  }
  return found;
}
