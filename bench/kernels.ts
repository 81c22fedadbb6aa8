import os from "node:os";
import { parseArgs } from "node:util";
import { boxMean, gaussian } from "../src/kernels/gaussian.ts";
import { openScope } from "../src/kernels/memory.ts";
import {
  PATCH_SIDE,
  searchPatches,
  type PatchFeatures,
  type PatchField,
} from "../src/kernels/patch-search.ts";
import { raster, type Raster } from "../src/kernels/raster.ts";
import * as gaussianReference from "../test/kernels/reference/gaussian.ts";
import { patchCost } from "../test/kernels/reference/patch-search.ts";
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
    name: "patch costs, 50 000 targets",
    planes: 4,
    kernel: (p) => {
      searchPatches(
        patchesOf(p),
        firstPatches(p),
        { free: 0, penalty: 0 },
        0,
        1,
      );
    },
    reference: (p) => {
      const { targets, sources } = firstPatches(p);
      const features = patchesOf(p);
      for (const t of targets) patchCost(features, t, sources[t]!);
    },
  },
];

/** The picture's values, four a pixel, as if they were features. */
const patchesOf = ({ width, data }: Raster): PatchFeatures => ({
  height: Math.floor((3 * data.length) / (12 * width)),
  width,
  channels: 4,
  data,
});

/** Patches that are compared with those a row of patches below them. */
function firstPatches({ width, height }: Raster): PatchField {
  const area = width * height;
  const targets = Int32Array.from({ length: 50_000 }, (_, i) => i);
  const sources = new Int32Array(area);
  for (const t of targets) sources[t] = t + PATCH_SIDE * width;
  return {
    targets,
    wanted: new Uint8Array(area),
    allowed: new Uint8Array(area),
    sources,
    costs: new Float32Array(area),
  };
}

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
