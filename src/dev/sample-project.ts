import path from "node:path";
import { SimulatedPremiere } from "../host/simulator/premiere.ts";
import type { FrameRate } from "../units/frame-rate.ts";
import { squarePixels } from "../units/pixel-aspect.ts";
import type { Size } from "../units/size.ts";
import { ticksPerFrame } from "../units/ticks.ts";
import { nodeDisk } from "./node-disk.ts";

/** A clip for the sample project, with masks to try. */
export interface SampleClip {
  readonly name: string;
  /** Its first frame, a PNG file; the others are numbered on from it. */
  readonly firstFrame: string;
  readonly masks: readonly { readonly name: string; readonly path: string }[];
  /** Runs at double speed, as an example of what cannot be decomposed. */
  readonly isFast?: boolean;
}

/** Frames between the sample clips on the timeline; chosen for the sample. */
const GAP_FRAMES = 6;

/** A project in the simulator with the clips one after the other on the first of three tracks, the first one selected. */
export function openSampleProject(
  clips: readonly SampleClip[],
  frameRate: FrameRate,
  { width, height }: Size,
): SimulatedPremiere {
  const premiere = new SimulatedPremiere(nodeDisk);
  const sequence = premiere.addSequence({
    name: "Sequence 01",
    width,
    height,
    ticksPerFrame: ticksPerFrame(frameRate),
    pixelAspect: squarePixels,
    fields: 0,
  });
  let at = GAP_FRAMES;
  for (const { name, firstFrame, isFast = false } of clips) {
    premiere.importFiles([path.resolve(firstFrame)], premiere.root, true);
    const item = premiere.root.children.at(-1)!;
    item.name = name;
    premiere.interpret(item, {
      frameRate: frameRate.numerator / frameRate.denominator,
    });
    const clip = premiere.placeClip(sequence, sequence.video[0]!, item, at);
    if (isFast) clip.speed = 2;
    at = Number(clip.end / sequence.ticksPerFrame) + GAP_FRAMES;
  }
  premiere.select(sequence.video[0]!.clips.slice(0, 1));
  return premiere;
}
