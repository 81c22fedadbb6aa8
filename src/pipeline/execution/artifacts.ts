import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { writeFailure } from "../../media/file-failure.ts";
import { stageNames, type StageName } from "../../job-contract/stages.ts";
import { pixelUnit } from "../../vision/image/pixel-unit.ts";
import { scoped } from "../../kernels/memory.ts";
import {
  copyOf,
  packedPlanes,
  type PackedRaster,
} from "../../kernels/packed.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import { moveOutlines } from "../../vision/masks/outline-offset.ts";
import { type Encoding, JobFolder } from "./job-folder.ts";
import { noteElse, sharedRead } from "./task-trace.ts";

/**
 * Version of what each stage computes. Raise a stage's number when its result changes: what it and the stages after it have left
 * in the cache then counts no longer, and nothing else is computed anew.
 */
export const stageVersions: Readonly<Record<StageName, number>> = {
  read: 1,
  register: 4,
  background: 8,
  train: 5,
  refine: 3,
  compose: 8,
  finish: 2,
};

/** Stages that leave intermediate files. */
export type FilingStage = Exclude<StageName, "compose" | "finish">;

/** The same in the order in which they run. */
export const filingStages: readonly FilingStage[] = stageNames.filter(
  (stage) => stage !== "compose" && stage !== "finish",
);

/** Folder of each stage's files. */
export type StageFolders = Readonly<Record<FilingStage, string>>;

/** A folder for each stage that leaves files. */
export const foldersOf = (
  folderOf: (stage: FilingStage) => string,
): StageFolders =>
  Object.fromEntries(
    filingStages.map((stage) => [stage, folderOf(stage)]),
  ) as Record<FilingStage, string>;

/** Folder of each stage's files within a job's, by the stages' keys. */
export const stageFoldersIn = (
  folder: string,
  keys: Readonly<Record<FilingStage, string>>,
): StageFolders =>
  foldersOf((stage) => join(folder, `${stage}-${keys[stage]}`));

/** As many planes as the other parts leave. */
const REST = 0;

/** How one kind of picture is filed. */
interface PictureKind {
  readonly stage: FilingStage;
  readonly encoding: Encoding;
  /** Planes of each part, in the order in which they lie in the file; at most one has as many as are left. */
  readonly parts: Readonly<Record<string, number>>;
  /** Value of a part that is filed as 1; 1 where it is not named. Fractions hold nothing above it. */
  readonly one?: Readonly<Record<string, number>>;
}

/**
 * Every picture that stages leave for one another, one file per frame or, where it says so, per canvas. `h, w` is the working
 * size, `gh, gw` the network's grid.
 */
export const pictureKinds = {
  /** `[3, h, w]`, in [0, 1]. */
  frame: { stage: "read", encoding: "unit16", parts: { colour: 3 } },
  /** `[N, h, w]` with gaps filled, as far as the user gave them: `readMasks` knows where their outlines lie. */
  mask: { stage: "read", encoding: "unit8", parts: { masks: REST } },
  /** Motion to the next frame beyond the camera's, in pixels of the grid, `[2, gh, gw]`. */
  flow: { stage: "register", encoding: "float32", parts: { flow: 2 } },
  /** Per canvas: frames in its place, `[3·samples, H, W]`. */
  "aligned-colours": {
    stage: "background",
    encoding: "unit16",
    parts: { colours: REST },
  },
  /** Per canvas: where each sample shows background, `[samples, H, W]`, and how many do, `[1, H, W]`. */
  "aligned-areas": {
    stage: "background",
    encoding: "unit8",
    parts: { valid: REST, count: 1 },
    one: { count: 255 },
  },
  /** Per canvas of a clip with depth: displacements at the vertices of its mesh, `[2·frames, rows + 1, columns + 1]` pixels. */
  depth: {
    stage: "background",
    encoding: "float32",
    parts: { meshes: REST },
  },
  /** Per canvas: the fused background. */
  canvas: {
    stage: "background",
    encoding: "float32",
    parts: { colour: 3, spread: 1, count: 1 },
  },
  /** Per canvas of which no frame shows some: the frame that is copied from, where it may be, and where to. */
  "never-seen": {
    stage: "background",
    encoding: "unit16",
    parts: { source: 3, usable: 1, wanted: 1 },
  },
  /** Per canvas that was filled: 1 where its background was invented, `[1, H, W]`. */
  invented: {
    stage: "background",
    encoding: "unit8",
    parts: { invented: 1 },
  },
  /** Per canvas whose ground moves by itself, see `SelfMotion`: `[3, H, W]`. */
  "bare-ground": {
    stage: "background",
    encoding: "unit16",
    parts: { bare: 3 },
  },
  /** Per such canvas, at a quarter of its size. */
  "usual-ground": {
    stage: "background",
    encoding: "unit16",
    parts: { usual: 3, unrest: 1 },
  },
  /** Per such canvas, `[N, 2h, 2w]` at that size: how dark the ground is beside each subject. */
  footprints: {
    stage: "background",
    encoding: "unit16",
    parts: { footprints: REST },
  },
  /** A frame's background; no more than 64 samples of a pixel are told. */
  background: {
    stage: "background",
    encoding: "unit16",
    parts: { colour: 3, spread: 1, count: 1 },
    one: { count: 64 },
  },
  /** What the background does not explain, `[1, gh, gw]`. */
  evidence: {
    stage: "background",
    encoding: "float32",
    parts: { evidence: 1 },
  },
  /** What the network attributes to each subject, `[N, gh, gw]`. */
  support: { stage: "train", encoding: "unit16", parts: { support: REST } },
  /** The subjects' own alpha mattes without their effects, `[N, h, w]`. */
  "object-matte": {
    stage: "refine",
    encoding: "unit16",
    parts: { alphas: REST },
  },
} as const satisfies Record<string, PictureKind>;

/** Name of a kind of picture. */
export type PictureName = keyof typeof pictureKinds;

/** The parts of one kind of picture. */
export type Picture<K extends PictureName> = {
  readonly [P in keyof (typeof pictureKinds)[K]["parts"]]: Raster;
};

/** The same before it is written; a part may be several pictures, one after another. */
type PictureParts<K extends PictureName> = {
  readonly [P in keyof Picture<K>]: Raster | readonly Raster[];
};

/** The same in the codes of its file. */
export type PackedPicture<K extends PictureName> = {
  readonly [P in keyof Picture<K>]: PackedRaster;
};

/** File of plain facts that a stage leaves; `T` is what it holds. */
export interface FactsFile<T> {
  readonly stage: FilingStage;
  readonly name: string;
  /** Only for the compiler. */
  readonly holds?: T;
}

/** Names the facts of a stage. */
export const factsFile = <T>(
  stage: FilingStage,
  name: string = stage,
): FactsFile<T> => ({ stage, name: `${name}.json` });

/** Per mask, how far its outline is moved outwards for the background and all that follows, in units. */
export const outlineMoves = factsFile<readonly number[]>(
  "background",
  "outlines",
);

/** The one owner of every intermediate file: its name, its layout, and how it is read and written. */
export class Artifacts {
  readonly folders: StageFolders;
  #moves: (() => Promise<readonly number[] | undefined>) | undefined;

  constructor(folders: StageFolders) {
    this.folders = folders;
  }

  /** The same files, but those of one stage lie in another folder. */
  elsewhere(stage: FilingStage, folder: string): Artifacts {
    return new Artifacts({ ...this.folders, [stage]: folder });
  }

  /**
   * Makes the folders.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async open(): Promise<void> {
    for (const folder of new Set(Object.values(this.folders)))
      await mkdir(folder, { recursive: true }).catch((error: unknown) => {
        throw writeFailure(error, folder);
      });
  }

  /** What the folder of a stage is called: another one for every key. */
  nameOf(stage: FilingStage): string {
    return basename(this.folders[stage]);
  }

  /** Folder of a stage, for what only that stage knows. */
  folder(stage: FilingStage): JobFolder {
    return new JobFolder(this.folders[stage], stage);
  }

  /**
   * Files a picture.
   *
   * @param index of the frame or canvas, from 0
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  async write<K extends PictureName>(
    kind: K,
    index: number,
    picture: PictureParts<K>,
  ): Promise<void> {
    const { stage, encoding, parts, one }: PictureKind = pictureKinds[kind];
    const filed = Object.keys(parts).flatMap((part) => {
      const scale = 1 / (one?.[part] ?? 1);
      const values = (
        picture as Readonly<Record<string, Raster | readonly Raster[]>>
      )[part]!;
      return [values]
        .flat()
        .map((each) => (scale === 1 ? each : times(each, scale)));
    });
    await this.folder(stage).writeRasters(
      fileName(kind, index),
      filed,
      encoding,
    );
  }

  /**
   * Reads a picture, into the kernels' memory while a scope is open: it lives as long as that.
   *
   * @param index of the frame or canvas, from 0
   */
  async read<K extends PictureName>(
    kind: K,
    index: number,
  ): Promise<Picture<K>> {
    const { stage, one }: PictureKind = pictureKinds[kind];
    const planes = await this.folder(stage).readPacked(fileName(kind, index));
    const picture: Record<string, Raster> = {};
    for (const [part, codes] of partsOf(kind, planes)) {
      const values = copyOf(codes);
      picture[part] = values;
      const scale = one?.[part] ?? 1;
      if (scale === 1) continue;
      for (let i = 0; i < values.data.length; i++) values.data[i]! *= scale;
    }
    return picture as Picture<K>;
  }

  /**
   * Reads a picture in the codes of its file, of which 0 is 0 and the largest is the part's `one`.
   *
   * @param index of the frame or canvas, from 0
   */
  async readPacked<K extends PictureName>(
    kind: K,
    index: number,
  ): Promise<PackedPicture<K>> {
    const { stage } = pictureKinds[kind];
    const planes = await this.folder(stage).readPacked(fileName(kind, index));
    return Object.fromEntries(partsOf(kind, planes)) as PackedPicture<K>;
  }

  /** Whether a picture is there. */
  has(kind: PictureName, index: number): Promise<boolean> {
    return this.folder(pictureKinds[kind].stage).has(fileName(kind, index));
  }

  /** Removes a picture, so that it is made anew. */
  async remove(kind: PictureName, index: number): Promise<void> {
    noteElse();
    const folder = this.folder(pictureKinds[kind].stage);
    await rm(folder.file(fileName(kind, index)), { force: true });
  }

  /** A frame's masks at working size with gaps filled and their outlines where they belong, `[N, h, w]`. */
  async readMasks(index: number): Promise<Raster> {
    const { masks } = await this.read("mask", index);
    const moves = await this.#outlineMoves();
    return moves === undefined || moves.every((move) => move === 0)
      ? masks
      : scoped(() =>
          moveOutlines(masks, moves, pixelUnit(masks.height, masks.width)),
        );
  }

  /** Facts that a stage has left; undefined before it has. */
  async readFacts<T>({ stage, name }: FactsFile<T>): Promise<T | undefined> {
    const folder = this.folder(stage);
    return (await folder.has(name))
      ? ((await folder.readJson(name)) as T)
      : undefined;
  }

  /**
   * Files facts.
   *
   * @throws LaminaError `disk-full`, `output-unwritable`
   */
  writeFacts<T>({ stage, name }: FactsFile<T>, facts: T): Promise<void> {
    return this.folder(stage).writeJson(name, facts ?? null);
  }

  /** They are measured once, by the background stage, and stay. */
  async #outlineMoves(): Promise<readonly number[] | undefined> {
    this.#moves ??= sharedRead(() => this.readFacts(outlineMoves));
    const moves = await this.#moves();
    if (moves === undefined) this.#moves = undefined;
    return moves;
  }
}

const fileName = (kind: PictureName, index: number): string =>
  `${kind}-${String(index).padStart(5, "0")}.bin`;

function times({ channels, height, width, data }: Raster, by: number): Raster {
  const out = raster(channels, height, width);
  for (let i = 0; i < data.length; i++) out.data[i] = data[i]! * by;
  return out;
}

/** The parts of a picture by their names. */
function partsOf(
  kind: PictureName,
  planes: PackedRaster,
): [string, PackedRaster][] {
  const { parts }: PictureKind = pictureKinds[kind];
  const named = Object.values(parts).reduce((sum, n) => sum + n, 0);
  let at = 0;
  return Object.entries(parts).map(([part, count]) => {
    const channels = count === REST ? planes.channels - named : count;
    const first = at;
    at += channels;
    return [part, packedPlanes(planes, first, channels)];
  });
}
