/** Why what is selected cannot be decomposed as it is. */
export type Obstacle =
  | { readonly code: "no-project" }
  | { readonly code: "no-sequence" }
  | { readonly code: "nothing-selected" }
  | { readonly code: "several-selected" }
  | { readonly code: "no-video" }
  | { readonly code: "offline" }
  | { readonly code: "disabled" }
  | { readonly code: "adjustment-layer" }
  | { readonly code: "multicam" }
  | { readonly code: "speed"; readonly percent: number }
  | { readonly code: "reversed" }
  | { readonly code: "time-remapped" }
  | { readonly code: "between-frames" }
  | { readonly code: "opacity"; readonly percent: number }
  | { readonly code: "opacity-changes" }
  | { readonly code: "blend-mode" }
  | { readonly code: "transition"; readonly at: "start" | "end" | "both" }
  | { readonly code: "colour-space"; readonly space: string };

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
      return "Several video clips are selected; select one.";
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
    case "opacity":
      return `The clip's opacity is ${obstacle.percent} %; set it to 100 %, and lower that of the layers' nested sequence afterwards.`;
    case "opacity-changes":
      return "The clip's opacity has keyframes; take them off, and put them on the layers' nested sequence afterwards.";
    case "blend-mode":
      return "The clip is blended with what lies below; set its blend mode to Normal, and that of the layers' nested sequence afterwards.";
    case "transition":
      return `A transition lies at the clip's ${obstacle.at === "both" ? "start and end" : obstacle.at}; take it off, and put it on the layers afterwards.`;
    case "colour-space":
      return `The sequence works in ${obstacle.space}, and layers hold Rec. 709 only; set its working colour space to Rec. 709 (Sequence > Sequence Settings).`;
  }
}
