import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { writeScene } from "../src/cli/write-scene.ts";
import {
  type GivenEdit,
  readEdits,
  writeEdits,
} from "../src/document/edits-document.ts";
import { stretchOver } from "../src/edits/placement.ts";
import { emptyPicture, type Picture } from "../src/edits/picture.ts";
import { pyramidOf, stretch } from "../src/edits/stretch.ts";
import { compose, invert } from "../src/kernels/homography.ts";
import { numberedPng } from "../src/job-contract/frame-files.ts";
import { readRgb } from "../src/media/image-file.ts";
import { writePng } from "../src/media/write-png.ts";
import { renderEdits } from "../src/render/render-edits.ts";
import { cameraAt, pixelToGround } from "../src/scenes/camera.ts";
import { presetNamed } from "../src/scenes/presets.ts";
import { type PaintGround, renderScene } from "../src/scenes/render-scene.ts";
import type { SceneSpec } from "../src/scenes/scene-spec.ts";
import { runDecompose } from "./run-command.ts";
import { foreignBackdrop } from "./score-scene.ts";
import { table } from "./table.ts";

// What layers are good for, against the renderer's own render of the same: tsx bench/uses.ts [--quality q] [--only scene] [--work folder]
const { values } = parseArgs({
  options: {
    quality: { type: "string", default: "standard" },
    only: { type: "string" },
    work: { type: "string", default: "out/uses" },
  },
});

const still: SceneSpec = { ...presetNamed("shadow-static")!, frameCount: 24 };
const panning: SceneSpec = {
  ...presetNamed("shadow-pan")!,
  camera: "pan",
  frameCount: 24,
};
/** Three walkers who jump one after the other, five frames apart. */
const jumping: SceneSpec = {
  ...presetNamed("three-subjects")!,
  camera: "static",
  frameCount: 24,
  subjects: presetNamed("three-subjects")!.subjects.map((subject, k) => ({
    ...subject,
    jump: { at: 4 + 5 * k, frames: 8, metres: 0.7 },
  })),
};

type Corners = [
  [number, number],
  [number, number],
  [number, number],
  [number, number],
];

/** Where the sign lies in the frame `at`, counted from 1: on the ground that the walker's shadow crosses. */
const sign: { readonly at: number; readonly corners: Corners } = {
  at: 12,
  corners: [
    [140, 178],
    [300, 178],
    [330, 236],
    [110, 236],
  ],
};

/** A sign of coloured fields, premultiplied. */
function signPicture(): Picture {
  const size = { width: 64, height: 32 };
  const picture = emptyPicture(size, 4, 0);
  const fields = [
    [0.95, 0.85, 0.2],
    [0.85, 0.2, 0.15],
    [0.9, 0.9, 0.9],
    [0.2, 0.4, 0.8],
  ] as const;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++)
      picture.data.set(
        [...fields[((x >> 4) + (y >> 4)) & 3]!, 1],
        4 * (y * size.width + x),
      );
  return { ...picture, box: { left: 0, top: 0, right: 64, bottom: 32 } };
}

/** Paints the sign onto a scene's ground, through the renderer's own camera. */
function paintSign(spec: SceneSpec): PaintGround {
  const pyramid = pyramidOf(signPicture());
  const groundOf = (t: number): number[] => [
    ...pixelToGround(cameraAt(spec, t, 1)),
  ];
  const onGround = compose(
    groundOf(sign.at - 1),
    stretchOver(pyramid[0]!, sign.corners),
  );
  return (ground, t) => {
    const drawn = stretch(
      pyramid,
      compose(invert(groundOf(t)), onGround),
      ground,
    );
    for (let i = 0; i < ground.data.length; i += 4)
      for (let c = 0; c < 3; c++)
        ground.data[i + c] =
          ground.data[i + c]! * (1 - drawn.data[i + 3]!) + drawn.data[i + c]!;
  };
}

interface Case {
  readonly name: string;
  readonly spec: SceneSpec;
  readonly edits: (work: string) => readonly GivenEdit[];
  readonly truth: ReturnType<typeof renderScene>;
  /** Frames, counted from 1, in which everything that is moved has frames of its own. */
  readonly frames: readonly [number, number];
  /** dB in what the use changes, where one is named. */
  readonly target?: number;
  /** Whether that is what subjects and their effects cover, since all else is changed too. */
  readonly inLayers?: boolean;
}

const later = 5;

/** The first subject comes later, or once more later. */
const delayed = (spec: SceneSpec, both: boolean): SceneSpec => {
  const [first] = spec.subjects;
  const late = { ...first!, delay: later };
  return {
    ...spec,
    subjects: both ? [first!, { ...late, name: "twin" }] : [late],
  };
};

/** Paints the foreign backdrop over all of the ground, as it stays with the frame. */
const paintElsewhere = ({ size }: SceneSpec): PaintGround => {
  const colours = foreignBackdrop(size.width, size.height);
  return (ground) => {
    const scale = ground.width / size.width;
    for (let y = 0; y < ground.height; y++)
      for (let x = 0; x < ground.width; x++) {
        const from =
          3 * (Math.floor(y / scale) * size.width + Math.floor(x / scale));
        for (let c = 0; c < 3; c++)
          ground.data[4 * (y * ground.width + x) + c] =
            colours[from + c]! / 255;
      }
  };
};

const onScene = (kind: string, spec: SceneSpec): Case[] => [
  {
    name: `${kind}: backdrop`,
    spec,
    edits: (work) => [
      {
        use: "backdrop",
        fill: "image",
        path: path.resolve(work, "elsewhere.png"),
      },
    ],
    truth: renderScene(spec, paintElsewhere(spec)),
    frames: [1, spec.frameCount],
    inLayers: true,
  },
  {
    name: `${kind}: sign under the shadow`,
    spec,
    edits: (work) => [
      {
        use: "insert",
        what: "image",
        path: path.resolve(work, "sign.png"),
        id: "sign",
        ...sign,
      },
    ],
    truth: renderScene(spec, paintSign(spec)),
    frames: [1, spec.frameCount],
    target: 38,
  },
  {
    name: `${kind}: duplicate`,
    spec,
    edits: () => [
      { use: "duplicate", layer: "walker", id: "twin", frames: later },
    ],
    truth: renderScene(delayed(spec, true)),
    frames: [later + 1, spec.frameCount],
    target: 34,
  },
  {
    name: `${kind}: shift`,
    spec,
    edits: () => [{ use: "shift", layer: "walker", frames: later }],
    truth: renderScene(delayed(spec, false)),
    frames: [later + 1, spec.frameCount],
    target: 34,
  },
];

const marks = [8, 13, 18] as const;
const cases: readonly Case[] = [
  ...onScene("still", still),
  ...onScene("panning", panning),
  {
    name: "jump together",
    spec: jumping,
    edits: () =>
      jumping.subjects.flatMap(({ name }, k): GivenEdit[] =>
        k === 1
          ? []
          : [
              {
                use: "shift",
                layer: name,
                align: {
                  mark: marks[k]!,
                  to: { layer: "middle", mark: marks[1] },
                },
              },
            ],
      ),
    truth: renderScene({
      ...jumping,
      subjects: jumping.subjects.map((subject, k) => ({
        ...subject,
        delay: marks[1] - marks[k]!,
      })),
    }),
    frames: [6, jumping.frameCount - 5],
    target: 34,
  },
];

const psnr = (sum: number, count: number): string =>
  count === 0
    ? "–"
    : (10 * Math.log10((255 * 255 * count) / Math.max(sum, 1e-9))).toFixed(1);

const rmse = (sum: number, count: number): string =>
  count === 0 ? "–" : Math.sqrt(sum / count).toFixed(1);

/** PSNR over what the use changes in the truth, over the whole picture, and of the clip itself over the former; and the RMS error there. */
async function score(
  { truth, frames: [from, to], inLayers = false }: Case,
  clip: string,
  out: string,
): Promise<readonly string[]> {
  let [changed, count, all, pixels, before] = [0, 0, 0, 0, 0];
  for (let t = from; t <= to; t++) {
    const { rgb: expected, subjects } = truth.frame(t - 1);
    const { data } = await readRgb(path.join(out, numberedPng(t - 1)));
    const own = (await readRgb(path.join(clip, numberedPng(t - 1)))).data;
    for (let at = 0; at < expected.length; at += 3) {
      let [error, away, most] = [0, 0, 0];
      for (let c = at; c < at + 3; c++) {
        error += (expected[c]! - data[c]!) ** 2;
        away += (expected[c]! - own[c]!) ** 2;
        most = Math.max(most, Math.abs(expected[c]! - own[c]!));
      }
      all += error;
      pixels += 3;
      const pixel = at / 3;
      const isMeant = inLayers
        ? subjects.some(({ rgba }) => rgba[4 * pixel + 3]! > 0)
        : // More than noise makes of it.
          most > 6;
      if (!isMeant) continue;
      changed += error;
      before += away;
      count += 3;
    }
  }
  return [
    psnr(changed, count),
    psnr(all, pixels),
    psnr(before, count),
    rmse(changed, count),
  ];
}

const work = path.resolve(values.work);
await mkdir(work, { recursive: true });
const { width, height, data } = signPicture();
await writePng(
  path.join(work, "sign.png"),
  Uint8Array.from(data, (value) => Math.round(255 * value)),
  width,
  height,
  4,
);
await writePng(
  path.join(work, "elsewhere.png"),
  Uint8Array.from(
    foreignBackdrop(still.size.width, still.size.height),
    Math.round,
  ),
  still.size.width,
  still.size.height,
  3,
);
const rows = [
  ["use", "changed dB", "target", "whole dB", "clip as it was", "RMSE"],
];
for (const each of cases) {
  if (values.only !== undefined && !each.name.includes(values.only)) continue;
  const place = path.join(work, each.name.split(":")[0]!.replaceAll(" ", "-"));
  const clip = path.join(place, "rgb");
  const layers = path.join(place, `layers-${values.quality}`);
  if (!existsSync(clip)) await writeScene(renderScene(each.spec), place, false);
  if (!existsSync(layers))
    await runDecompose({
      clip,
      masks: Object.fromEntries(
        each.spec.subjects.map(({ name }) => [
          name,
          path.join(place, "mask", name),
        ]),
      ),
      out: layers,
      quality: values.quality,
    });
  const out = path.join(place, each.name.replace(/[^a-z]+/g, "-"));
  await rm(out, { recursive: true, force: true });
  await renderEdits(
    {
      resultFolder: layers,
      edits: readEdits(writeEdits(each.edits(work)), "edits.json"),
      editsFolder: work,
      out,
      format: "png",
    },
    { signal: new AbortController().signal, onFrame: () => undefined },
  );
  const [changed, whole, before, error] = await score(each, clip, out);
  const target = String(each.target ?? "–");
  rows.push([each.name, changed!, target, whole!, before!, error!]);
  console.log(rows.at(-1)!.join("  "));
}
console.log(table(rows));
