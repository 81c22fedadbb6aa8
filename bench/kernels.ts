import os from "node:os";
import { parseArgs } from "node:util";
import { boxMean, gaussian } from "../src/kernels/gaussian.ts";
import { effectsAway } from "../src/kernels/effects.ts";
import { enlargePlanes } from "../src/kernels/enlarge.ts";
import { backgroundDoubt, colourMoments } from "../src/kernels/matte.ts";
import { openScope } from "../src/kernels/memory.ts";
import { plane, raster, type Raster } from "../src/kernels/raster.ts";
import * as effectsReference from "../test/kernels/reference/effects.ts";
import * as enlargeReference from "../test/kernels/reference/enlarge.ts";
import * as matteReference from "../test/kernels/reference/matte.ts";
import * as gaussianReference from "../test/kernels/reference/gaussian.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/kernels.ts [kernel …] [options]
  kernel             only those whose names have this in them
  --rounds <n>       times each is run; the median counts (7)
  --sizes <w×h,…>    pictures (448x256,1920x1080)`;

const options = {
  rounds: { type: "string", default: "7" },
  sizes: { type: "string", default: "448x256,1920x1080" },
  help: { type: "boolean", default: false },
} as const;

/** A kernel beside its reference, on the same picture. */
interface Contest {
  readonly name: string;
  /** Float32 planes that come in and go out: what a perfect kernel would read and write. */
  readonly planes: number;
  readonly kernel: (picture: Raster) => unknown;
  readonly reference: (picture: Raster) => unknown;
}

const contests: readonly Contest[] = [
  {
    name: "Gaussian σ 1.5, 3 planes",
    planes: 6,
    kernel: (p) => gaussian(p, 1.5),
    reference: (p) => gaussianReference.gaussian(p, 1.5),
  },
  {
    name: "Gaussian σ 8, 3 planes",
    planes: 6,
    kernel: (p) => gaussian(p, 8),
    reference: (p) => gaussianReference.gaussian(p, 8),
  },
  {
    name: "box mean 7, 3 planes",
    planes: 6,
    kernel: (p) => boxMean(p, 7),
    reference: (p) => gaussianReference.boxMean(p, 7),
  },
  {
    name: "moments of colours, 3 planes to 10",
    planes: 14,
    kernel: (p) => colourMoments(p, plane(p, 0)),
    reference: (p) => matteReference.colourMoments(p, plane(p, 0)),
  },
  {
    name: "doubt in the background",
    planes: 11,
    kernel: (p) => backgroundDoubt(estimate(p), plane(p, 1), DOUBT),
    reference: (p) =>
      matteReference.backgroundDoubt(estimate(p), plane(p, 1), DOUBT),
  },
  {
    name: "effects taken away",
    planes: 15,
    kernel: (p) => effectsAway(effectPixels(p)),
    reference: (p) => effectsReference.effectsAway(effectPixels(p)),
  },
  {
    name: "enlarging to twice the size, 3 planes",
    planes: 15,
    kernel: (p) =>
      enlargePlanes(
        p,
        2 * p.height,
        2 * p.width,
        whole(2 * p.height, 2 * p.width),
      ),
    reference: (p) =>
      enlargeReference.enlargePlanes(
        p,
        2 * p.height,
        2 * p.width,
        whole(2 * p.height, 2 * p.width),
      ),
  },
];

const DOUBT = { range: 0.1, noise: 1e-4, clear: 0.5 };
const estimate = (p: Raster) => ({
  frame: p,
  background: p,
  spread: plane(p, 0),
});
const effectPixels = (p: Raster) => ({
  frame: p,
  background: p,
  spread: plane(p, 0),
  significance: plane(p, 1),
  zone: plane(p, 2),
  gates: plane(p, 0),
  objects: plane(p, 1),
});
const whole = (bottom: number, right: number) => ({
  left: 0,
  top: 0,
  right,
  bottom,
});

function main(): void {
  const { values, positionals } = parseArgs({
    options,
    allowPositionals: true,
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  const rounds = Number(values.rounds);
  console.log(
    `${os.cpus()[0]?.model ?? "a processor of unknown make"}; load ${fixed(os.loadavg()[0], 1)}; medians of ${rounds}\n`,
  );
  for (const size of values.sizes.split(",")) {
    const [width = 0, height = 0] = size.split("x").map(Number);
    const rows = [
      [
        size,
        "ms",
        "ns per pixel",
        "GB/s",
        "× a copy",
        "in an ordinary array",
        "reference ms",
        "ratio",
      ],
    ];
    for (const contest of contests) {
      if (
        positionals.length > 0 &&
        !positionals.some((part) => contest.name.includes(part))
      )
        continue;
      rows.push(measure(contest, width, height, rounds));
    }
    console.log(`${table(rows)}\n`);
  }
}

function measure(
  { name, planes, kernel, reference }: Contest,
  width: number,
  height: number,
  rounds: number,
): string[] {
  const outside = noise(width, height);
  using _pictures = openScope();
  const inside = noise(width, height);
  const target = raster(3, height, width);
  const run = (work: () => unknown): number =>
    medianMs(rounds, () => {
      using _round = openScope();
      work();
    });
  const inPlace = run(() => kernel(inside));
  const copying = medianMs(rounds, () => kernel(outside));
  const plain = medianMs(rounds, () => reference(outside));
  const copy =
    (run(() => {
      target.data.set(inside.data);
    }) *
      planes) /
    (2 * inside.channels);
  const pixels = width * height;
  return [
    name,
    fixed(inPlace, 2),
    fixed((1e6 * inPlace) / pixels, 2),
    fixed((planes * 4 * pixels) / (1e6 * inPlace), 1),
    fixed(inPlace / copy, 1),
    fixed(copying, 2),
    fixed(plain, 2),
    fixed(inPlace / plain, 3),
  ];
}

/** Three planes without a pattern, the same each time. */
function noise(width: number, height: number): Raster {
  const out = raster(3, height, width);
  let state = 1;
  for (let i = 0; i < out.data.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    out.data[i] = state / 2 ** 32;
  }
  return out;
}

function medianMs(rounds: number, work: () => unknown): number {
  work();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) {
    const began = performance.now();
    work();
    times.push(performance.now() - began);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

main();
