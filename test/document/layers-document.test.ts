import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  documentVersion,
  frameFileName,
  type LayersDocument,
  readDocument,
  writeDocument,
} from "../../src/document/layers-document.ts";
import { LaminaError } from "../../src/errors/failure.ts";

const baseline = (version: number): string =>
  readFileSync(
    new URL(`../fixtures/layers-version-${version}.json`, import.meta.url),
    "utf8",
  );

const changed = (
  change: (document: Record<string, unknown>) => void,
): string => {
  const document = JSON.parse(baseline(1)) as Record<string, unknown>;
  change(document);
  return JSON.stringify(document);
};

const layer = (id: string, kind: string, frames = `${id}/%05d.png`) => ({
  id,
  kind,
  name: id,
  frames,
});

const refused = (text: string, code: string, words: RegExp): void => {
  assert.throws(
    () => readDocument(text, "out/layers.json"),
    (error) => {
      assert(error instanceof LaminaError);
      assert.equal(error.failure.code, code);
      assert.match(error.message, words);
      assert.match(error.message, /out\/layers\.json/);
      return true;
    },
  );
};

describe("layers.json", () => {
  it("reads a file of every version that was ever written", () => {
    for (let version = 1; version <= documentVersion; version++) {
      const document = readDocument(baseline(version), "layers.json");
      assert.equal(document.version, documentVersion);
      assert.equal(document.frameCount, 70);
      assert.deepEqual(document.frameRate, {
        numerator: 30000,
        denominator: 1001,
      });
      assert.deepEqual(
        document.layers.map(({ id }) => id),
        ["background", "player"],
      );
    }
  });

  it("reads a file with a byte order mark", () => {
    const marked = readDocument(`\ufeff${baseline(1)}`, "layers.json");
    assert.equal(marked.frameCount, 70);
  });

  it("reads back what it writes", () => {
    const document: LayersDocument = {
      version: 1,
      width: 31,
      height: 17,
      frameCount: 2,
      frameRate: { numerator: 25, denominator: 1 },
      alpha: "straight",
      held: [2],
      layers: [
        {
          id: "background",
          kind: "background",
          name: "Background",
          frames: "background/%05d.png",
          movie: "background.mov",
        },
      ],
    };
    const text = writeDocument(document);
    assert.deepEqual(readDocument(text, "layers.json"), document);
    assert.ok(text.endsWith("}\n"));
  });

  it("keeps fields that other programs added", () => {
    const text = changed((document) => (document["madeWith"] = "an editor"));
    const again = writeDocument(readDocument(text, "layers.json"));
    assert.equal(
      (JSON.parse(again) as { madeWith: string }).madeWith,
      "an editor",
    );
  });

  it("says that a newer file needs a newer program", () => {
    const text = changed((document) => (document["version"] = 2));
    refused(text, "document-too-new", /version 2/);
  });

  it("refuses what is no document", () => {
    refused("{", "document-invalid", /not JSON/);
    refused("7", "document-invalid", /no version/);
    refused("{}", "document-invalid", /no version/);
    refused('{"version":"1"}', "document-invalid", /whole number/);
    refused('{"version":0}', "document-invalid", /whole number/);
    refused('{"version":1}', "document-invalid", /width/);
    refused(
      changed((document) => (document["width"] = 1.5)),
      "document-invalid",
      /width/,
    );
    refused(
      changed((document) => (document["alpha"] = "premultiplied")),
      "document-invalid",
      /alpha/,
    );
  });

  it("refuses layers without a background at the bottom", () => {
    for (const layers of [
      [],
      [layer("a", "object")],
      [layer("a", "object"), layer("b", "background")],
      [layer("a", "background"), layer("b", "background")],
    ]) {
      refused(
        changed((document) => (document["layers"] = layers)),
        "document-invalid",
        /layers/,
      );
    }
  });

  it("refuses layers with the same id", () => {
    const layers = [
      layer("background", "background"),
      layer("a", "object"),
      layer("a", "object"),
    ];
    refused(
      changed((document) => (document["layers"] = layers)),
      "document-invalid",
      /different ids/,
    );
  });

  it("refuses frame patterns that leave the folder or hold no number", () => {
    for (const frames of [
      "../%05d.png",
      "/etc/%05d.png",
      "C:\\%05d.png",
      "a//%05d.png",
      "a/frame.png",
      "a/%05d-%05d.png",
      "a/%s.png",
      "",
    ]) {
      const layers = [layer("background", "background", frames)];
      refused(
        changed((document) => (document["layers"] = layers)),
        "document-invalid",
        /layers\.0\.frames/,
      );
    }
  });

  it("does not write a document that it could not read", () => {
    const document = readDocument(baseline(1), "layers.json");
    assert.throws(
      () => writeDocument({ ...document, frameCount: 0 }),
      LaminaError,
    );
  });

  it("names frames by their number from the pattern", () => {
    assert.equal(frameFileName("a/%05d.png", 7), "a/00007.png");
    assert.equal(frameFileName("a/%03d.png", 1234), "a/1234.png");
  });
});
