import assert from "node:assert/strict";
import type { LayersDocument } from "../../src/document/layers-document.ts";
import { resultFiles } from "../../src/document/result-files.ts";

const document: LayersDocument = {
  version: 1,
  width: 8,
  height: 8,
  frameCount: 120,
  frameRate: { numerator: 24, denominator: 1 },
  alpha: "straight",
  camera: "camera.json",
  confidence: {
    width: 4,
    height: 4,
    frames: "background.confidence/%05d.png",
  },
  apart: "layers.apart/%05d.z",
  layers: [
    {
      id: "background",
      kind: "background",
      name: "Background",
      frames: "./plates/background/%03d.png",
    },
    {
      id: "café",
      kind: "object",
      name: "café",
      frames: "café/%05d.png",
      movie: "café.mov",
      parts: [
        {
          id: "café.subject",
          kind: "subject",
          name: "café",
          frames: "café.subject/%05d.png",
        },
      ],
    },
  ],
};

describe("the files of a result", () => {
  const { hasFile, hasFolder } = resultFiles(document);

  it("are the document, the camera, the maps of confidence, frames and parts within the count, and movies", () => {
    for (const path of [
      "layers.json",
      "camera.json",
      "background.confidence/00120.png",
      "café.subject/00001.png",
      "café.mov",
      "layers.apart/00120.z",
      "café/00001.png",
      "café/00120.png",
      "plates/background/120.png",
    ])
      assert.ok(hasFile(path), path);
    for (const path of [
      "café/00000.png",
      "background.confidence/00121.png",
      "café/00121.png",
      "café/1.png",
      "café/000001.png",
      "café/00001.png.bak",
      "café/x/00001.png",
      "00001.png",
      "background.mov",
    ])
      assert.ok(!hasFile(path), path);
  });

  it("lie in the folders on the way to them", () => {
    for (const path of ["plates", "plates/background", "café"])
      assert.ok(hasFolder(path), path);
    for (const path of ["", "plates/x", "cafe"])
      assert.ok(!hasFolder(path), path);
  });

  it("are the same where the file system spells letters with two characters", () => {
    assert.ok(hasFile("café/00001.png".normalize("NFD")));
    assert.ok(hasFolder("café".normalize("NFD")));
  });

  it("cost nothing to tell, however many a document claims", () => {
    const many = resultFiles({ ...document, frameCount: 2 ** 52 });
    assert.ok(many.hasFile("café/99999999.png"));
  });
});
