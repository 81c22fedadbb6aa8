import assert from "node:assert/strict";
import {
  laterTimecode,
  parseTimecode,
  timecodeFrames,
} from "../../src/units/timecode.ts";

const ntsc = { numerator: 30000, denominator: 1001 };
const fast = { numerator: 60000, denominator: 1001 };
const film = { numerator: 24, denominator: 1 };

describe("timecode", () => {
  it("drops no frame, only numbers, at the start of minutes that ten does not divide", () => {
    const at = (text: string): number =>
      timecodeFrames(parseTimecode(text)!, ntsc);
    assert.equal(at("00:00:59;29"), 1799);
    assert.equal(at("00:01:00;02"), 1800);
    assert.equal(at("00:10:00;00"), 17982);
    assert.equal(at("01:00:00;00"), 107892);
    assert.equal(timecodeFrames(parseTimecode("01:00:00:00")!, ntsc), 108000);
    assert.equal(timecodeFrames(parseTimecode("01:00:00:00")!, film), 86400);
    assert.equal(timecodeFrames(parseTimecode("00:01:00;04")!, fast), 3600);
  });

  it("goes on over dropped numbers, and back to zero after a day", () => {
    const later = (text: string, frames: number, rate = ntsc): string =>
      laterTimecode(parseTimecode(text)!, frames, rate).text;
    assert.equal(later("00:00:59;29", 1), "00:01:00;02");
    assert.equal(later("00:09:59;29", 1), "00:10:00;00");
    assert.equal(later("01:00:00:00", 25, film), "01:00:01:01");
    assert.equal(later("23:59:59;29", 1), "00:00:00;00");
    assert.equal(later("00:00:59;59", 1, fast), "00:01:00;04");
  });

  it("comes back from every frame of an hour", () => {
    const zero = parseTimecode("00:00:00;00")!;
    for (let frame = 0; frame < 107892; frame += 7)
      assert.equal(
        timecodeFrames(laterTimecode(zero, frame, ntsc), ntsc),
        frame,
      );
  });

  it("is nothing else", () => {
    for (const text of ["", "1:00:00:00", "00:60:00:00", "00:00:00", "a"])
      assert.equal(parseTimecode(text), undefined);
  });
});
