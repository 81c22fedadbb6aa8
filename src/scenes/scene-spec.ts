import type { Size } from "../units/size.ts";

/** Straight RGB, each in [0, 1] code values (not linear light). */
export type Rgb = readonly [number, number, number];

/**
 * How the camera moves over the clip. `static` stands; `pan` turns about its centre of projection (one homography explains it);
 * `pan-zoom` turns and lengthens its focal length; `handheld` jitters about all three axes; `travel` moves sideways, so that near and far shift apart.
 */
export type SceneCameraMotion =
  "static" | "pan" | "pan-zoom" | "handheld" | "travel";

/** What the floor is made of. `wet` floors mirror the wall. */
export type GroundStyle = "pavers" | "planks" | "asphalt" | "wet";

/** What a subject casts, besides the contact shadow that each has. */
type Effect = "shadow" | "reflection" | "smoke";

/** How the user's rough mask differs from the visible object. `dilated` grows it, `jittered` also wobbles its outline from frame to frame. */
export type MaskStyle = "exact" | "dilated" | "jittered";

/** Direction of the light: a point one metre above the ground casts its shadow that many metres to the right of and beyond its foot. */
export interface Sun {
  readonly across: number;
  /** Negative towards the camera; not 0. */
  readonly away: number;
}

/** One subject: what it is, where it goes, what it causes. */
export interface SubjectSpec {
  /** Name of its layer and of its mask folder. */
  readonly name: string;
  readonly kind: "walker" | "car";
  /** Position across the ground in metres in the first and in the last frame; 0 is the middle of the scene. */
  readonly from: number;
  readonly to: number;
  /** Distance from the camera's plane in metres. */
  readonly depth: number;
  /** Height of a walker, length of a car, in metres. */
  readonly size: number;
  /** Which of the wardrobe's colours it wears; any integer. */
  readonly look: number;
  readonly effects: readonly Effect[];
  readonly maskStyle: MaskStyle;
  /** Frames, 0-based, in which the mask is empty although the subject is there. */
  readonly missingMasks: readonly number[];
  /** A thin pole in its hand, swung about; part of the object, but its user's mask knows nothing of it. */
  readonly carries?: "pole";
  /** Frames by which all that it does comes later; 0 when absent. */
  readonly delay?: number;
  /** It jumps once, `metres` high, for so many frames from the frame `at` of its own time on. */
  readonly jump?: {
    readonly at: number;
    readonly frames: number;
    readonly metres: number;
  };
}

/** Everything that decides a scene; the same spec yields the same pixels on every machine. */
export interface SceneSpec {
  readonly name: string;
  readonly seed: number;
  readonly size: Size;
  readonly frameCount: number;
  /** Samples per pixel side for what is drawn with edges: 2 is smooth, 1 is fast. */
  readonly supersample: 1 | 2;
  readonly camera: SceneCameraMotion;
  readonly ground: GroundStyle;
  readonly sun: Sun;
  /** A second light as strong as the sun: each shadow is half as deep, and as deep as one where two lie on each other. */
  readonly lamp?: Sun;
  /** Static foliage shade on the ground. */
  readonly shade: boolean;
  /** Light that water throws on the ground, and that never stands still. */
  readonly caustics: boolean;
  /** A flag that waves in the background and belongs to no subject. */
  readonly flag: boolean;
  /** People who stand in the background and never stand still, and belong to no subject. */
  readonly crowd?: boolean;
  /** Posts between the camera and the subjects, which hide them in passing. */
  readonly foregroundPosts: boolean;
  /** Standard deviation of the sensor's noise in 8-bit levels. */
  readonly noise: number;
  /** Bottom to top: farther subjects first. */
  readonly subjects: readonly SubjectSpec[];
}
