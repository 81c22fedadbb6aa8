import type { KeyLike } from "./paint-tools.ts";

/** What a key asks of a view in which a clip is looked at. */
export type ViewerCommand =
  | { readonly kind: "zoom"; readonly to: "in" | "out" | "fit" | "native" }
  | { readonly kind: "play"; readonly way: "back" | "stop" | "forth" }
  | { readonly kind: "frames"; readonly steps: number }
  | { readonly kind: "end"; readonly of: "first" | "last" }
  | { readonly kind: "loop" };

/** Frames that an arrow with Shift goes. */
const LARGE_STEP = 10;

/**
 * What a key asks for, as editors know them. Space is not among them: it plays when it is let go and did not pan.
 *
 * @returns undefined when nothing
 */
export function viewerCommand(event: KeyLike): ViewerCommand | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const steps = event.shiftKey ? LARGE_STEP : 1;
  switch (event.key) {
    case "ArrowLeft":
      return { kind: "frames", steps: -steps };
    case "ArrowRight":
      return { kind: "frames", steps };
    case "Home":
      return { kind: "end", of: "first" };
    case "End":
      return { kind: "end", of: "last" };
    // With Shift on many keyboards.
    case "+":
    case "=":
      return { kind: "zoom", to: "in" };
    case "-":
    case "−":
      return { kind: "zoom", to: "out" };
  }
  if (event.shiftKey) return undefined;
  switch (event.key.toLowerCase()) {
    case "0":
      return { kind: "zoom", to: "fit" };
    case "1":
      return { kind: "zoom", to: "native" };
    case "j":
      return { kind: "play", way: "back" };
    case "k":
      return { kind: "play", way: "stop" };
    case "l":
      return { kind: "play", way: "forth" };
    case "o":
      return { kind: "loop" };
    default:
      return undefined;
  }
}
