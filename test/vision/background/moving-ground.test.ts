import assert from "node:assert/strict";
import { loadOpenCV } from "@opencvjs/web";
import { identity } from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { presetNamed } from "../../../src/scenes/presets.ts";
import { renderScene } from "../../../src/scenes/render-scene.ts";
import { alignSamples } from "../../../src/vision/background/align-samples.ts";
import {
  backgroundArea,
  planCanvases,
} from "../../../src/vision/background/canvas.ts";
import { buildCanvas } from "../../../src/vision/background/fuse-canvas.ts";
import { renderMovingGround } from "../../../src/vision/background/moving-ground.ts";
import {
  coarsen,
  measureSelfMotion,
  moves,
  traceSubjects,
  unrestDeviation,
  unrestOf,
} from "../../../src/vision/background/self-motion.ts";
import { fromBytes } from "../../../src/vision/image/colour.ts";
import { maskCentres } from "../../../src/vision/smoke/subject-path.ts";
import { openCvLibrary } from "../../../src/vision/motion/opencv-library.ts";

const size = { width: 160, height: 96 };
const frameCount = 24;
const asked = 12;

/** What a canvas of a walker's clip knows of its ground, and one frame with its truth. */
async function walkOver(caustics: boolean) {
  const vision = openCvLibrary(await loadOpenCV());
  const preset = presetNamed("shadow-on-caustics")!;
  const scene = renderScene({
    ...preset,
    size,
    frameCount,
    caustics,
    supersample: 1,
  });
  const frames = Array.from({ length: frameCount }, (_, t) => scene.frame(t));
  const maps = frames.map(() => identity);
  const plans = planCanvases(maps, size.width, size.height);
  const plan = plans.find(({ keyframe }) => keyframe >= asked)!;
  const samples = frames.map((frame) => {
    const subjects = raster(1, size.height, size.width);
    frame.subjects[0]!.mask.forEach((v, i) => (subjects.data[i] = v / 255));
    return {
      rgb: fromBytes(frame.rgb, size.height, size.width),
      subjects,
      visible: backgroundArea(subjects),
      firstToFrame: identity,
    };
  });
  const views = plan.samples.map((t) => samples[t]!);
  const laid = alignSamples(plan, views);
  const fused = buildCanvas(plan, views, laid, vision);
  const coarse = coarsen(plan, views, laid, vision);
  const unrest = unrestDeviation([unrestOf(coarse)]);
  const centres = samples.map(({ subjects }) => maskCentres(subjects));
  const traced = traceSubjects(
    coarse,
    plan.samples.map((t) =>
      centres[t]!.map((centre) => centre && [centre[0] / 4, centre[1] / 4]),
    ),
    unrest,
    size.height,
  );
  const motion = measureSelfMotion(plan, laid, traced, fused, unrest);
  const sample = samples[plan.keyframe]!;
  const rendered = renderMovingGround(
    sample.rgb,
    sample.subjects,
    centres[plan.keyframe]!,
    identity,
    fused,
    [{ plan, motion, share: 1 }],
    unrest,
    vision,
  );
  return { frame: frames[plan.keyframe]!, sample, fused, rendered, unrest };
}

const decibels = (
  picture: Raster,
  truth: Uint8Array,
  counts: (i: number) => boolean,
): number => {
  const area = size.width * size.height;
  let [sum, n] = [0, 0];
  for (let i = 0; i < area; i++) {
    if (!counts(i)) continue;
    for (let c = 0; c < 3; c++)
      sum += (picture.data[c * area + i]! - truth[3 * i + c]! / 255) ** 2;
    n += 3;
  }
  return -10 * Math.log10(sum / n + 1e-10);
};

describe("ground that moves by itself", () => {
  it("is told from ground that stands still under the same walker and shadow", async () => {
    const moving = await walkOver(true);
    const still = await walkOver(false);
    assert.ok(moves(moving.unrest), `caustics ${moving.unrest}`);
    assert.ok(!moves(still.unrest), `still ${still.unrest}`);
    assert.ok(moving.unrest > 3 * still.unrest);
  });

  it("stays the source where nothing happens to it, and is bare beneath its subject", async () => {
    const { frame, sample, fused, rendered } = await walkOver(true);
    const [walker] = frame.subjects;
    const visible = (i: number) => sample.visible.data[i] === 1;
    const untouched = (i: number) =>
      visible(i) && walker!.effectAlpha[i]! < 3 && walker!.objectAlpha[i] === 0;
    const shadow = (i: number) => visible(i) && walker!.effectAlpha[i]! > 40;
    const hidden = (i: number) => walker!.objectAlpha[i]! > 128;
    const of = (picture: Raster, counts: (i: number) => boolean) =>
      decibels(picture, frame.background, counts);
    const score = [untouched, shadow, hidden].map((region) =>
      [sample.rgb, fused.colour, rendered.colour].map((p) => of(p, region)),
    );
    const [rest, effect, mask] = score as [number[], number[], number[]];
    assert.ok(rest[2]! > rest[1]! + 2, `untouched ${rest.join(" ")}`);
    assert.ok(effect[2]! > effect[1]!, `shadow ${effect.join(" ")}`);
    assert.ok(mask[2]! > mask[0]! + 4, `mask ${mask.join(" ")}`);
    let [pixels, changed] = [0, 0];
    const area = size.width * size.height;
    for (let i = 0; i < area; i++) {
      if (!untouched(i)) continue;
      pixels++;
      if ([0, 1, 2].some((c) => differs(c * area + i))) changed++;
    }
    assert.ok(changed < 0.08 * pixels, `${changed} of ${pixels} changed`);

    function differs(at: number): boolean {
      return Math.abs(rendered.colour.data[at]! - sample.rgb.data[at]!) > 0.01;
    }
  });
});
