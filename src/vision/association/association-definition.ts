import type { Tensor } from "../../autodiff/graph.ts";
import type {
  Evaluation,
  InputSpec,
  NetworkDefinition,
  Tensors,
  TrainingReport,
} from "../../autodiff/network.ts";
import { add, mul, reshape, sigmoid } from "../../autodiff/operations.ts";
import { packParameters } from "../../autodiff/parameters.ts";
import type { AssociationDesign } from "./association-data.ts";
import {
  missingSupport,
  reconstructionLoss,
  temporalLoss,
  weightedSupport,
} from "./association-loss.ts";
import {
  type NetworkSize,
  type Normalizer,
  batchNormalizer,
  networkDepth,
  networkParameters,
  normalizationCount,
  storedNormalizer,
  supportLogits,
} from "./association-network.ts";
import { inputChannels } from "./network-input.ts";

/** Neighbours of a bilinear warp. */
export const warpCorners = 4;

/** Shapes of a training run. */
export interface AssociationShape {
  readonly subjectCount: number;
  readonly height: number;
  readonly width: number;
  /** Frames in a training batch; even where the temporal loss is used. */
  readonly batchFrames: number;
  /** Pictures (one frame and one subject) whose statistics normalise the finished network. */
  readonly calibrationPictures: number;
  /** Pictures in one run of inference. */
  readonly inferencePictures: number;
}

/** Weights of the loss's parts, fed at every step so that a schedule never rebuilds the graph. */
export interface LossWeights {
  /** Evidence that no support explains. */
  readonly reconstruction: number;
  /** Support, the dearer the farther from the mask. */
  readonly sparsity: number;
  /** Support missing from the mask's core. */
  readonly inside: number;
  /** Support where there is as much evidence without the subject. */
  readonly ambient: number;
  /** Support away from the mask: bootstrap only. */
  readonly outside: number;
  /** Support on other subjects' masks. */
  readonly exclusion: number;
  /** Change of the support from frame to frame. */
  readonly temporal: number;
}

/** Parts of the loss that a design uses. */
export function lossParts(
  { subjectCount }: Pick<AssociationShape, "subjectCount">,
  {
    temporalWeight,
    ambientWeight,
  }: Pick<AssociationDesign, "temporalWeight" | "ambientWeight">,
): readonly (keyof LossWeights)[] {
  return [
    "reconstruction",
    "sparsity",
    "inside",
    "outside",
    ...(subjectCount > 1 ? (["exclusion"] as const) : []),
    ...(ambientWeight > 0 ? (["ambient"] as const) : []),
    ...(temporalWeight > 0 ? (["temporal"] as const) : []),
  ];
}

/** Name of the scalar input that holds a part's weight. */
export const weightInput = (part: keyof LossWeights): string => `${part}Weight`;

/** The network with its loss and its other uses. */
export interface AssociationDefinition extends NetworkDefinition {
  /** Scales and shifts from the statistics of representative pictures. */
  readonly calibration: Evaluation;
  /** Support of any pictures, given the scales and shifts. */
  readonly inference: Evaluation;
}

/** Defines the network for one clip's shape. */
export function associationDefinition(
  shape: AssociationShape,
  design: AssociationDesign,
): AssociationDefinition {
  const { subjectCount, height, width } = shape;
  const size: NetworkSize = {
    inputChannels: inputChannels(design.flowInput),
    baseChannels: design.baseChannels,
    depth: networkDepth(height, width),
  };
  const pictures = (count: number): InputSpec => ({
    shape: [count, size.inputChannels, height, width],
  });
  const perSubject: InputSpec = {
    shape: [shape.batchFrames, subjectCount, height, width],
  };
  const parts = lossParts(shape, design);
  return {
    parameters: networkParameters(size),
    training: {
      inputs: {
        pictures: pictures(shape.batchFrames * subjectCount),
        presence: { shape: [shape.batchFrames, subjectCount, 1, 1] },
        evidence: { shape: [shape.batchFrames, 1, height, width] },
        ...Object.fromEntries(
          parts
            .filter((part) => part !== "reconstruction" && part !== "temporal")
            .map((part) => [part, perSubject]),
        ),
        ...(parts.includes("temporal") ? warpInputs(shape) : {}),
        ...Object.fromEntries(
          parts.map((part) => [weightInput(part), { shape: [] }]),
        ),
      },
      outputs: (parameters, inputs) => {
        const logits = supportLogits(
          inputs["pictures"]!,
          parameters,
          size,
          batchNormalizer(),
        );
        const all = reshape(sigmoid(logits), perSubject.shape);
        return associationReport(mul(all, inputs["presence"]!), inputs, parts);
      },
    },
    calibration: {
      inputs: { pictures: pictures(shape.calibrationPictures) },
      outputs: (parameters, inputs) => {
        const record: Tensor[] = [];
        const normalizer: Normalizer = batchNormalizer(record);
        supportLogits(inputs["pictures"]!, parameters, size, normalizer);
        return { normalization: packParameters(record) };
      },
    },
    inference: {
      inputs: {
        pictures: pictures(shape.inferencePictures),
        normalization: { shape: [normalizationCount(size)] },
      },
      outputs: (parameters, inputs) => ({
        support: sigmoid(
          supportLogits(
            inputs["pictures"]!,
            parameters,
            size,
            storedNormalizer(inputs["normalization"]!),
          ),
        ),
      }),
    },
  };
}

function warpInputs({
  subjectCount,
  height,
  width,
  batchFrames,
}: AssociationShape): Record<string, InputSpec> {
  const shape = [(batchFrames / 2) * subjectCount * height * width];
  const inputs: Record<string, InputSpec> = { warpValid: { shape } };
  for (let corner = 0; corner < warpCorners; corner++) {
    inputs[`warpIndices${corner}`] = { shape, type: "int32" };
    inputs[`warpWeights${corner}`] = { shape };
  }
  return inputs;
}

function associationReport(
  support: Tensor,
  inputs: Tensors,
  parts: readonly (keyof LossWeights)[],
): TrainingReport {
  const value = (part: keyof LossWeights): Tensor => {
    switch (part) {
      case "reconstruction":
        return reconstructionLoss(support, inputs["evidence"]!);
      case "inside":
        return missingSupport(support, inputs["inside"]!);
      case "sparsity":
      case "outside":
      case "exclusion":
      case "ambient":
        return weightedSupport(support, inputs[part]!);
      case "temporal": {
        const corners = Array.from({ length: warpCorners }, (_, i) => i);
        return temporalLoss(support, {
          indices: corners.map((i) => inputs[`warpIndices${i}`]!),
          weights: corners.map((i) => inputs[`warpWeights${i}`]!),
          valid: inputs["warpValid"]!,
        });
      }
    }
  };
  const report: Record<string, Tensor> = {};
  let loss: Tensor | undefined;
  for (const part of parts) {
    const own = reshape(value(part), [1]);
    report[`${part}Loss`] = own;
    const weighted = mul(own, inputs[weightInput(part)]!);
    loss = loss === undefined ? weighted : add(loss, weighted);
  }
  return { ...report, loss: loss! };
}
