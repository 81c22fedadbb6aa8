import type {
  GroundStyle,
  SceneCameraMotion,
  SceneSpec,
} from "../src/scenes/scene-spec.ts";
import { uniformBetween, uniformRandom } from "../src/scenes/seeded-random.ts";

const cameras: readonly SceneCameraMotion[] = [
  "static",
  "pan",
  "handheld",
  "travel",
];
const grounds: readonly GroundStyle[] = ["pavers", "planks", "asphalt"];

/**
 * A small scene with one walker, drawn by its seed: how the camera moves, what the ground is, how far the walker goes (from standing
 * still to across the picture), where the sun stands, whether light plays on the ground.
 */
export function drawScene(seed: number): SceneSpec {
  const random = uniformRandom(seed);
  const one = <T>(of: readonly T[]): T =>
    of[Math.min(of.length - 1, Math.floor(random() * of.length))]!;
  const walked = uniformBetween(random, 0, 4.5);
  const middle = uniformBetween(random, -0.5, 0.5);
  const side = random() < 0.5 ? -1 : 1;
  return {
    name: `seed-${seed}`,
    seed,
    size: { width: 320, height: 184 },
    frameCount: 24,
    supersample: 1,
    camera: one(cameras),
    ground: one(grounds),
    sun: { across: uniformBetween(random, -0.8, 0.8), away: -0.6 },
    shade: random() < 0.5,
    caustics: random() < 0.2,
    flag: random() < 0.3,
    foregroundPosts: random() < 0.2,
    noise: uniformBetween(random, 0.5, 2),
    subjects: [
      {
        name: "walker",
        kind: "walker",
        from: middle - (side * walked) / 2,
        to: middle + (side * walked) / 2,
        depth: 4.4,
        size: 1.78,
        look: seed,
        effects: random() < 0.8 ? ["shadow"] : [],
        maskStyle: "dilated",
        missingMasks: [],
      },
    ],
  };
}
