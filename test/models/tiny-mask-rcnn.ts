import { OnnxWriter } from "../../src/autodiff/onnx-writer.ts";
import { channel, dominance, regionBox } from "./colour-regions.ts";

/** Mean of the model zoo's Mask R-CNN, blue first. */
export const zooMean: [number, number, number] = [102.9801, 115.9465, 122.7717];

/** Labels that the tiny model gives. */
export const rcnnLabels = { red: 1, blue: 3 };

/**
 * A model with the signature of the zoo's Mask R-CNN that really detects: an image of any size, blue first, minus the mean;
 * what is red and what is blue each become a box with a mask of 28 × 28 cut out of the image. There are as many rows as
 * there are such things, and their order is the less sure one first.
 *
 * @param names of the outputs, in the contract's order
 */
export function tinyMaskRcnn(
  names: readonly [string, string, string, string] = [
    "boxes",
    "labels",
    "scores",
    "masks",
  ],
): Uint8Array {
  const onnx = new OnnxWriter();
  const batch = onnx.node("Unsqueeze", ["image", onnx.integers([0])]);
  const colours = [0, 1, 2].map((c) => {
    const mean = onnx.constant(Float32Array.of(zooMean[c]!), []);
    const white = onnx.constant(Float32Array.of(255), []);
    const code = onnx.node("Add", [channel(onnx, batch, c), mean]);
    return onnx.node("Div", [code, white]);
  });
  const [blue, green, red] = colours as [string, string, string];
  const found = [
    detection(onnx, dominance(onnx, blue, [red, green])),
    detection(onnx, dominance(onnx, red, [green, blue])),
  ];
  const joined = (part: "box" | "mask" | "exists"): string =>
    onnx.node(
      "Concat",
      found.map((one) => one[part]),
      { axis: 0 },
    );
  const exists = onnx.node("Greater", [
    joined("exists"),
    onnx.constant(Float32Array.of(0.5), []),
  ]);
  const thinned = (values: string, name: string): void => {
    onnx.node("Compress", [values, exists], { axis: 0 }, name);
  };
  thinned(joined("box"), names[0]);
  thinned(onnx.integers([rcnnLabels.blue, rcnnLabels.red]), names[1]);
  thinned(onnx.constant(Float32Array.of(0.8, 0.95), [2]), names[2]);
  thinned(joined("mask"), names[3]);
  return onnx.finish(
    [{ name: "image", shape: [3, "height", "width"], type: "float32" }],
    [
      { name: names[0], shape: ["nbox", 4], type: "float32" },
      { name: names[1], shape: ["nbox"], type: "int64" },
      { name: names[2], shape: ["nbox"], type: "float32" },
      { name: names[3], shape: ["nbox", 1, 28, 28], type: "float32" },
    ],
  );
}

function detection(
  onnx: OnnxWriter,
  region: string,
): { box: string; mask: string; exists: string } {
  const { left, top, right, bottom, exists } = regionBox(onnx, region);
  const row = onnx.node(
    "Concat",
    [left, top, right, bottom].map((edge) =>
      onnx.node("Reshape", [edge, onnx.integers([1, 1])]),
    ),
    { axis: 1 },
  );
  // Nothing there has no box that could be cut out.
  const present = onnx.node("Reshape", [exists, onnx.integers([1, 1])]);
  const box = onnx.node("Where", [
    onnx.node("Cast", [present], { to: 9 }),
    row,
    onnx.constant(Float32Array.of(0, 0, 1, 1), [1, 4]),
  ]);
  const mask = onnx.node("RoiAlign", [region, box, onnx.integers([0])], {
    output_height: 28,
    output_width: 28,
  });
  return {
    box,
    mask,
    exists: onnx.node("Reshape", [exists, onnx.integers([1])]),
  };
}
