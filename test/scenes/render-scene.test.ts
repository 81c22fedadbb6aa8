import assert from "node:assert/strict";
import { presets } from "../../src/scenes/presets.ts";
import { renderScene } from "../../src/scenes/render-scene.ts";
import type { SceneSpec, SubjectSpec } from "../../src/scenes/scene-spec.ts";

/** A preset made small, so that all of them can be rendered here. */
const small = (spec: SceneSpec): SceneSpec => ({
  ...spec,
  size: { width: 112, height: 64 },
});

const named = (name: string): SceneSpec =>
  small(presets.find((preset) => preset.name === name)!);

const count = (
  values: Uint8Array,
  test: (value: number, i: number) => boolean,
): number => values.reduce((sum, v, i) => sum + (test(v, i) ? 1 : 0), 0);

describe("renderScene", () => {
  for (const preset of presets) {
    it(`composes every pixel of ${preset.name} from its layers exactly`, () => {
      const spec = small(preset);
      const frame = renderScene(spec).frame(Math.floor(spec.frameCount / 2));
      const expected = frame.background.slice();
      for (const { rgba } of frame.subjects) {
        for (let i = 0; i < expected.length; i++) {
          const pixel = Math.floor(i / 3);
          const alpha = rgba[4 * pixel + 3]!;
          expected[i] = Math.round(
            (expected[i]! * (255 - alpha) +
              rgba[4 * pixel + (i % 3)]! * alpha) /
              255,
          );
        }
      }
      assert.deepEqual(frame.rgb, expected);
    });

    it(`shows every subject of ${preset.name} with an object, an effect and a mask`, () => {
      const spec = small(preset);
      const frame = renderScene(spec).frame(Math.floor(spec.frameCount / 2));
      assert.deepEqual(
        frame.subjects.map((subject) => subject.name),
        spec.subjects.map((subject) => subject.name),
      );
      for (const subject of frame.subjects) {
        assert.ok(count(subject.objectAlpha, (a) => a > 127) > 60);
        assert.ok(count(subject.effectAlpha, (a) => a > 12) > 20);
        assert.ok(count(subject.mask, (m) => m === 255) > 30);
        assert.equal(
          count(subject.mask, (m) => m !== 0 && m !== 255),
          0,
        );
      }
    });
  }

  it("yields the same bytes for the same frame, whatever was asked before", () => {
    const one = renderScene(named("smoke-pan"));
    const other = renderScene(named("smoke-pan"));
    one.frame(3);
    assert.deepEqual(one.frame(9), other.frame(9));
  });

  it("yields another picture for another seed", () => {
    const spec = named("shadow-static");
    assert.notDeepEqual(
      renderScene(spec).frame(0).background,
      renderScene({ ...spec, seed: spec.seed + 1 }).frame(0).background,
    );
  });

  it("keeps a static camera's background still but for the sensor's noise", () => {
    const scene = renderScene({ ...named("shadow-static"), noise: 0 });
    assert.deepEqual(scene.frame(0).background, scene.frame(20).background);
    const noisy = renderScene({ ...named("shadow-static"), noise: 2 });
    const clean = scene.frame(5).background;
    const grainy = noisy.frame(5).background;
    const variance =
      clean.reduce((sum, value, i) => sum + (value - grainy[i]!) ** 2, 0) /
      clean.length;
    // Rounding adds a twelfth of a level's variance at most twice.
    assert.ok(Math.abs(variance - 4) < 0.4, `variance ${variance}`);
  });

  it("darkens the ground in the shadow and leaves more blue than red", () => {
    const scene = renderScene({ ...named("shadow-static"), noise: 0 });
    const { background, rgb, subjects } = scene.frame(16);
    const { effectAlpha } = subjects[0]!;
    const ratio = [0, 0, 0];
    let pixels = 0;
    for (let i = 0; i < effectAlpha.length; i++) {
      if (effectAlpha[i]! < 90) continue;
      pixels++;
      for (let c = 0; c < 3; c++) {
        ratio[c]! += rgb[3 * i + c]! / background[3 * i + c]!;
      }
    }
    const [red, , blue] = ratio.map((sum) => sum / pixels);
    assert.ok(pixels > 20);
    assert.ok(red! < 0.8 && blue! < 0.85 && blue! > red! + 0.02);
  });

  it("mirrors the walker below its feet, fainter with distance", () => {
    const spec = named("reflection-two");
    const frame = renderScene({ ...spec, noise: 0 }).frame(16);
    const { effectAlpha, objectAlpha } = frame.subjects[1]!;
    const { width, height } = spec.size;
    const mostIn = (row: number): number =>
      Math.max(...effectAlpha.subarray(row * width, (row + 1) * width));
    let foot = 0;
    for (let i = 0; i < objectAlpha.length; i++) {
      if (objectAlpha[i]! > 127) foot = Math.floor(i / width);
    }
    // The coat is wider than the mirror's blur, so its rows show the fade alone.
    const coat = Math.max(mostIn(foot + 9), mostIn(foot + 10));
    assert.ok(coat > 85);
    assert.ok(mostIn(height - 1) > 30);
    assert.ok(mostIn(height - 1) < coat - 10);
  });

  it("leaves smoke behind the car that grows denser than half", () => {
    const frame = renderScene(named("smoke-pan")).frame(24);
    const { effectAlpha } = frame.subjects[0]!;
    assert.ok(count(effectAlpha, (a) => a > 128) > 100);
  });

  it("empties the mask only in the frames where it is missing", () => {
    const spec = named("handheld-reflection-missing-masks");
    const scene = renderScene(spec);
    const missing = spec.subjects[0]!.missingMasks;
    assert.ok(missing.length > 0);
    for (const t of [...missing, 0, 12]) {
      const { mask, objectAlpha } = scene.frame(t).subjects[0]!;
      assert.ok(count(objectAlpha, (a) => a > 127) > 60);
      assert.equal(count(mask, (m) => m > 0) === 0, missing.includes(t));
    }
  });

  it("takes what a nearer subject hides from the mask but not from the layer", () => {
    const spec = named("reflection-two");
    const subjects = spec.subjects.map((subject) => ({
      ...subject,
      from: 0,
      to: 0.01,
      maskStyle: "exact" as const,
    }));
    const frame = renderScene({ ...spec, subjects }).frame(0);
    const [far, near] = frame.subjects;
    const hidden = count(
      far!.objectAlpha,
      (a, i) => a > 200 && near!.objectAlpha[i]! > 200,
    );
    assert.ok(hidden > 40);
    assert.equal(
      count(far!.mask, (m, i) => m > 0 && near!.mask[i]! > 0),
      0,
    );
  });

  it("hides subjects behind the posts in the foreground", () => {
    const spec = named("parallax");
    const without = renderScene({ ...spec, foregroundPosts: false });
    const posts = renderScene(spec);
    const objects = (scene: typeof posts): number =>
      [8, 12, 16, 20].reduce(
        (sum, t) =>
          sum + count(scene.frame(t).subjects[0]!.objectAlpha, (a) => a > 127),
        0,
      );
    assert.ok(objects(posts) < objects(without));
  });

  it("marks the waving flag and nothing else as a distractor", () => {
    const scene = renderScene({ ...named("smoke-pan"), noise: 0 });
    const still = { ...named("smoke-pan"), noise: 0, flag: false };
    const { background, distractor } = scene.frame(6);
    const bare = renderScene(still).frame(6).background;
    assert.ok(count(distractor!, (a) => a > 127) > 20);
    let changed = 0;
    for (let i = 0; i < distractor!.length; i++) {
      if (distractor![i]! < 250) continue;
      const j = 3 * i;
      if (Math.abs(background[j]! - bare[j]!) > 8) changed++;
    }
    assert.ok(changed > 10);
    assert.equal(renderScene(still).frame(6).distractor, undefined);
  });

  it("shows a subject that comes later as it was so many frames before", () => {
    const spec = { ...named("shadow-static"), noise: 0 };
    const [walker] = spec.subjects;
    const late = { ...spec, subjects: [{ ...walker!, delay: 4 }] };
    assert.deepEqual(
      renderScene(late).frame(13).rgb,
      renderScene(spec).frame(9).rgb,
    );
  });

  it("lifts a subject off the ground while it jumps, and its shadow with it", () => {
    const spec = { ...named("shadow-static"), noise: 0 };
    const [walker] = spec.subjects;
    const jump = { at: 8, frames: 8, metres: 0.8 };
    const jumping = renderScene({ ...spec, subjects: [{ ...walker!, jump }] });
    const walking = renderScene(spec);
    assert.deepEqual(jumping.frame(8).rgb, walking.frame(8).rgb);
    const lowest = (alpha: Uint8Array): number =>
      Math.floor(alpha.findLastIndex((value) => value > 200) / spec.size.width);
    const [high, low] = [jumping, walking].map(
      (scene) => scene.frame(12).subjects[0]!,
    );
    assert.ok(lowest(high!.objectAlpha) < lowest(low!.objectAlpha) - 4);
    assert.notDeepEqual(high!.effectAlpha, low!.effectAlpha);
  });

  it("casts shadows on what was painted onto the ground", () => {
    const spec = { ...named("shadow-static"), noise: 0 };
    const white = renderScene(spec, ({ data }) => data.fill(1)).frame(16);
    const shadow = white.subjects[0]!;
    const at = shadow.effectAlpha.reduce(
      (most, value, i, all) => (value > all[most]! ? i : most),
      0,
    );
    assert.deepEqual([...white.background.subarray(0, 3)], [255, 255, 255]);
    // What a full shadow leaves of each channel, blue most.
    const [red, , blue] = white.rgb.subarray(3 * at, 3 * at + 3);
    assert.ok(red! < 160 && blue! > red! && blue! < 200, `${red}, ${blue}`);
  });

  it("moves people who wait in the background, and nothing beside them", () => {
    const spec = { ...named("before-a-crowd"), camera: "static" as const };
    const scene = renderScene({ ...spec, noise: 0 });
    const [early, late] = [3, 12].map((t) => scene.frame(t));
    const moved = (i: number): boolean =>
      [0, 1, 2].some(
        (c) => early!.background[3 * i + c] !== late!.background[3 * i + c],
      );
    const covered = (i: number): boolean =>
      early!.distractor![i]! > 0 || late!.distractor![i]! > 0;
    const area = early!.distractor!;
    assert.ok(count(area, (_, i) => moved(i)) > 100);
    assert.equal(
      count(area, (_, i) => moved(i) && !covered(i)),
      0,
    );
  });

  it("gives a subject a pole that its mask lacks, and the pole a shadow", () => {
    const spec = named("swung-pole");
    const { carries, ...bare } = spec.subjects[0]!;
    assert.equal(carries, "pole");
    const frame = (subject: SubjectSpec) =>
      renderScene({
        ...spec,
        noise: 0,
        subjects: [{ ...subject, maskStyle: "exact" }],
      }).frame(4).subjects[0]!;
    const [without, with_] = [frame(bare), frame({ ...bare, carries })];
    assert.deepEqual(with_.mask, without.mask);
    const beyond = count(
      with_.objectAlpha,
      (alpha, i) => alpha > without.objectAlpha[i]! + 40,
    );
    assert.ok(beyond > 8, `${beyond} pixels of the pole`);
    assert.notDeepEqual(with_.effectAlpha, without.effectAlpha);
  });

  it("casts half a shadow in each of two lights", () => {
    const spec = named("two-lights-wet");
    const subject = { ...spec.subjects[0]!, effects: ["shadow"] as const };
    const { lamp, ...oneLight } = { ...spec, subjects: [subject], noise: 0 };
    const effect = (lit: typeof oneLight) =>
      renderScene(lit).frame(16).subjects[0]!.effectAlpha;
    const [sun, other] = [oneLight.sun, lamp!].map((light) =>
      effect({ ...oneLight, sun: light }),
    );
    const both = effect({ ...oneLight, lamp } as typeof oneLight);
    // Where only one light is taken, and the feet do not darken the ground.
    const alone = count(both, (_, i) => sun![i]! > 100 && other![i] === 0);
    assert.ok(alone > 5, `${alone} pixels`);
    for (const [i, alpha] of both.entries())
      if (sun![i]! > 100 && other![i] === 0)
        assert.ok(Math.abs(alpha - sun![i]! / 2) <= 1, `${alpha}, ${sun![i]}`);
  });

  it("lets a shadow into the picture before who casts it", () => {
    const scene = renderScene(named("entering-shadow-first"));
    const { effectAlpha, objectAlpha, mask } = scene.frame(10).subjects[0]!;
    assert.ok(count(effectAlpha, (a) => a > 60) > 15);
    assert.equal(
      count(objectAlpha, (a) => a > 0),
      0,
    );
    assert.equal(
      count(mask, (m) => m > 0),
      0,
    );
  });
});
