import { LaminaError } from "../errors/failure.ts";
import { failureSentence } from "../errors/failure-sentence.ts";
import { checkModel } from "../models/check-model.ts";
import { exampleManifests } from "../models/example-manifests.ts";
import { manifestFileName } from "../models/manifest.ts";
import {
  type BrokenModel,
  findModel,
  type FoundModel,
  listModels,
} from "../models/model-folder.ts";

const licenceRemark =
  "Lamina brings no models. Whether you may use one, and for what, is between you and its licence.";

/** Says which models lie in a folder, one line each, and what is wrong with those that cannot be used. */
export async function describeModels(
  folder: string,
): Promise<readonly string[]> {
  const models = await listModels(folder);
  if (models.length === 0) {
    return [
      `There are no models in ${folder}.`,
      "lamina models explain says how to add one.",
    ];
  }
  return [...models.map(modelLine), licenceRemark];
}

function modelLine(model: FoundModel | BrokenModel): string {
  if ("problem" in model) return sentence(model.name, model.problem);
  const { kind, licence } = model.manifest;
  const terms =
    licence === undefined
      ? "licence not stated"
      : [licence.text, licence.url].filter(Boolean).join(", ");
  return `${model.name}: ${kind}; ${terms}`;
}

const sentence = (model: string, problem: string): string =>
  failureSentence({ code: "model-unusable", model, problem });

/**
 * Loads models and runs each once on a small picture.
 *
 * @param name of the one to look at; all when absent
 * @param line told of each as soon as it is known
 * @throws LaminaError `model-missing`, `model-unusable` (of several, the first); AbortError
 */
export async function checkModels(
  folder: string,
  name: string | undefined,
  line: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (name !== undefined) {
    const model = await findModel(folder, name);
    line(`${name}: fits its contract; ${await checkModel(model, { signal })}.`);
    return;
  }
  const names = (await listModels(folder)).map((model) => model.name);
  if (names.length === 0) (await describeModels(folder)).forEach(line);
  const failures: LaminaError[] = [];
  for (const each of new Set(names)) {
    try {
      await checkModels(folder, each, line, signal);
    } catch (error) {
      if (!(error instanceof LaminaError)) throw error;
      failures.push(error);
    }
  }
  failures.slice(1).forEach(({ message }) => {
    line(message);
  });
  if (failures[0] !== undefined) throw failures[0];
}

/** How a model is added: what its manifest says, and an example of every kind. */
export function explainModels(folder: string): readonly string[] {
  return [
    `Models are looked for in ${folder}; --folder or LAMINA_MODELS names another place.`,
    `Each lies in a folder of its own there: its .onnx file, or two, and a ${manifestFileName} beside it.`,
    licenceRemark,
    "",
    "In every manifest:",
    "  version   1",
    "  name      what --model calls it",
    "  kind      mask-rcnn, yolo-segmentation, matte or promptable",
    "  file      the .onnx file; encoder and decoder of a promptable model",
    "  input     how a frame becomes what the model sees:",
    "    fit       letterbox (width, height, align centre or top-left), stretch (width, height),",
    "              or sides (longer, shorter, multipleOf) for models that take any size",
    "    fill      code value of the padding, 0 to 255; without it, zeros after normalisation",
    "    channels  rgb or bgr",
    "    layout    chw or hwc",
    "    scale     what white is, 1 or 255; then mean is taken off and the rest divided by std",
    "    mean, std three numbers each, in the model's order of channels",
    "  names     what the model calls what its contract calls something else",
    "  licence   text and url, for you to remember",
    "Of single kinds:",
    "  thresholds  score; of mask-rcnn also mask, of yolo-segmentation also overlap",
    "  labels      the only ones of interest; all when absent",
    "  values      of matte: alpha, logit, or stretch to bring every picture to 0 ... 1",
    ...exampleManifests.flatMap((manifest) => [
      "",
      `${contracts[manifest.kind]}:`,
      JSON.stringify(manifest, undefined, 2),
    ]),
  ];
}

const contracts: Readonly<Record<FoundModel["manifest"]["kind"], string>> = {
  "mask-rcnn":
    "mask-rcnn: image [3,H,W] to boxes [N,4], labels [N] int64, scores [N], masks [N,1,28,28]",
  "yolo-segmentation":
    "yolo-segmentation: images [1,3,S,S] to output0 [1,4+classes+32,anchors], output1 [1,32,S/4,S/4]",
  matte: "matte: image [1,3,H,W] to one alpha [1,1,H,W]",
  promptable:
    "promptable: an encoder of an image [1,3,S,S] and a decoder of clicks, as segment-anything exports them",
};
