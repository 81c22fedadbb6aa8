import { join } from "node:path";
import {
  confidenceFrames,
  documentFileName,
  documentVersion,
  writeDocument,
  type DocumentLayer,
  type LayerPart,
  type LayersDocument,
} from "../../document/layers-document.ts";
import { framePattern } from "../../job-contract/frame-files.ts";
import { layerFolderName } from "../../document/layer-folder-name.ts";
import type { MaskDescriptor } from "../../media/mask.ts";
import { writeWholeFile } from "../../media/replace-file.ts";
import type { SourceTags } from "../../media/clip.ts";
import type { ColourTags } from "../../units/colour-tags.ts";
import { frameRate } from "../../units/frame-rate.ts";
import { partKindsOf } from "../../vision/layers/soft-parts.ts";
import type { QualityReport } from "../../units/quality-report.ts";
import type { SubjectFit } from "../../vision/layers/subject-fit.ts";
import type { Homography } from "../../kernels/homography.ts";
import { cameraFileName, writeCamera } from "../../document/camera-document.ts";
import { cameraDocument } from "./camera-path.ts";
import { matteId, writeMatte } from "./write-matte.ts";
import { writeDeliveries } from "./write-deliveries.ts";
import type { Job, Progress } from "../execution/job.ts";
import { checkResult, removeStrays } from "../output/check-result.ts";
import type { OutputFolder } from "../output/output-folder.ts";
import { heldFrames } from "../read/damage-notices.ts";
import { rateOf } from "../read/describe-sources.ts";
import type { SourceSeal } from "../read/source-seal.ts";
import type { DecomposeRequest } from "../request.ts";

/** Frames per second of images for which nobody named a rate. */
export const DEFAULT_FRAME_RATE = frameRate(24, 1);

/** Where it lies how each frame's layers come apart. A full stop stands in no layer's folder, so it never meets one. */
export const apartFrames = "layers.apart/%05d.z";

/**
 * The layers of a result, bottom to top, and their parts, with the folders that their frames lie in.
 *
 * @param fits per mask
 */
export function nameLayers(
  masks: readonly MaskDescriptor[],
  fits: readonly SubjectFit[],
): DocumentLayer[] {
  const layers: DocumentLayer[] = [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: framePattern("background"),
    },
  ];
  for (const [k, { name, damage }] of masks.entries()) {
    const id = layerFolderName(
      name,
      layers.map((layer) => layer.id),
    );
    const frames = framePattern(id);
    const parts = nameParts(id, name, fits[k]!);
    layers.push({
      id,
      kind: "object",
      name,
      frames,
      ...heldFrames(damage),
      parts,
    });
  }
  return layers;
}

/** A full stop stands in no layer's folder, so parts never meet one. */
const nameParts = (id: string, name: string, fit: SubjectFit): LayerPart[] =>
  partKindsOf(fit).map((model) => {
    const kind = model === "trail" ? "smoke" : model;
    const partId = `${id}.${kind}`;
    return {
      id: partId,
      kind,
      name:
        kind === "subject"
          ? name
          : `${name} ${kind === "colour" ? "effects" : kind}`,
      frames: framePattern(partId),
    };
  });

/** What of a clip's own tags its layers carry; what is usual goes without saying. */
function carriedTags({
  pixelAspect,
  colour,
  timecode,
  bits,
}: SourceTags): Pick<
  LayersDocument,
  "bits" | "pixelAspect" | "colour" | "timecode"
> {
  const isSquare = pixelAspect?.numerator === pixelAspect?.denominator;
  return {
    ...(bits === 16 ? { bits } : {}),
    ...(isSquare ? {} : { pixelAspect }),
    ...(colour === undefined || isSilent(colour) ? {} : { colour }),
    ...(timecode === undefined ? {} : { timecode }),
  };
}

const isSilent = ({ primaries, transfer, matrix }: ColourTags): boolean =>
  [primaries, transfer, matrix].every((tag) =>
    ["unknown", "gbr", "reserved", "unspecified"].includes(tag),
  );

/**
 * Writes movies where they are asked for, makes sure that all is whole and that the sources are what they were, writes
 * `layers.json`, and hands the result over.
 *
 * @param layers bottom to top, their frames written
 * @param maps   per frame, the map from frame 0, at working size
 * @param run    where what was found on the way is kept; undefined when it is not
 * @param report what the run makes of its result
 * @throws LaminaError `result-damaged`, `source-changed`, `result-kept`, and what writing movies throws; AbortError
 */
export async function writeResult(
  job: Job,
  request: DecomposeRequest,
  output: OutputFolder,
  layers: readonly DocumentLayer[],
  maps: readonly Homography[],
  seal: SourceSeal,
  run: string | undefined,
  report: QualityReport,
  progress: Progress,
): Promise<void> {
  const { clip, working } = job.plan;
  const { partial } = output;
  const facts = {
    version: documentVersion as 1,
    width: clip.width,
    height: clip.height,
    frameCount: clip.frameCount,
    frameRate: rateOf(clip, request) ?? DEFAULT_FRAME_RATE,
    alpha: "straight",
    ...heldFrames(clip.damage),
    ...carriedTags(clip),
    ...(run !== undefined && { run }),
    ...(request.partFrames !== true && { apart: apartFrames }),
  } as const;
  // Movies take long, and are made of the frames.
  await checkResult(partial, { ...facts, layers: [...layers] }, job.signal);
  const written: DocumentLayer[] = [];
  const result = { ...facts, folder: partial };
  for (const layer of layers) {
    written.push(await writeDeliveries(layer, layer.id, result, request, job));
    progress(written.length, layers.length + 1);
  }
  const matte = clip.alpha && {
    frames: await writeMatte(clip, partial, job.signal),
    colours: clip.alpha.colours,
  };
  const document: LayersDocument = {
    ...facts,
    ...(matte && {
      matte: await writeDeliveries(matte, matteId, result, request, job),
    }),
    camera: cameraFileName,
    confidence: {
      width: working.width,
      height: working.height,
      frames: confidenceFrames,
    },
    report,
    layers: written,
  };
  await writeWholeFile(
    join(partial, cameraFileName),
    writeCamera(cameraDocument(maps, working, clip)),
  );
  await removeStrays(partial, document);
  await checkResult(partial, document, job.signal);
  await seal.check(job.signal);
  await writeWholeFile(
    join(partial, documentFileName),
    writeDocument(document),
  );
  job.signal.throwIfAborted();
  const left = await output.finish();
  if (left !== undefined)
    job.notice(`The earlier result could not be removed; it is in ${left}.`);
}
