import assert from "node:assert/strict";
import {
  subjectFront,
  type SubjectFront,
} from "../../../src/vision/smoke/samples-ahead.ts";
import {
  backgroundArea,
  planCanvases,
  type CanvasPlan,
  type SampleView,
} from "../../../src/vision/background/canvas.ts";
import { convergence } from "../../../src/vision/smoke/colour-convergence.ts";
import { fuseSamples } from "../../../src/vision/background/mode-fusion.ts";
import {
  halveSamples,
  type HalfSample,
} from "../../../src/vision/smoke/half-size-samples.ts";
import {
  alignSamples,
  type AlignedSamples,
} from "../../../src/vision/background/align-samples.ts";
import { membrane } from "../../../src/vision/smoke/membrane.ts";
import {
  coherence,
  maskCentre,
  reversed,
  subjectPath,
  type SubjectPath,
} from "../../../src/vision/smoke/subject-path.ts";
import { buildCanvasBehindSmoke } from "../../../src/vision/smoke/smoke-canvas.ts";
import { fitSmokeColours } from "../../../src/vision/smoke/smoke-colours.ts";
import {
  collectSmokeEvidence,
  hidesTexture,
  poolSmokeEvidence,
  smokeSigns,
  type SmokeSigns,
} from "../../../src/vision/smoke/smoke-evidence.ts";
import { measureSmoke, smokeMap } from "../../../src/vision/smoke/smoke-map.ts";
import { fromBytes } from "../../../src/vision/image/colour.ts";
import {
  compose,
  identity,
  invert,
  translation,
  type Homography,
} from "../../../src/kernels/homography.ts";
import { raster, type Raster } from "../../../src/kernels/raster.ts";
import { cameraAt, pixelToGround } from "../../../src/scenes/camera.ts";
import { presetNamed } from "../../../src/scenes/presets.ts";
import { renderScene } from "../../../src/scenes/render-scene.ts";
import type { SceneSpec } from "../../../src/scenes/scene-spec.ts";
import { seeded, texture } from "../seeded.ts";

describe("the membrane", () => {
  const height = 40;
  const width = 72;

  function solved(
    known: (x: number, y: number) => boolean,
    value: (x: number, y: number) => number,
    stiffness: { x: number; y: number },
  ): Raster {
    const picture = raster(1, height, width);
    const fidelity = raster(1, height, width);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const there = known(x, y);
        picture.data[y * width + x] = there ? value(x, y) : 0.9;
        fidelity.data[y * width + x] = there ? 100 : 1e-6;
      }
    }
    return membrane(picture, fidelity, stiffness);
  }

  it("continues a linear field through what is unknown", () => {
    const value = (x: number): number => 0.2 + (0.6 * x) / width;
    const out = solved((x) => x < 12 || x >= 60, value, { x: 1, y: 0.05 });
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++)
        assert.ok(Math.abs(out.data[y * width + x]! - value(x)) < 0.01);
    }
  });

  it("takes the colour from along the stiffer axis", () => {
    const inHole = (x: number, y: number): boolean =>
      x >= 24 && x < 48 && y >= 8 && y < 32;
    const bands = (x: number): number => (x < 24 || x >= 48 ? 0.2 : 0.8);
    const middle = 20 * width + 36;
    const known = (x: number, y: number): boolean => !inHole(x, y);
    const across = solved(known, bands, { x: 1, y: 0.05 });
    const upright = solved(known, bands, { x: 0.05, y: 1 });
    assert.ok(across.data[middle]! < 0.3);
    assert.ok(upright.data[middle]! > 0.7);
  });
});

describe("a subject's path", () => {
  it("is measured over the background, the camera's own motion taken out, and bridges a missing mask", () => {
    // The camera pans by 3 pixels a frame and follows the subject, which stays in the middle of the picture.
    const maps = Array.from({ length: 20 }, (_, t) => translation(-3 * t, 0));
    const centres = maps.map((_, t) =>
      t === 7 ? undefined : ([50, 30] as const),
    );
    const path = subjectPath(centres, maps)!;
    for (const [x, y] of path.motion) {
      assert.ok(Math.abs(x - 3) < 1e-9);
      assert.ok(Math.abs(y) < 1e-9);
    }
    assert.deepEqual(path.centres[7], [50, 30]);
    assert.ok(coherence(path) > 0.99);
  });

  it("is not coherent for a subject that goes to and fro", () => {
    const maps = Array.from({ length: 80 }, () => identity);
    const centres = maps.map(
      (_, t) => [50 + 30 * Math.sin(t / 5), 30] as const,
    );
    assert.ok(coherence(subjectPath(centres, maps)!) < 0.5);
  });

  it("does not exist without a mask", () => {
    assert.equal(maskCentre(raster(1, 20, 20)), undefined);
    assert.equal(
      subjectPath([undefined, undefined], [identity, identity]),
      undefined,
    );
  });
});

describe("the colour on which changes converge", () => {
  it("is found from changes of any strength", () => {
    const random = seeded(5);
    const seen = new Float32Array(900);
    const beneath = new Float32Array(900);
    const colour = [0.75, 0.5, 0.25];
    for (let i = 0; i < seen.length; i += 3) {
      const alpha = 0.2 + 0.7 * random();
      for (let c = 0; c < 3; c++) {
        beneath[i + c] = random();
        seen[i + c] = beneath[i + c]! + alpha * (colour[c]! - beneath[i + c]!);
      }
    }
    const found = convergence(seen, beneath);
    found.colour.forEach((value, c) => {
      assert.ok(Math.abs(value - colour[c]!) < 0.05);
    });
    assert.ok(found.cost < 0.02);
  });
});

const HEIGHT = 96;
const WIDTH = 192;
const FRAMES = 21;
const SUBJECT_TOP = 30;
const SUBJECT_BOTTOM = 70;
const SMOKE = [0.75, 0.7, 0.7];

/** What a subject has changed at a place `behind` pixels behind it. */
type Change = (colour: number, channel: number) => number;

interface Passage {
  readonly ground: Raster;
  readonly plan: CanvasPlan;
  readonly views: readonly SampleView[];
  readonly aligned: AlignedSamples;
  readonly path: SubjectPath;
}

/** A box that crosses a textured ground from left to right and changes everything that it has passed. */
function passage(change: Change): Passage {
  const ground = texture(3, HEIGHT, WIDTH, 11);
  const area = HEIGHT * WIDTH;
  const centreAt = (t: number): number => 24 + 7 * t;
  const count = raster(1, HEIGHT, WIDTH);
  const colours: Raster[] = [];
  const valid: Raster[] = [];
  const views: SampleView[] = [];
  for (let t = 0; t < FRAMES; t++) {
    const colour = raster(3, HEIGHT, WIDTH, new Float32Array(ground.data));
    const shown = raster(1, HEIGHT, WIDTH);
    const subjects = raster(1, HEIGHT, WIDTH);
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      for (let x = 0; x < WIDTH; x++, i++) {
        const inBand = y >= SUBJECT_TOP && y < SUBJECT_BOTTOM;
        const inSubject = inBand && Math.abs(x - centreAt(t)) <= 10;
        subjects.data[i] = inSubject ? 1 : 0;
        shown.data[i] = inSubject ? 0 : 1;
        count.data[i]! += shown.data[i]!;
        if (!inBand || x > centreAt(t)) continue;
        for (let c = 0; c < 3; c++)
          colour.data[c * area + i] = change(ground.data[c * area + i]!, c);
      }
    }
    colours.push(colour);
    valid.push(shown);
    views.push({ subjects, firstToFrame: identity });
  }
  const maps = views.map(() => identity);
  return {
    ground,
    plan: {
      keyframe: 0,
      width: WIDTH,
      height: HEIGHT,
      canvasToFirst: identity,
      samples: views.map((_, t) => t),
    },
    views,
    aligned: { height: HEIGHT, width: WIDTH, colours, valid, count },
    path: subjectPath(
      views.map((view) => maskCentre(view.subjects)),
      maps,
    )!,
  };
}

const smoke: Change = (colour, c) => colour + 0.85 * (SMOKE[c]! - colour);
const shadow: Change = (colour) => 0.6 * colour;

function frontsOf(
  plan: CanvasPlan,
  views: readonly SampleView[],
  path: SubjectPath,
): SubjectFront[] {
  return plan.samples.map((t, k) =>
    subjectFront(views[k]!.subjects, path.centres[t]!, path.motion[t]!),
  );
}

function signsOf(
  samples: readonly HalfSample[],
  plan: CanvasPlan,
  views: readonly SampleView[],
  path: SubjectPath,
): SmokeSigns {
  return smokeSigns(
    poolSmokeEvidence([
      collectSmokeEvidence(samples, frontsOf(plan, views, path)),
    ]),
  );
}

const passageSigns = (p: Passage, path: SubjectPath): SmokeSigns =>
  signsOf(halveSamples(p.plan, p.views, p.aligned), p.plan, p.views, path);

describe("the signs of a trail", () => {
  it("accept smoke, which hides the texture beneath", () => {
    const p = passage(smoke);
    const signs = passageSigns(p, p.path);
    assert.ok(signs.slope < 0.25, `slope ${signs.slope}`);
    assert.ok(hidesTexture(signs));
  });

  it("refuse a shadow, which keeps the texture", () => {
    const p = passage(shadow);
    const signs = passageSigns(p, p.path);
    assert.ok(Math.abs(signs.slope - 0.6) < 0.1, `slope ${signs.slope}`);
    assert.ok(signs.changed > 0.08, "the shadow is there to be refused");
    assert.ok(!hidesTexture(signs));
  });

  it("show more hidden texture on the side where the smoke is", () => {
    const p = passage(smoke);
    const behind = passageSigns(p, p.path);
    const before = passageSigns(p, reversed(p.path));
    assert.ok(behind.energy < before.energy);
  });

  it("refuse where nothing could be compared", () => {
    const p = passage((colour) => colour);
    assert.ok(!hidesTexture(passageSigns(p, p.path)));
    assert.ok(!hidesTexture(smokeSigns(poolSmokeEvidence([]))));
  });
});

describe("a background behind a trail", () => {
  it("is the one that was seen before the subject came", () => {
    const p = passage(smoke);
    const samples = halveSamples(p.plan, p.views, p.aligned);
    const fronts = frontsOf(p.plan, p.views, p.path);
    const evidence = collectSmokeEvidence(samples, fronts);
    const { fitted, effect } = fitSmokeColours(evidence);
    assert.ok(effect.light !== null);
    effect.light.forEach((value, c) => {
      assert.ok(Math.abs(value - SMOKE[c]!) < 0.06);
    });
    assert.deepEqual(effect.dark, [0, 0, 0]);
    const map = smokeMap([
      measureSmoke(samples, fronts, fitted, { height: HEIGHT, width: WIDTH }),
    ])!;
    // Two cells behind the subject's centre there is smoke, four ahead of it there is none.
    const row = map.light.height / 2;
    const column = map.light.width / 2;
    const at = (x: number): number =>
      map.light.data[row * map.light.width + x]! +
      map.dark.data[row * map.light.width + x]!;
    assert.ok(Math.abs(at(column - 4) - 0.85) < 0.12, `${at(column - 4)}`);
    assert.ok(at(column + 4) < 0.05);

    const fused = buildCanvasBehindSmoke(p.plan, p.views, p.aligned, {
      path: p.path,
      direction: [1, 0],
      colours: fitted,
      map,
    });
    const plain = fuseSamples({
      height: HEIGHT,
      width: WIDTH,
      colours: p.aligned.colours,
      weights: p.aligned.valid,
    });
    assert.ok(bandError(plain.colour, p.ground, 60, 130) > 0.1);
    assert.ok(bandError(fused.colour, p.ground, 60, 130) < 0.03);
    // Left of where the subject starts nothing was ever seen clear.
    assert.ok(fused.spread.data[50 * WIDTH + 4]! >= 0.039);
  });
});

/** Root mean square difference inside the subject's band between two columns. */
function bandError(a: Raster, b: Raster, left: number, right: number): number {
  let sum = 0;
  let n = 0;
  for (let c = 0; c < 3; c++) {
    for (let y = SUBJECT_TOP; y < SUBJECT_BOTTOM; y++) {
      for (let x = left; x < right; x++, n++) {
        const i = (c * HEIGHT + y) * WIDTH + x;
        sum += (a.data[i]! - b.data[i]!) ** 2;
      }
    }
  }
  return Math.sqrt(sum / n);
}

describe("a rendered scene", () => {
  /** The signs on the last canvas of a preset at half size, with the scene's own camera. */
  function presetSigns(name: string): SmokeSigns {
    const preset = presetNamed(name);
    assert.ok(preset !== undefined);
    const size = { width: 224, height: 128 };
    const spec: SceneSpec = { ...preset, size, supersample: 1 };
    const scene = renderScene(spec);
    const ground = (t: number): Homography =>
      compose([...pixelToGround(cameraAt(spec, t, 1))], translation(0.5, 0.5));
    const samples = Array.from({ length: spec.frameCount }, (_, t) => {
      const frame = scene.frame(t);
      const subjects = raster(
        1,
        size.height,
        size.width,
        Float32Array.from(frame.subjects[0]!.mask, (v) => v / 255),
      );
      return {
        rgb: fromBytes(frame.rgb, size.height, size.width),
        subjects,
        visible: backgroundArea(subjects),
        firstToFrame: compose(invert(ground(t)), ground(0)),
      };
    });
    const maps = samples.map((sample) => sample.firstToFrame);
    const plan = planCanvases(maps, size.width, size.height).at(-1)!;
    const views = plan.samples.map((t) => samples[t]!);
    const path = subjectPath(
      samples.map((sample) => maskCentre(sample.subjects)),
      maps,
    )!;
    assert.ok(coherence(path) > 0.9);
    return signsOf(
      halveSamples(plan, views, alignSamples(plan, views)),
      plan,
      views,
      path,
    );
  }

  it("keeps little of the ground's texture behind a smoking car", () => {
    const signs = presetSigns("smoke-pan");
    assert.ok(signs.slope < 0.4, JSON.stringify(signs));
    assert.ok(signs.changed > 0.05, JSON.stringify(signs));
  });

  it("keeps the ground's texture in a walker's shadow", () => {
    const signs = presetSigns("shadow-pan");
    assert.ok(signs.slope > 0.5, JSON.stringify(signs));
    assert.ok(!hidesTexture(signs));
  });
});
