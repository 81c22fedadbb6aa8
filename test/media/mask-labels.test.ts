import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { readRgbAndAlpha } from "../../src/media/image-file.ts";
import { findLabels, type MaskLabel } from "../../src/media/mask-labels.ts";
import { labelMask } from "../../src/media/mask-of-label.ts";
import { failsWith } from "./failure-code.ts";
import { box, image, pattern, savePng } from "./sample-images.ts";
import { useTemporaryFolder } from "./temporary-folder.ts";

type Rgb = readonly [number, number, number];
type Box = readonly [number, number, number, number];

const width = 48;
const height = 32;

/** Boxes of one colour each on black, the later ones in front; every pixel is the mean of `smooth`² samples. */
function paint(
  boxes: readonly (readonly [Rgb, Box])[],
  smooth = 1,
): Uint8Array {
  const data = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const sum = [0, 0, 0];
    for (let s = 0; s < smooth * smooth; s++) {
      const x = (i % width) + ((s % smooth) + 0.5) / smooth;
      const y = Math.floor(i / width) + (Math.floor(s / smooth) + 0.5) / smooth;
      const hit = boxes.findLast(
        ([, [left, top, right, bottom]]) =>
          x >= left && x < right && y >= top && y < bottom,
      );
      hit?.[0].forEach((value, c) => (sum[c]! += value));
    }
    sum.forEach((v, c) => (data[3 * i + c] = Math.round(v / smooth ** 2)));
  }
  return data;
}

describe("labels in images", () => {
  const at = useTemporaryFolder();
  const save = (name: string, data: Uint8Array) =>
    savePng(at(name), data, width, height);
  const find = async (): Promise<MaskLabel[]> =>
    findLabels(
      (await readdir(at())).sort().map((name) => at(name)),
      "ids",
    );
  const read = async (
    name: string,
    labels: readonly MaskLabel[],
    wanted: string,
  ): Promise<Uint8Array> => {
    const { colour } = labels.find((label) => label.name === wanted)!;
    const among = labels.map((label) => label.colour);
    return labelMask(await readRgbAndAlpha(at(name)), { colour, among });
  };

  it("are the colours of a palette image, the same in every frame wherever they are", async () => {
    const frames: Box[] = [
      [4, 4, 12, 20],
      [30, 6, 38, 22],
    ];
    for (const [k, where] of frames.entries()) {
      const other = frames[1 - k]!;
      const data = paint([
        [[128, 0, 0], where],
        [[0, 128, 0], other],
      ]);
      await image(data, width, height)
        .png({ palette: true, dither: 0 })
        .toFile(at(`${k}.png`));
    }
    const labels = await find();
    assert.deepEqual(labels, [
      { colour: "#800000", name: "red" },
      { colour: "#008000", name: "green" },
    ]);
    for (const [k, where] of frames.entries()) {
      assert.deepEqual(
        Buffer.from(await read(`${k}.png`, labels, "red")),
        Buffer.from(box(width, height, [...where])),
      );
    }
  });

  it("do not arise on smooth edges, not even where an edge has a third label's colour", async () => {
    const scene = [
      [
        [255, 0, 0],
        [4.5, 4.3, 20.5, 20.4],
      ],
      [
        [0, 255, 0],
        [20.5, 4.3, 30.5, 20.4],
      ],
      // The mixture of the two above.
      [
        [128, 128, 0],
        [36, 4, 44, 28],
      ],
    ] as const;
    await save("1.png", paint(scene, 4));
    const labels = await find();
    assert.deepEqual(
      labels.map((label) => label.name),
      ["red", "yellow", "green"],
    );
    assert.deepEqual(
      Buffer.from(await read("1.png", labels, "yellow")),
      Buffer.from(box(width, height, [36, 4, 44, 28])),
    );
    const red = await read("1.png", labels, "red");
    const green = await read("1.png", labels, "green");
    const rows = (mask: Uint8Array): number[] =>
      Array.from(mask.subarray(10 * width, 11 * width), (v) => v / 255);
    const seam = rows(red).map((v, x) => v + rows(green)[x]!);
    assert.ok(
      seam.every(
        (v, x) => v === (x >= 5 && x < 30 ? 1 : x === 4 || x === 30 ? v : 0),
      ),
      seam.join(""),
    );
  });

  it("are told apart by one level where the images hold numbers", async () => {
    const data = new Uint8Array(width * height);
    box(width, height, [2, 2, 10, 10]).forEach((v, i) => v && (data[i] = 1));
    box(width, height, [10, 2, 40, 30]).forEach((v, i) => v && (data[i] = 2));
    await save("1.png", data);
    const labels = await find();
    assert.deepEqual(
      labels.map((label) => label.name),
      ["label-1", "label-2"],
    );
    assert.deepEqual(
      Buffer.from(await read("1.png", labels, "label-1")),
      Buffer.from(box(width, height, [2, 2, 10, 10])),
    );
  });

  it("are one each when they are dithered, and are named apart by number when they are alike", async () => {
    const data = paint([
      [
        [200, 40, 30],
        [2, 2, 20, 28],
      ],
      [
        [90, 10, 8],
        [24, 2, 44, 28],
      ],
    ]);
    for (let i = 0; i < data.length; i += 3)
      if (data[i]! > 0) data[i]! += (i * 7) % 3;
    await save("1.png", data);
    const labels = await find();
    assert.deepEqual(labels.map((label) => label.name).sort(), [
      "red",
      "red-2",
    ]);
    const masks = [];
    for (const { name } of labels)
      masks.push(await read("1.png", labels, name));
    const area = (mask: Uint8Array): number => mask.filter((v) => v > 0).length;
    assert.deepEqual(masks.map(area).sort(), [18 * 26, 20 * 26]);
  });

  it("are not where the image is transparent", async () => {
    const data = new Uint8Array(width * height * 4).fill(180);
    const inside = box(width, height, [6, 6, 20, 20]);
    inside.forEach((v, i) => {
      data.set([0, 90, 255, v], 4 * i);
    });
    await save("1.png", data);
    const labels = await find();
    assert.deepEqual(labels, [{ colour: "#005aff", name: "blue" }]);
    assert.deepEqual(
      Buffer.from(await read("1.png", labels, "blue")),
      Buffer.from(inside),
    );
  });

  it("are refused where there is none, and where there is a picture", async () => {
    await save("1.png", paint([]));
    await failsWith("labels-unclear", find(), /ids .*no colour/);
    const noise = pattern(width, height).map((v) => v >> 1);
    const picture = new Uint8Array(4 * 4 * width * height * 3);
    for (let y = 0; y < 4 * height; y++)
      for (let x = 0; x < 4 * width; x++)
        for (let c = 0; c < 3; c++)
          picture[3 * (y * 4 * width + x) + c] =
            noise[3 * ((y >> 2) * width + (x >> 2)) + c]!;
    await savePng(at("1.png"), picture, 4 * width, 4 * height);
    await failsWith("labels-unclear", find(), /flat colours, like a picture/);
  });
});
