import type { SimulatedPremiere } from "../host/simulator/premiere.ts";
import { sequenceEnd, type Track } from "../host/simulator/timeline.ts";
import type { ProjectPicture, TrackPicture } from "../protocol/dev-api.ts";
import { frameRateOfTicks, ticks } from "../units/ticks.ts";
import type { SampleClip } from "./sample-project.ts";

/** The simulator's project as the page draws it; undefined while no sequence is open. */
export function pictureOf(
  premiere: SimulatedPremiere,
  clips: readonly SampleClip[],
): ProjectPicture | undefined {
  const { active } = premiere;
  if (active === undefined) return undefined;
  const { item, width, height, ticksPerFrame, video } = active;
  const rate = frameRateOfTicks(ticks(ticksPerFrame));
  const track = ({ name, clips: placed }: Track): TrackPicture => ({
    name,
    clips: placed.map((clip) => ({
      id: clip.id,
      name: clip.name,
      start: Number(clip.start / ticksPerFrame),
      end: Number(clip.end / ticksPerFrame),
      disabled: clip.disabled,
      selected: premiere.isSelected(clip),
    })),
  });
  return {
    sequence: {
      name: item.name,
      width,
      height,
      framesPerSecond: rate.numerator / rate.denominator,
      frameCount: Number(sequenceEnd(active) / ticksPerFrame),
      tracks: video.map(track),
    },
    bins: premiere.root.children
      .filter(({ kind }) => kind === "bin")
      .map(({ name, children }) => ({
        name,
        items: children.map((child) => child.name),
      })),
    masks: clips.flatMap(({ name: clip, masks }) =>
      masks.map((mask) => ({ clip, ...mask })),
    ),
  };
}
