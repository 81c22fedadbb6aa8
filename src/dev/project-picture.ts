import type { StandInPremiere } from "../host/stand-in/premiere.ts";
import { sequenceEnd, type Track } from "../host/stand-in/timeline.ts";
import type { ProjectPicture, TrackPicture } from "../protocol/dev-api.ts";
import { frameRateOfTicks, ticks } from "../units/ticks.ts";
import type { SampleClip } from "./sample-project.ts";

/** The stand-in's project as the page draws it; undefined while no sequence is open. */
export function pictureOf(
  premiere: StandInPremiere,
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
    mattes: clips.flatMap(({ name: clip, mattes }) =>
      mattes.map((matte) => ({ clip, ...matte })),
    ),
  };
}
