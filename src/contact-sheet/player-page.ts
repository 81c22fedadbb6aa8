import { companionFiles } from "../document/companion-files.ts";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import { escapeMarkup, scriptJson } from "./escape-markup.ts";
import { playerScript } from "./player-script.ts";
import { playerStyle } from "./player-style.ts";
import { differenceGain } from "./source-frames.ts";

/** How one frame differs from its source. */
export interface PlayerDifference {
  /** Largest difference in 8-bit levels. */
  readonly largest: number;
  /** A data URL of the amplified difference; absent where it is 0 everywhere. */
  readonly picture?: string;
}

/**
 * Makes the page that plays a result's layers. It stands in the result's folder, takes the layers' frames from beside itself and
 * asks nothing of any network; it never reads pixels back, so it also works when opened as a file.
 *
 * @param differences by frame; the page has no difference view without them
 */
export function playerPage(
  document: LayersDocument,
  differences: readonly PlayerDifference[] | undefined,
): string {
  const clip = {
    width: document.width,
    height: document.height,
    framesPerSecond:
      document.frameRate.numerator / document.frameRate.denominator,
    frameCount: document.frameCount,
    layers: document.layers.map((layer) => ({
      name: layer.name,
      files: Array.from({ length: document.frameCount }, (_, t) =>
        encodeURI(frameFileName(layer.frames, t + 1)).replace(
          /[?#]/g,
          encodeURIComponent,
        ),
      ),
    })),
    differences: differences ?? null,
  };
  const modes = [
    ["composite", "Composite"],
    ["layer", "Layer"],
    ["alpha", "Alpha"],
    ["background", "Background"],
    ...(differences === undefined
      ? []
      : [["difference", `Difference ×${differenceGain}`] as const]),
  ] as const;
  const names = document.layers.map((layer) => escapeMarkup(layer.name));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="generator" content="${companionFiles.player.mark}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Layers: ${names.slice(1).join(", ")}</title>
<link rel="icon" href="data:,">
<style>${playerStyle}</style>
</head>
<body>
<main>
<figure>
<canvas id="screen" width="${document.width}" height="${document.height}" role="img" aria-label="The chosen view of the current frame"></canvas>
<p id="notice" role="status"></p>
</figure>
<div class="transport">
<button id="play" type="button" aria-keyshortcuts="Space">Play</button>
<input id="scrub" type="range" min="1" max="${document.frameCount}" value="1" step="1" aria-label="Frame">
<output id="counter" for="scrub">1 / ${document.frameCount}</output>
</div>
<div class="panels">
<fieldset>
<legend>View</legend>
${modes
  .map(
    ([mode, title], i) =>
      `<label><input type="radio" name="mode" value="${mode}"${i === 0 ? " checked" : ""} aria-keyshortcuts="${i + 1}"><span>${title}</span><kbd>${i + 1}</kbd></label>`,
  )
  .join("\n")}
</fieldset>
<fieldset>
<legend>Layers, top to bottom</legend>
${names
  .map(
    (name, i) =>
      `<div class="layer"><label><input type="checkbox" data-visible="${i}" checked><span>${name}</span></label>${
        i === 0
          ? ""
          : `<label class="solo"><input type="radio" name="subject" value="${i}"${i === 1 ? " checked" : ""}><span>in Layer and Alpha<span class="only-read">: ${name}</span></span></label>`
      }</div>`,
  )
  .reverse()
  .join("\n")}
</fieldset>
</div>
<p class="keys"><kbd>Space</kbd> play or pause <kbd>←</kbd> <kbd>→</kbd> step <kbd>Home</kbd> <kbd>End</kbd> first and last frame <kbd>1</kbd>–<kbd>${modes.length}</kbd> view</p>
</main>
<script type="application/json" id="clip">${scriptJson(clip)}</script>
<script>${playerScript}</script>
</body>
</html>
`;
}
