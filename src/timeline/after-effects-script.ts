import type { CameraDocument } from "../document/camera-document.ts";
import { companionFiles } from "../document/companion-files.ts";
import {
  frameFileName,
  type LayersDocument,
} from "../document/layers-document.ts";
import {
  afterEffectsPins,
  cornersByFrame,
  wholePicture,
} from "../edits/corner-pins.ts";
import { LaminaError } from "../errors/failure.ts";
import { pixelAspectValue, squarePixels } from "../units/pixel-aspect.ts";
import { timecodeFrames, zeroTimecode } from "../units/timecode.ts";
import { layerMovies } from "./layer-movies.ts";

/** The latest time, in seconds, at which After Effects lets a composition begin. */
const LATEST_START_SECONDS = 86339;

/**
 * Writes a script for After Effects (File > Scripts > Run Script File) that builds a composition of a result: a folder with the footage, one
 * layer each under its name, background at the bottom, straight alpha, source timecode. Where the camera's path is known, a
 * switched-off solid lies on the background whose corner pin follows the ground: replace it, and what is in its place lies under shadows.
 * The straight colours of a transparent clip lie in a composition of their own, beneath its alpha as a luma matte.
 *
 * @param name   of the composition
 * @param folder absolute path of the result
 * @param files  the layers' numbered frames, or their movies
 * @returns ECMAScript 3 in ASCII
 * @throws LaminaError `movies-missing`
 */
export function writeAfterEffectsScript(
  document: LayersDocument,
  camera: CameraDocument | undefined,
  name: string,
  folder: string,
  files: "stills" | "movies",
): string {
  const { width, height, frameCount, frameRate } = document;
  const rate = frameRate.numerator / frameRate.denominator;
  const start =
    timecodeFrames(document.timecode ?? zeroTimecode, frameRate) / rate;
  const paths =
    files === "movies"
      ? layerMovies(document, folder).map(({ path }) => path)
      : document.layers.map(
          ({ frames }) => `${folder}/${frameFileName(frames, 1)}`,
        );
  const { matte } = document;
  const corners = camera && cornersByFrame(camera, wholePicture(camera));
  const result = {
    name,
    width,
    height,
    pixelAspect: pixelAspectValue(document.pixelAspect ?? squarePixels),
    rate,
    frameCount,
    start: start <= LATEST_START_SECONDS ? start : 0,
    isSequence: files === "stills",
    layers: document.layers.map((layer, i) => ({
      name: layer.name,
      file: scriptPath(paths[i]!),
      hasAlpha: layer.kind === "object",
    })),
    matte:
      matte?.colours === "straight"
        ? scriptPath(
            `${folder}/${files === "movies" ? matteMovie(matte, folder) : frameFileName(matte.frames, 1)}`,
          )
        : null,
    pins:
      corners === undefined
        ? []
        : afterEffectsPins.map(([pin, corner]) => ({
            pin,
            values: corners.map((each) =>
              each[corner]!.map((value) => Number(value.toFixed(4))),
            ),
          })),
  };
  const data = JSON.stringify(result, undefined, 1).replace(
    /[^\n -~]/g,
    (character) =>
      `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `// ${companionFiles.afterEffects.mark}: builds a composition. In After Effects: File > Scripts > Run Script File.\n(${build})(${data});\n`;
}

/** @throws LaminaError `movies-missing` */
function matteMovie(
  { movie }: NonNullable<LayersDocument["matte"]>,
  folder: string,
): string {
  if (movie !== undefined) return movie;
  throw new LaminaError({ code: "movies-missing", path: folder });
}

/** Paths as the script's files are named: an address in which a drive keeps its colon. */
const scriptPath = (path: string): string =>
  path
    .replaceAll("\\", "/")
    .split("/")
    .map((part) => (/^[A-Za-z]:$/.test(part) ? part : encodeURIComponent(part)))
    .join("/");

/** What After Effects runs: ECMAScript 3 without a word of anything newer. */
const build = `function (result) {
  if (!app.project) app.newProject();
  var files = [];
  for (var f = 0; f < result.layers.length; f++) {
    files[f] = new File(result.layers[f].file);
    if (!files[f].exists) {
      alert("Nothing was built: " + files[f].fsName + " is missing.");
      return;
    }
  }
  var matteFile = result.matte === null ? null : new File(result.matte);
  if (matteFile !== null && !matteFile.exists) {
    alert("Nothing was built: " + matteFile.fsName + " is missing.");
    return;
  }
  function imported(file, name) {
    var options = new ImportOptions(file);
    options.sequence = result.isSequence;
    var item = app.project.importFile(options);
    item.name = name;
    item.parentFolder = folder;
    item.pixelAspect = result.pixelAspect;
    if (result.isSequence) item.mainSource.conformFrameRate = result.rate;
    return item;
  }
  function composition(name) {
    var made = app.project.items.addComp(
      name, result.width, result.height, result.pixelAspect, duration, result.rate
    );
    made.parentFolder = folder;
    made.displayStartTime = result.start;
    return made;
  }
  var folder, duration = result.frameCount / result.rate;
  app.beginUndoGroup("Lamina: " + result.name);
  try {
    folder = app.project.items.addFolder(result.name);
    var comp = composition(matteFile === null ? result.name : result.name + " layers");
    for (var i = 0; i < result.layers.length; i++) {
      var item = imported(files[i], result.layers[i].name);
      if (result.layers[i].hasAlpha) item.mainSource.alphaMode = AlphaMode.STRAIGHT;
      comp.layers.add(item).name = result.layers[i].name;
      if (i === 0 && result.pins.length > 0) {
        var ground = comp.layers.addSolid(
          [1, 1, 1], "On the ground: replace", result.width, result.height, result.pixelAspect, duration
        );
        ground.enabled = false;
        var effect = ground.property("ADBE Effect Parade").addProperty("ADBE Corner Pin");
        for (var p = 0; p < result.pins.length; p++) {
          var times = [];
          for (var t = 0; t < result.frameCount; t++) times[t] = t / result.rate;
          effect.property(result.pins[p].pin).setValuesAtTimes(times, result.pins[p].values);
        }
      }
    }
    if (matteFile !== null) {
      var whole = composition(result.name);
      var nested = whole.layers.add(comp);
      nested.name = comp.name;
      var matte = whole.layers.add(imported(matteFile, "The clip's alpha"));
      matte.name = "The clip's alpha";
      matte.enabled = false;
      nested.trackMatteType = TrackMatteType.LUMA;
      comp = whole;
    }
    comp.openInViewer();
  } finally {
    app.endUndoGroup();
  }
}`;
