import { Graph } from "../../src/autodiff/graph.ts";
import { buildModel } from "../../src/autodiff/model.ts";
import { channelAffine, sliceAxis } from "../../src/autodiff/operations.ts";
import { strategies } from "../../src/autodiff/strategy.ts";

/** Normalisation of the nets trained on ImageNet. */
export const imageNet: {
  mean: [number, number, number];
  std: [number, number, number];
} = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

/**
 * A model with the signature of a matting net whose alpha is one channel of the picture, with the normalisation undone: only
 * a picture that came in the right order and normalised like that gives it back.
 *
 * @param channel 0 red, 1 green, 2 blue
 */
export function tinyMatte(
  height: number,
  width: number,
  channel: number,
): Uint8Array {
  const graph = new Graph();
  const image = graph.input("input", [1, 3, height, width]);
  const undone = channelAffine(
    image,
    graph.constant(Float32Array.from(imageNet.std), [3]),
    graph.constant(Float32Array.from(imageNet.mean), [3]),
  );
  const alpha = sliceAxis(undone, 1, channel, channel + 1);
  return buildModel(graph, { alpha }, strategies.cpu).bytes;
}
