import { crowdAt } from "./crowd.ts";
import {
  cameraAt,
  pixelToGround,
  pixelToUpright,
  type Camera,
} from "./camera.ts";
import {
  FACADE_DEPTH,
  FACADE_HEIGHT,
  FACADE_LEFT,
  facadeTexture,
} from "./facade-texture.ts";
import { GROUND_LEFT, groundTexture } from "./ground-texture.ts";
import {
  FLAG_POLE,
  flagCloth,
  foregroundPosts,
  standingProps,
  type Prop,
} from "./props.ts";
import type { SceneSpec } from "./scene-spec.ts";
import { valueNoise } from "./seeded-random.ts";
import { drawShapes, halveSprite, sprite, type Sprite } from "./sprite.ts";
import { causticLight } from "./caustics.ts";
import { mipLevel, sampleTexture } from "./texture.ts";

/** What is there without any subject, in one frame; all sprites have the scene's size. */
export interface BackdropFrame {
  /** Everything, opaque. */
  readonly picture: Sprite;
  /** What stands nearer than the subjects: its coverage hides them. */
  readonly foreground: Sprite;
  /** What moves by itself, alone, or undefined where nothing does. */
  readonly distractor: Sprite | undefined;
}

/** Draws the world behind and before the subjects; textures are painted once, when this is called. */
export function backdropPainter(spec: SceneSpec): (t: number) => BackdropFrame {
  const density = Math.min(190, Math.max(30, (92 * spec.size.height) / 256));
  const ground = groundTexture(spec.ground, spec.shade, spec.seed, density);
  const facade = facadeTexture(spec.seed, density * 0.8);
  const behind = standingProps(spec.seed);
  const before = spec.foregroundPosts ? foregroundPosts(spec.seed) : [];
  const scale = spec.supersample;
  const width = spec.size.width * scale;
  const height = spec.size.height * scale;
  const reduce = (s: Sprite): Sprite => (scale === 2 ? halveSprite(s) : s);

  return (t) => {
    const camera = cameraAt(spec, t, scale);
    const picture = sprite(width, height);
    paintPlanes(picture, camera, t);
    for (const prop of behind) drawProp(picture, prop, camera);
    const moving = spec.crowd === true ? crowdAt(spec.seed, t) : [];
    if (spec.flag) {
      drawProp(picture, FLAG_POLE, camera);
      moving.push({ ...FLAG_POLE, shapes: flagCloth(t) });
    }
    const distractor = moving.length > 0 ? sprite(width, height) : undefined;
    for (const prop of moving) {
      drawProp(picture, prop, camera);
      drawProp(distractor!, prop, camera);
    }
    for (const prop of before) drawProp(picture, prop, camera);
    return {
      picture: reduce(picture),
      foreground: foregroundAt(camera),
      distractor: distractor && reduce(distractor),
    };
  };

  function foregroundAt(camera: Camera): Sprite {
    // Most scenes have none, and what is empty need not be reduced.
    if (before.length === 0) return sprite(spec.size.width, spec.size.height);
    const foreground = sprite(width, height);
    for (const prop of before) drawProp(foreground, prop, camera);
    return reduce(foreground);
  }

  function paintPlanes(target: Sprite, camera: Camera, t: number): void {
    const wall = pixelToUpright(camera, 0, FACADE_DEPTH);
    const floor = pixelToGround(camera);
    const rgb = new Float64Array(3);
    const mirrored = new Float64Array(3);
    const wallFootprint = FACADE_DEPTH / camera.focal;
    const wallLevel = mipLevel(facade, wallFootprint);
    const mirrorLevel = mipLevel(facade, wallFootprint * 5);
    let at = 0;
    for (let row = 0; row < target.height; row++) {
      for (let column = 0; column < target.width; column++) {
        const u = column + 0.5;
        const v = row + 0.5;
        const w = wall[6]! * u + wall[7]! * v + wall[8]!;
        const x = (wall[0]! * u + wall[1]! * v + wall[2]!) / w;
        const y = (wall[3]! * u + wall[4]! * v + wall[5]!) / w;
        if (y >= 0) {
          sampleTexture(
            facade,
            x - FACADE_LEFT,
            FACADE_HEIGHT - y,
            wallLevel,
            rgb,
          );
        } else {
          const k = floor[6]! * u + floor[7]! * v + floor[8]!;
          const gx = (floor[0]! * u + floor[1]! * v + floor[2]!) / k;
          const gz = (floor[3]! * u + floor[4]! * v + floor[5]!) / k;
          // The geometric mean of a ground pixel's width and depth.
          const footprint = (gz / camera.focal) * Math.sqrt(gz / camera.y);
          const level = mipLevel(ground, footprint);
          sampleTexture(ground, gx - GROUND_LEFT, gz, level, rgb);
          if (spec.caustics) {
            const light = causticLight(gx, gz, t, spec.seed);
            for (let c = 0; c < 3; c++) rgb[c] = Math.min(1, rgb[c]! * light);
          }
          if (spec.ground === "wet") {
            const bend = ripple(gx, gz, spec.seed);
            sampleTexture(
              facade,
              x + bend - FACADE_LEFT,
              FACADE_HEIGHT + y - bend,
              mirrorLevel,
              mirrored,
            );
            const share = 0.38 * Math.exp(0.28 * y);
            for (let c = 0; c < 3; c++) {
              rgb[c] = rgb[c]! + share * (mirrored[c]! - rgb[c]!);
            }
          }
        }
        target.data[at++] = rgb[0]!;
        target.data[at++] = rgb[1]!;
        target.data[at++] = rgb[2]!;
        target.data[at++] = 1;
      }
    }
  }
}

const drawProp = (target: Sprite, prop: Prop, camera: Camera): void => {
  drawShapes(target, prop.shapes, pixelToUpright(camera, prop.x, prop.depth));
};

/** Sideways displacement in metres that the wet floor's unevenness at ground position (x, z) gives a mirrored point. */
export function ripple(x: number, z: number, seed: number): number {
  return 0.09 * (valueNoise(x * 3.1, z * 9, seed + 70) - 0.5);
}
