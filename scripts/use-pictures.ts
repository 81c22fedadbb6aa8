import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, stat } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { runDecompose } from "../bench/run-command.ts";
import { writeScene } from "../src/cli/write-scene.ts";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../src/document/edits-document.ts";
import { numberedPng } from "../src/job-contract/frame-files.ts";
import { drawText } from "../src/media/draw-text.ts";
import { findFfmpeg } from "../src/media/find-ffmpeg.ts";
import { writePng } from "../src/media/write-png.ts";
import { renderEdits } from "../src/render/render-edits.ts";
import { presetNamed } from "../src/scenes/presets.ts";
import { renderScene } from "../src/scenes/render-scene.ts";
import type { SceneSpec } from "../src/scenes/scene-spec.ts";

// Makes the README's strip of what layers can be put to, and a short movie of each use, from clips of the project's own renderer.
const root = path.resolve(import.meta.dirname, "..");
const work = path.join(root, "out", "use-pictures");
const docs = path.join(root, "docs");

const FRAMES = 36;
const COLUMNS = 3;
/** Width of a picture in the strip, in pixels. */
const TILE = 300;
/** Height of the line of words beneath it. */
const CAPTION = 22;
/** What a movie may take in the project. */
const MOST_BYTES = 1e6;

/** The camera goes along with a walker who is mirrored in the wet ground. */
const walk: SceneSpec = {
  ...presetNamed("sample")!,
  name: "walk",
  frameCount: FRAMES,
};
const three = presetNamed("three-subjects")!;
/** Where the three walk, in metres from the middle: side by side. */
const WAYS = [
  { from: -2.3, to: -1.2 },
  { from: -0.5, to: 0.4 },
  { from: 1.1, to: 1.9 },
] as const;
/** Three who jump one after the other. */
const jumps: SceneSpec = {
  ...three,
  name: "jumps",
  camera: "static",
  frameCount: FRAMES,
  subjects: three.subjects.map((subject, k) => ({
    ...subject,
    ...WAYS[k]!,
    jump: { at: 8 + 6 * k, frames: 9, metres: 0.7 },
  })),
};
/** The frame of `jumps` in which each of the three is up. */
const TOPS = [12, 18, 24] as const;

interface Shown {
  /** Of its movie; also what it is called in the strip. */
  readonly name: string;
  readonly title: string;
  readonly scene: SceneSpec;
  /** None for the clip as it is. */
  readonly edits: readonly GivenEdit[];
  /** The frame that the strip shows, counted from 1. */
  readonly frame: number;
}

const [far, middle, near] = jumps.subjects.map(({ name }) => name) as [
  string,
  string,
  string,
];

const shows: readonly Shown[] = [
  { name: "", title: "a clip", scene: walk, edits: [], frame: 20 },
  {
    name: "remove",
    title: "removed",
    scene: walk,
    edits: [{ use: "remove", layer: "walker" }],
    frame: 20,
  },
  {
    name: "effects",
    title: "shadow soft and blue, no reflection",
    scene: walk,
    edits: [
      { use: "remove", layer: "walker", parts: "reflection" },
      {
        use: "effect",
        layer: "walker",
        strength: 1.4,
        softness: 3,
        tint: "#203c78",
      },
    ],
    frame: 20,
  },
  {
    name: "duplicate",
    title: "twice more, on the ground",
    scene: walk,
    edits: [
      {
        use: "duplicate",
        layer: "walker",
        id: "second",
        offset: [-95, -6],
        at: 20,
        scale: 0.94,
        above: "background",
      },
      {
        use: "duplicate",
        layer: "walker",
        id: "third",
        offset: [105, 10],
        at: 20,
        frames: 4,
        fill: "hold",
      },
    ],
    frame: 20,
  },
  {
    name: "speed",
    title: "walks on while its double stands",
    scene: walk,
    edits: [
      { use: "duplicate", layer: "walker", id: "stands", above: "background" },
      { use: "speed", layer: "stands", factor: 0, from: 9 },
    ],
    frame: 26,
  },
  {
    name: "title",
    title: "title under shadow and reflection",
    scene: walk,
    edits: [
      {
        use: "insert",
        what: "text",
        text: "LAMINA",
        font: "sans-serif Bold",
        colour: "#f4c430",
        id: "title",
        at: 20,
        corners: [
          [120, 178],
          [330, 178],
          [362, 238],
          [88, 238],
        ],
      },
    ],
    frame: 20,
  },
  { name: "", title: "one jumps after the other", scene: jumps, edits: [], frame: TOPS[1] }, // prettier-ignore
  {
    name: "shift",
    title: "all jump together",
    scene: jumps,
    edits: [far, near].map((layer, i): GivenEdit => ({
      use: "shift",
      layer,
      align: {
        mark: TOPS[2 * i]!,
        to: { layer: middle, mark: TOPS[1] },
      },
    })),
    frame: TOPS[1],
  },
  {
    name: "backdrop",
    title: "elsewhere, under the same shadows",
    scene: jumps,
    edits: [{ use: "backdrop", fill: "image", path: "elsewhere.png" }],
    frame: TOPS[1],
  },
];

/** Renders and decomposes a scene, unless that was done before. */
async function layersOf(spec: SceneSpec): Promise<{
  readonly clip: string;
  readonly layers: string;
}> {
  const place = path.join(work, spec.name);
  const [clip, layers] = [path.join(place, "rgb"), path.join(place, "layers")];
  if (!existsSync(clip)) await writeScene(renderScene(spec), place, false);
  if (!existsSync(layers))
    await runDecompose({
      clip,
      masks: Object.fromEntries(
        spec.subjects.map(({ name }) => [name, path.join(place, "mask", name)]),
      ),
      out: layers,
      quality: "standard",
    });
  return { clip, layers };
}

/** Writes the clip and what became of it side by side, as a movie that every browser plays. */
async function writeMovie(
  clip: string,
  result: string,
  name: string,
): Promise<void> {
  const out = path.join(docs, `use-${name}.mp4`);
  const numbered = numberedPng(0).replace(/0*1(?=\.)/, (d) => `%0${d.length}d`);
  // prettier-ignore
  const options = [
    "-y", "-loglevel", "error",
    "-framerate", "25", "-i", path.join(clip, numbered),
    "-framerate", "25", "-i", path.join(result, numbered),
    "-filter_complex", "hstack,format=yuv420p",
    "-c:v", "libx264", "-crf", "24", "-preset", "veryslow", "-bf", "2",
    "-movflags", "+faststart", "-map_metadata", "-1", out,
  ];
  const ffmpeg = findFfmpeg();
  if (ffmpeg === undefined) throw new Error("ffmpeg is not there");
  const child = spawn(ffmpeg.program, options, {
    stdio: ["ignore", "inherit", "inherit"],
  });
  const [code] = (await once(child, "exit")) as [number | null];
  const { size } = await stat(out);
  if (code !== 0 || size > MOST_BYTES)
    throw new Error(`${out}: ffmpeg ended with ${code}, ${size} bytes`);
  console.log(`${path.relative(root, out)} ${Math.round(size / 1000)} kB`);
}

/** A picture of the strip, above what it shows in words. */
async function tile(file: string, title: string): Promise<Buffer> {
  const picture = await sharp(await readFile(file))
    .resize({ width: TILE })
    .png()
    .toBuffer();
  const { width, height, data } = await drawText(
    { text: title, font: "sans-serif", colour: "#333333" },
    13,
  );
  const high = (await sharp(picture).metadata()).height;
  const whole = { width: TILE, height: high + CAPTION, channels: 3 } as const;
  return sharp({ create: { ...whole, background: "#ffffff" } })
    .composite([
      { input: picture, left: 0, top: 0 },
      {
        input: Buffer.from(data),
        raw: { width, height, channels: 4 },
        left: 2,
        top: high + Math.round((CAPTION - height) / 2),
      },
    ])
    .png()
    .toBuffer();
}

await mkdir(work, { recursive: true });
const elsewhere = renderScene({ ...presetNamed("shadow-pan")!, shade: false });
const { width, height } = elsewhere.spec.size;
await writePng(
  path.join(work, "elsewhere.png"),
  elsewhere.frame(0).background,
  width,
  height,
  3,
);
const tiles: Buffer[] = [];
for (const { name, title, scene, edits, frame } of shows) {
  const { clip, layers } = await layersOf(scene);
  const out = name === "" ? clip : path.join(work, `result-${name}`);
  if (name !== "") {
    await rm(out, { recursive: true, force: true });
    await renderEdits(
      {
        resultFolder: layers,
        edits: readEdits(writeEdits(edits), "edits.json"),
        editsFolder: work,
        out,
        format: "png",
      },
      { signal: new AbortController().signal, onFrame: () => undefined },
    );
    await writeMovie(clip, out, name);
  }
  tiles.push(await tile(path.join(out, numberedPng(frame - 1)), title));
}
const GAP = 4;
const high = (await sharp(tiles[0]).metadata()).height;
const strip = path.join(docs, "uses.png");
await sharp({
  create: {
    width: COLUMNS * (TILE + GAP) - GAP,
    height: Math.ceil(tiles.length / COLUMNS) * (high + GAP) - GAP,
    channels: 3,
    background: "#ffffff",
  },
})
  .composite(
    tiles.map((input, i) => ({
      input,
      left: (i % COLUMNS) * (TILE + GAP),
      top: Math.floor(i / COLUMNS) * (high + GAP),
    })),
  )
  .png({ palette: true, quality: 92, effort: 10 })
  .toFile(strip);
console.log(path.relative(root, strip));
