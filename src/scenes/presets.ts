import type { SceneSpec, SubjectSpec } from "./scene-spec.ts";

const walker = (name: string, rest: Partial<SubjectSpec>): SubjectSpec => ({
  name,
  kind: "walker",
  from: -2.6,
  to: 2.6,
  depth: 4.4,
  size: 1.78,
  look: 0,
  effects: ["shadow"],
  maskStyle: "dilated",
  missingMasks: [],
  ...rest,
});

const scene = (
  name: string,
  seed: number,
  rest: Partial<SceneSpec> & Pick<SceneSpec, "subjects">,
): SceneSpec => ({
  name,
  seed,
  size: { width: 448, height: 256 },
  frameCount: 32,
  supersample: 2,
  camera: "static",
  ground: "pavers",
  sun: { across: -0.75, away: -0.6 },
  shade: false,
  caustics: false,
  flag: false,
  foregroundPosts: false,
  noise: 0.8,
  ...rest,
});

/** The scenes by name. `sample` is the demo's; the others each hold one difficulty that a decomposition meets. */
export const presets: readonly SceneSpec[] = [
  scene("sample", 20, {
    camera: "pan",
    ground: "wet",
    frameCount: 48,
    subjects: [
      walker("walker", { effects: ["shadow", "reflection"], depth: 4.9 }),
    ],
  }),
  scene("shadow-static", 3, {
    shade: true,
    subjects: [walker("walker", { look: 1 })],
  }),
  scene("shadow-pan", 4, {
    sun: { across: -0.5, away: -0.75 },
    camera: "pan-zoom",
    ground: "planks",
    shade: true,
    subjects: [
      walker("walker", { look: 2, from: -2.2, to: 2.8, maskStyle: "jittered" }),
    ],
  }),
  scene("reflection-two", 5, {
    camera: "pan-zoom",
    ground: "wet",
    subjects: [
      walker("far", {
        look: 1,
        from: 2.4,
        to: -1.8,
        depth: 4.9,
        effects: ["reflection"],
      }),
      walker("near", {
        look: 0,
        from: -2,
        to: 2.6,
        depth: 4.1,
        effects: ["reflection"],
      }),
    ],
  }),
  scene("smoke-pan", 6, {
    sun: { across: -0.3, away: -0.35 },
    camera: "pan-zoom",
    ground: "asphalt",
    flag: true,
    subjects: [
      {
        name: "car",
        kind: "car",
        from: -1.7,
        to: 2,
        depth: 5,
        size: 3.3,
        look: 0,
        effects: ["shadow", "smoke"],
        maskStyle: "jittered",
        missingMasks: [],
      },
    ],
  }),
  scene("shadow-on-caustics", 11, {
    ground: "asphalt",
    caustics: true,
    subjects: [walker("walker", { look: 2 })],
  }),
  scene("parallax", 7, {
    sun: { across: 0.6, away: -0.75 },
    camera: "travel",
    foregroundPosts: true,
    shade: true,
    subjects: [walker("walker", { look: 2, from: -2.8, to: 2.4, depth: 4.5 })],
  }),
  scene("parallax-wall-and-ground", 12, {
    sun: { across: -0.6, away: -0.45 },
    camera: "travel",
    subjects: [walker("walker", { look: 1, from: -1.9, to: 1.6, depth: 4.6 })],
  }),
  scene("handheld-reflection-missing-masks", 8, {
    camera: "handheld",
    ground: "wet",
    subjects: [
      walker("walker", {
        look: 2,
        from: -1.9,
        to: 1.9,
        depth: 3.7,
        effects: ["reflection"],
        missingMasks: [7, 8, 19, 26],
      }),
    ],
  }),
  scene("shadow-and-reflection-two", 9, {
    camera: "pan",
    ground: "wet",
    subjects: [
      walker("far", {
        look: 0,
        from: -2.3,
        to: 2.3,
        depth: 5,
        effects: ["shadow", "reflection"],
      }),
      walker("near", {
        look: 1,
        from: 2.2,
        to: -1.6,
        depth: 4.1,
        size: 1.66,
        effects: ["shadow", "reflection"],
      }),
    ],
  }),
  scene("three-subjects", 10, {
    sun: { across: 0.55, away: -0.7 },
    camera: "pan",
    shade: true,
    subjects: [
      walker("far", { look: 0, from: -1.4, to: 2.9, depth: 5.6 }),
      walker("middle", {
        look: 1,
        from: 2.4,
        to: -2.2,
        depth: 4.8,
        size: 1.6,
        maskStyle: "jittered",
      }),
      walker("near", { look: 2, from: -2.7, to: 1.1, depth: 4.1 }),
    ],
  }),
  scene("parked-beside-walker", 13, {
    sun: { across: -0.55, away: -0.5 },
    camera: "pan",
    ground: "asphalt",
    subjects: [
      {
        name: "car",
        kind: "car",
        from: -0.9,
        to: -0.9,
        depth: 5.6,
        size: 3.3,
        look: 1,
        effects: ["shadow"],
        maskStyle: "dilated",
        missingMasks: [],
      },
      walker("walker", { look: 1, from: -1.4, to: 2.4, depth: 4.3 }),
    ],
  }),
  scene("entering-shadow-first", 14, {
    sun: { across: 0.85, away: -0.55 },
    subjects: [walker("walker", { look: 0, from: -6.4, to: 0.6 })],
  }),
  scene("swung-pole", 15, {
    sun: { across: -0.6, away: -0.7 },
    camera: "handheld",
    subjects: [
      walker("walker", { look: 2, from: -2, to: 1.4, carries: "pole" }),
    ],
  }),
  scene("two-lights-wet", 16, {
    sun: { across: -0.8, away: -0.6 },
    lamp: { across: 0.9, away: -0.5 },
    camera: "pan",
    ground: "wet",
    subjects: [
      walker("walker", { look: 1, effects: ["shadow", "reflection"] }),
    ],
  }),
  scene("before-a-crowd", 17, {
    sun: { across: -0.5, away: -0.65 },
    camera: "pan",
    crowd: true,
    subjects: [walker("walker", { look: 0, depth: 4.2 })],
  }),
];

/** The preset of that name, or undefined. */
export const presetNamed = (name: string): SceneSpec | undefined =>
  presets.find((preset) => preset.name === name);
