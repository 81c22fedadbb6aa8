import os from "node:os";
import { parseArgs } from "node:util";
import { openScope } from "../src/kernels/memory.ts";
import { raster, type Raster } from "../src/kernels/raster.ts";
import { type Contest, contests } from "./kernel-contests.ts";
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
    `${os.cpus()[0]?.model ?? "a processor of unknown make"}; load ${fixed(os.loadavg()[0], 1)}; medians of ${rounds}, processor time\n`,
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
    const began = process.cpuUsage();
    work();
    const spent = process.cpuUsage(began);
    times.push((spent.user + spent.system) / 1000);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

main();
