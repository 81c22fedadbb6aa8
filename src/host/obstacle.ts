/** Why what is selected cannot be decomposed as it is. */
export type Obstacle =
  | { readonly code: "no-project" }
  | { readonly code: "no-sequence" }
  | { readonly code: "nothing-selected" }
  | { readonly code: "several-selected"; readonly count: number }
  | { readonly code: "no-video" }
  | { readonly code: "offline" }
  | { readonly code: "disabled" }
  | { readonly code: "adjustment-layer" }
  | { readonly code: "multicam" }
  | { readonly code: "speed"; readonly percent: number }
  | { readonly code: "reversed" }
  | { readonly code: "time-remapped" }
  | { readonly code: "between-frames" };

/** Says an obstacle in one sentence that also tells what to do about it. */
export function describeObstacle(obstacle: Obstacle): string {
  switch (obstacle.code) {
    case "no-project":
      return "Open a project in Premiere Pro.";
    case "no-sequence":
      return "Open a sequence in the timeline.";
    case "nothing-selected":
      return "Select a clip in the timeline.";
    case "several-selected":
      return `${obstacle.count} video clips are selected; select one.`;
    case "no-video":
      return "The selected clip has no video; select a video clip.";
    case "offline":
      return "The clip's media is offline; relink it first.";
    case "disabled":
      return "The clip is disabled; enable it first.";
    case "adjustment-layer":
      return "This is an adjustment layer; select the clip beneath it.";
    case "multicam":
      return "The clip is a multicam source; flatten it first (Clip > Multi-Camera > Flatten).";
    case "speed":
      return `The clip runs at ${obstacle.percent} % speed; nest it or render and replace it first.`;
    case "reversed":
      return "The clip runs backwards; nest it or render and replace it first.";
    case "time-remapped":
      return "The clip's time is remapped; nest it or render and replace it first.";
    case "between-frames":
      return "The clip begins or ends between two frames of the sequence; trim it to whole frames.";
  }
}
