import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { exportCamera } from "../../src/cli/camera.ts";
import {
  type CameraDocument,
  readCamera,
  writeCamera,
} from "../../src/document/camera-document.ts";
import {
  type LayersDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import {
  afterEffectsKeyframes,
  nukeCornerPin,
} from "../../src/edits/corner-pins.ts";
import { cameraDocument } from "../../src/pipeline/finish/camera-path.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const size = { width: 40, height: 30 };

/** The second frame shows everything 4 pixels further left and 2 further up, the third twice as large about the upper left corner. */
const camera: CameraDocument = {
  version: 1,
  ...size,
  reference: 1,
  frameToReference: [
    [1, 0, 0, 0, 1, 0, 0, 0, 1],
    [1, 0, 4, 0, 1, 2, 0, 0, 1],
    [0.5, 0, 0, 0, 0.5, 0, 0, 0, 1],
  ],
};

const layers: LayersDocument = {
  version: 1,
  ...size,
  frameCount: 3,
  frameRate: { numerator: 24000, denominator: 1001 },
  alpha: "straight",
  camera: "camera.json",
  layers: [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: "background/%05d.png",
    },
  ],
};

describe("a camera's path", () => {
  const at = useTemporaryFolder();

  it("is read back as it was written, one frame a line", () => {
    const text = writeCamera(camera);
    assert.deepEqual(readCamera(text, "camera.json"), camera);
    assert.equal(text.match(/^ {4}\[.*\],?$/gm)?.length, 3);
  });

  it("is refused where it flattens the picture or has no version", () => {
    for (const wrong of [
      { ...camera, frameToReference: [[1, 0, 0, 1, 0, 0, 0, 0, 1]] },
      { ...camera, frameToReference: [] },
      { ...camera, reference: 4 },
      { ...camera, version: "1" },
    ])
      assert.throws(
        () => readCamera(JSON.stringify(wrong), "camera.json"),
        /camera\.json is no description/,
      );
    assert.throws(
      () => readCamera(JSON.stringify({ ...camera, version: 2 }), "c.json"),
      /version 2/,
    );
  });

  it("leads from working size to the clip's own, counted from the picture's corner", () => {
    // At half size the camera goes one pixel to the right a frame: what it sees goes to the left.
    const { frameToReference } = cameraDocument(
      [
        [1, 0, 0, 0, 1, 0, 0, 0, 1],
        [1, 0, -1, 0, 1, 0, 0, 0, 1],
        [2, 0, 0, 0, 2, 0, 0, 0, 1],
      ],
      { width: 20, height: 15 },
      size,
    );
    const rounded = frameToReference.map((map) =>
      map.map((value) => Number(value.toFixed(9)) + 0),
    );
    assert.deepEqual(rounded[1], [1, 0, 2, 0, 1, 0, 0, 0, 1]);
    // Enlarged about the first pixel's centre, which is a whole pixel of the clip from its corner.
    assert.deepEqual(rounded[2], [0.5, 0, 0.5, 0, 0.5, 0.5, 0, 0, 1]);
  });

  it("becomes After Effects keyframes, frames from 0, in that program's order of corners", () => {
    const text = afterEffectsKeyframes(camera, layers.frameRate, {
      at: 1,
      corners: [
        [10, 10],
        [20, 10],
        [20, 18],
        [10, 18],
      ],
    });
    const lines = text.split("\r\n");
    assert.equal(lines[0], "Adobe After Effects 8.0 Keyframe Data");
    assert.ok(lines.includes("\tUnits Per Second\t23.976"));
    assert.equal(lines.at(-2), "End of Keyframe Data");
    const block = (name: string): string[] => {
      const from = lines.indexOf(`Effects\tADBE Corner Pin #1\t${name}`);
      return lines.slice(from + 2, from + 5);
    };
    assert.deepEqual(block("ADBE Corner Pin-0001"), [
      "\t0\t10\t10\t",
      "\t1\t6\t8\t",
      "\t2\t20\t20\t",
    ]);
    assert.deepEqual(block("ADBE Corner Pin-0003")[1], "\t1\t6\t16\t");
    assert.deepEqual(block("ADBE Corner Pin-0004")[2], "\t2\t40\t36\t");
  });

  it("becomes a Nuke node, frames from 1, counted from below", () => {
    const text = nukeCornerPin(camera, {
      at: 2,
      corners: [
        [0, 0],
        [10, 0],
        [10, 6],
        [0, 6],
      ],
    });
    assert.match(
      text,
      /^ to1 \{\{curve x1 4 x2 0 x3 8\} \{curve x1 22 x2 24 x3 14\}\}$/m,
    );
    assert.match(
      text,
      /^ to3 \{\{curve x1 14 x2 10 x3 28\} \{curve x1 28 x2 30 x3 26\}\}$/m,
    );
    assert.match(text, /^ from3 \{40 30\}$/m);
  });

  it("is exported to a file that was not there, or not at all", async () => {
    await writeFile(at("layers.json"), writeDocument(layers));
    await writeFile(at("camera.json"), writeCamera(camera));
    const out = at("pins.txt");
    const ask = { format: "ae", at: 1, out } as const;
    assert.equal(await exportCamera(at(), ask), out);
    assert.match(await readFile(out, "utf8"), /^Adobe After Effects/);
    await failsWith("output-exists", exportCamera(at(), ask), /pins\.txt/);

    const other = { ...ask, out: at("other.txt") };
    const crossing = [
      [0, 0],
      [10, 10],
      [10, 0],
      [0, 10],
    ] as const;
    await failsWith(
      "usage",
      exportCamera(at(), { ...other, corners: crossing }),
      /cross/,
    );
    const corners = [
      crossing[0],
      crossing[2],
      crossing[1],
      crossing[3],
    ] as const;
    await failsWith(
      "usage",
      exportCamera(at(), { ...other, at: 4, corners }),
      /beyond/,
    );
    const { camera: _, ...older } = layers;
    await writeFile(at("layers.json"), writeDocument(older));
    await failsWith(
      "usage",
      exportCamera(at(), other),
      /decompose the clip again/,
    );
    assert.ok(!existsSync(other.out));
  });
});
