import { mkdirSync } from "node:fs";
import path from "node:path";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import type { LayersDocument } from "../../src/document/layers-document.ts";
import { encodeSimplePng } from "../../src/dev/png-codec.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import type { RunArrangement, RunLayer } from "../../src/host/host.ts";
import type { PictureFile } from "../../src/host/simulator/disk.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { SimulatedPremiere } from "../../src/host/simulator/premiere.ts";
import type {
  Clip,
  Item,
  Sequence,
} from "../../src/host/simulator/timeline.ts";
import { writeProres4444 } from "../../src/media/write-prores.ts";
import type { FrameRate } from "../../src/units/frame-rate.ts";
import {
  type PixelAspect,
  squarePixels,
} from "../../src/units/pixel-aspect.ts";
import { ticksPerFrame } from "../../src/units/ticks.ts";

/** What a sample project is made of. */
export interface SampleSettings {
  readonly rate: FrameRate;
  readonly width: number;
  readonly height: number;
  readonly pixelAspect: PixelAspect;
  readonly fields: number;
  /** Frames of the source, of which the clip shows `frames` from `skip` on, at frame `at` of the sequence. */
  readonly sourceFrames: number;
  readonly skip: number;
  readonly frames: number;
  readonly at: number;
  readonly alpha: boolean;
}

const usual: SampleSettings = {
  rate: { numerator: 25, denominator: 1 },
  width: 16,
  height: 12,
  pixelAspect: squarePixels,
  fields: 0,
  sourceFrames: 8,
  skip: 0,
  frames: 4,
  at: 10,
  alpha: false,
};

/** A frame whose every pixel tells where and when it is. */
export function sourcePicture(
  width: number,
  height: number,
  frame: number,
  alpha: boolean,
): PictureFile {
  const data = new Uint8Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    data[4 * i] = (i * 7 + frame * 31) & 255;
    data[4 * i + 1] = (i * 13 + frame * 5) & 255;
    data[4 * i + 2] = (i * 3 + frame * 101) & 255;
    data[4 * i + 3] = alpha && i % 3 === 0 ? 90 : 255;
  }
  return { width, height, data };
}

/** A project with one clip in it, and what it takes to decompose that. */
export class SampleProject {
  readonly premiere: SimulatedPremiere;
  readonly settings: SampleSettings;
  readonly sequence: Sequence;
  readonly source: Item;
  readonly clip: Clip;
  readonly #folder: string;

  constructor(
    folder: string,
    settings: Partial<SampleSettings> = {},
    quirks: Partial<Quirks> = {},
  ) {
    this.#folder = folder;
    this.settings = { ...usual, ...settings };
    const { rate, width, height, pixelAspect, fields } = this.settings;
    this.premiere = new SimulatedPremiere(nodeDisk);
    const sourceFolder = path.join(folder, "source media");
    mkdirSync(sourceFolder, { recursive: true });
    for (let n = 0; n < this.settings.sourceFrames; n++) {
      nodeDisk.writePicture(
        path.join(sourceFolder, `shot_${String(n).padStart(4, "0")}.png`),
        sourcePicture(width, height, n, this.settings.alpha),
      );
    }
    this.sequence = this.premiere.addSequence({
      name: "Sequence 01",
      width,
      height,
      ticksPerFrame: ticksPerFrame(rate),
      pixelAspect,
      fields,
    });
    const first = path.join(sourceFolder, "shot_0000.png");
    this.premiere.importFiles([first], this.premiere.root, true);
    this.source = this.premiere.root.children.at(-1)!;
    this.source.name = "skater 50% “é”";
    this.premiere.interpret(this.source, {
      frameRate: rate.numerator / rate.denominator,
      pixelAspect,
    });
    const { at, skip, frames } = this.settings;
    const track = this.sequence.video[0]!;
    this.clip = this.premiere.placeClip(this.sequence, track, this.source, at, {
      skip,
      frames,
    });
    this.premiere.select([this.clip]);
    Object.assign(this.premiere.quirks, quirks);
  }

  /** Puts another clip of the same source above, so that there is something that must not be touched. */
  occupy(trackIndex: number, atFrame: number, frames: number): Clip {
    const track = this.sequence.video[trackIndex]!;
    const { premiere, sequence, source } = this;
    return premiere.placeClip(sequence, track, source, atFrame, { frames });
  }

  /**
   * Writes layers that add up to the clip: every third column is `left`'s, with a half-transparent pixel now and then,
   * the next `right`'s.
   */
  writeLayers(
    name = "result",
    arrangement: RunArrangement = "tracks",
  ): {
    documentPath: string;
    document: LayersDocument;
    layers: RunLayer[];
    arrangement: RunArrangement;
  } {
    const { width, height, frames, skip, rate, alpha } = this.settings;
    const opaque = !alpha;
    const ids = ["background", "left", "right"];
    const folder = path.join(this.#folder, name);
    for (const id of ids) mkdirSync(path.join(folder, id), { recursive: true });
    for (let n = 0; n < frames; n++) {
      const source = sourcePicture(width, height, skip + n, alpha);
      for (const [which, id] of ids.entries()) {
        const data = new Uint8Array(source.data);
        for (let i = 0; i < width * height; i++) {
          // An opaque background lies beneath everything; what is over it covers it.
          if ((i % width) % 3 === which || (opaque && which === 0)) continue;
          data.fill(0, 4 * i, 4 * i + 4);
        }
        // The engine writes the background without an alpha channel.
        nodeDisk.write(
          path.join(folder, id, `${String(n + 1).padStart(5, "0")}.png`),
          encodeSimplePng(
            { width, height, data },
            opaque && which === 0 ? "rgb" : "rgba",
          ),
        );
      }
    }
    const document: LayersDocument = {
      version: 1,
      width,
      height,
      frameCount: frames,
      frameRate: rate,
      alpha: "straight",
      layers: ids.map((id, i) => ({
        id,
        kind: i === 0 ? "background" : "object",
        name: id,
        frames: `${id}/%05d.png`,
      })),
    };
    const documentPath = path.join(folder, "layers.json");
    nodeDisk.write(documentPath, Buffer.from(writeDocument(document)));
    const layers = [
      { id: "background", name: "Background", hidden: false },
      { id: "left", name: "left <&> 'ä'", hidden: false },
      { id: "right", name: "right", hidden: false },
    ];
    return { documentPath, document, layers, arrangement };
  }

  /** Writes a movie of each layer beside its frames, as `lamina decompose --prores` does. */
  async writeMovies({ layers, frameRate }: LayersDocument, name = "result") {
    const folder = path.join(this.#folder, name);
    for (const { id } of layers) {
      await writeProres4444(
        path.join(folder, id, "%05d.png"),
        frameRate,
        path.join(folder, `${id}.mov`),
      );
    }
  }

  /** All of the project that a person would miss, as plain data. */
  state(): unknown {
    const item = (one: Item): unknown => [
      one.kind,
      one.name,
      one.media?.files[0] ?? null,
      one.media?.alpha ?? null,
      one.children.map(item),
    ];
    const clip = (one: Clip): unknown => [
      one.item.name,
      one.name,
      ...[one.start, one.end, one.inPoint, one.outPoint].map(String),
      one.disabled,
      one.effects.length === 2 ? "plain" : one.effects,
    ];
    return {
      root: item(this.premiere.root),
      active: this.premiere.active?.item.name ?? null,
      selected: this.premiere.selection().map((one) => clip(one.clip)),
      sequences: this.premiere.sequences.map(({ item: { name }, ...one }) => ({
        name,
        marks: [
          String(one.inPoint),
          String(one.outPoint),
          String(one.playhead),
        ],
        video: one.video.map((track) => [track.name, track.clips.map(clip)]),
        audio: one.audio.map((track) => [track.name, track.clips.map(clip)]),
      })),
    };
  }
}
