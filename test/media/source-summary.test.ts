import assert from "node:assert/strict";
import { summariseSource } from "../../src/media/probe-source.ts";
import type { SourceDescription } from "../../src/media/source-description.ts";

const phone: SourceDescription = {
  ...{
    kind: "movie",
    format: "mov",
    codec: "hevc",
    pixelFormat: "yuv420p10le",
  },
  ...{ width: 1920, height: 1080, bits: 10, rotation: 90 },
  pixelAspect: { numerator: 1, denominator: 1 },
  fields: "progressive",
  frameRate: { numerator: 60000, denominator: 1001 },
  times: { isSteady: true, isEdited: false },
  colour: {
    range: "tv",
    primaries: "bt2020",
    transfer: "arib-std-b67",
    matrix: "bt2020nc",
  },
  matrix: "auto",
  hasAlpha: false,
  ...{ streams: [], gaps: [], verdict: { kind: "exact" } },
};

describe("a source in one line", () => {
  it("is codec, size, rate, bits and colour, and nothing that goes without saying", () => {
    assert.equal(
      summariseSource(phone),
      "HEVC, 1920x1080, 59.94 fps, 10 bits, HLG, BT.2020",
    );
  });

  it("names what an editor would want to know of", () => {
    const colour = {
      ...{ range: "tv", primaries: "bt709", transfer: "bt709" },
      matrix: "bt709",
    };
    assert.equal(
      summariseSource({
        ...phone,
        codec: "dvvideo",
        ...{ width: 1440, bits: 8, fields: "top", hasAlpha: true, colour },
        pixelAspect: { numerator: 4, denominator: 3 },
        times: { isSteady: false, isEdited: false },
      }),
      "DVVIDEO, 1440x1080, pixels 4:3, 59.94 fps, varying rate, interlaced, 8 bits, BT.709, alpha",
    );
  });

  it("says nothing of a rate and colours that a file does not tell", () => {
    const unknown = "unknown";
    assert.equal(
      summariseSource({
        ...phone,
        ...{ kind: "images", codec: "png", bits: 16 },
        frameRate: undefined,
        colour: {
          ...{ range: "pc", primaries: unknown, transfer: unknown },
          matrix: "gbr",
        },
      }),
      "PNG, 1920x1080, 16 bits",
    );
  });
});
