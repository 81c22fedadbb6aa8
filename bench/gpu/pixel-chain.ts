import { seededRandom } from "../../src/autodiff/seeded-random.ts";
import { fuseSamples } from "../../src/vision/background/mode-fusion.ts";
import { fromBytes } from "../../src/vision/image/colour.ts";
import { gaussian } from "../../src/kernels/gaussian.ts";
import {
  apply,
  type Homography,
  invert,
} from "../../src/kernels/homography.ts";
import type { Raster } from "../../src/kernels/raster.ts";
import { homographyField, sampleCubic } from "../../src/kernels/warp.ts";
import { describeSize, type Size } from "../../src/units/size.ts";
import type { PartOptions, Report } from "./part.ts";
import { type ChainTimes, GpuChain } from "./pixel-chain-gpu.ts";
import { openDawn } from "./dawn.ts";

const fullHd: Size = { width: 1920, height: 1080 };
/** A processor that plays the GPU shows that it works, not how fast: a thirty-sixth of the pixels. */
const tiny: Size = { width: 320, height: 180 };
const SIGMA = 1.5;
/** Difference of colour within which samples agree, as for the background. */
const AGREEMENT = 0.02;

/** Hand-held: some pixels, some hundredths of a degree, a little perspective. */
const maps: readonly Homography[] = [-2, -1, 0, 1, 2].map((t) => [
  1 + 1e-3 * t,
  2e-3 * t,
  3.3 * t,
  -2e-3 * t,
  1 + 1e-3 * t,
  -1.7 * t,
  1e-7 * t,
  -1e-7 * t,
  1,
]);

/** The chain on the processor: what `src/` has for it. Another implementation of the same becomes another entry. */
const onProcessor: Readonly<
  Record<string, (frames: readonly Uint8Array[], size: Size) => Raster>
> = {
  TypeScript: (frames, { width, height }) => {
    const colours = frames.map((bytes, k) =>
      sampleCubic(
        gaussian(fromBytes(bytes, height, width), SIGMA),
        homographyField(maps[k]!, height, width),
      ),
    );
    const ones = {
      channels: 1,
      height,
      width,
      data: new Float32Array(width * height).fill(1),
    };
    const weights = colours.map(() => ones);
    return fuseSamples({ height, width, colours, weights }, AGREEMENT).colour;
  },
};

/** One chain of pixel kernels, on the GPU and on one thread of the processor. */
export async function pixelChain(
  _: PartOptions,
  report: Report,
): Promise<void> {
  const { device, software } = await openDawn();
  const size = software ? tiny : fullHd;
  if (software) report("instead, on a software adapter", describeSize(size));
  const frames = maps.map((_map, k) => picture(k, size));
  const results: Raster[] = [];
  for (const [name, chain] of Object.entries(onProcessor)) {
    const began = performance.now();
    results.push(chain(frames, size));
    report(`${name}, one thread`, performance.now() - began, "ms");
  }
  const gpu = new GpuChain(device, {
    ...size,
    maps,
    sigma: SIGMA,
    agreement: AGREEMENT,
  });
  const times = await gpu.time(frames, software ? 1 : 15);
  for (const [name, milliseconds] of Object.entries(times) as [
    keyof ChainTimes,
    number,
  ][])
    report(`WGSL: ${name}`, milliseconds, "ms");
  const found = await gpu.colours();
  for (const [at, name] of Object.keys(onProcessor).entries())
    tellDifference(found, results[at]!.data, name, report);
}

/** Differences in 8-bit steps; where two samples are as good as each other, rounding decides between them. */
function tellDifference(
  pixels: Float32Array,
  planes: Float32Array,
  name: string,
  report: Report,
): void {
  const area = planes.length / 3;
  let sum = 0;
  let far = 0;
  for (let i = 0; i < area; i++)
    for (let c = 0; c < 3; c++) {
      const difference = Math.abs(pixels[4 * i + c]! - planes[c * area + i]!);
      sum += difference;
      if (difference > 1 / 255) far++;
    }
  report(`mean difference to ${name}`, (255 * sum) / (3 * area), "/255");
  report(`off by more than 1/255`, (100 * far) / (3 * area), "%");
}

/** Soft stripes as a frame's camera sees them, with noise of the frame's own. */
function picture(frame: number, { width, height }: Size): Uint8Array {
  const random = seededRandom(frame + 1);
  const toTarget = invert(maps[frame]!);
  const bytes = new Uint8Array(3 * width * height);
  for (let row = 0, at = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [x, y] = apply(toTarget, column, row);
      for (let c = 0; c < 3; c++, at++)
        bytes[at] =
          128 +
          90 * Math.sin(x / (9 + 4 * c) + y / 17) +
          16 * (random.next() - 0.5);
    }
  return bytes;
}
