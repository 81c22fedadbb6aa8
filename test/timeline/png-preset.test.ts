import assert from "node:assert/strict";
import { XMLParser } from "fast-xml-parser";
import { writePngPreset } from "../../src/timeline/png-preset.ts";
import { ticks } from "../../src/units/ticks.ts";

const text = writePngPreset({
  width: 720,
  height: 486,
  ticksPerFrame: ticks(8475667200n),
  pixelAspect: { numerator: 10, denominator: 11 },
  fields: "lower-first",
});

interface Parsed {
  readonly PremiereData: Record<string, unknown> & {
    readonly ExporterParam: Record<string, unknown>[];
    readonly ExporterParamContainer: Record<string, unknown>[];
  };
}

describe("an export preset", () => {
  const parser = new XMLParser({
    ignoreAttributes: false,
    parseTagValue: false,
    isArray: (name) => name.startsWith("ExporterParam"),
  });
  const data = (parser.parse(text) as Parsed).PremiereData;

  it("is well-formed and only ASCII", () => {
    const open: string[] = [];
    for (const [, close, name, alone] of text.matchAll(
      /<(\/?)(\w+)[^>]*?(\/?)>/g,
    )) {
      if (close !== "") assert.equal(open.pop(), name);
      else if (alone === "") open.push(name!);
    }
    assert.deepEqual(open, []);
    // eslint-disable-next-line no-control-regex -- that is what ASCII is
    assert.match(text, /^[\x00-\x7f]*$/);
  });

  it("says all that a sequence is set to", () => {
    const values: Record<string, unknown> = Object.fromEntries(
      data.ExporterParam.map((one) => [
        String(one["ParamIdentifier"]),
        one["ParamValue"],
      ]),
    );
    assert.equal(values["ADBEVideoWidth"], "720");
    assert.equal(values["ADBEVideoHeight"], "486");
    assert.equal(values["ADBEVideoFPS"], "8475667200");
    assert.equal(values["ADBEVideoFieldType"], "2");
    assert.equal(values["ADBEVideoAspect"], "10,11");
    assert.equal(values["ADBEStillSequence"], "true");
    assert.equal(values["ADBEUseAlpha"], "true");
    assert.equal(data["ExporterFileType"], "1347307296");
    assert.equal(data["DoAudio"], "false");
  });

  it("refers to every object that it holds, once, and to no other", () => {
    const objects = [...data.ExporterParam, ...data.ExporterParamContainer].map(
      (one) => one["@_ObjectID"],
    );
    const references = [...text.matchAll(/ObjectRef="(\d+)"/g)].map(
      ([, id]) => id,
    );
    assert.equal(new Set(objects).size, objects.length);
    assert.deepEqual(references.sort(), objects.sort());
  });
});
