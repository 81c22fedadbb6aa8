import assert from "node:assert/strict";
import { encodeSimplePng } from "../../src/dev/png-codec.ts";
import { checkOpaque } from "../../src/panel/clip-alpha.ts";
import { failsWith } from "../media/failure-code.ts";

describe("checkOpaque", () => {
  /** A workspace whose frames are opaque but for one pixel of one of them. */
  const workspace = (transparentFrame: number, alpha = 254) => {
    const asked: string[] = [];
    return {
      asked,
      workspaceFile: (_: string, path: string): Promise<ArrayBuffer> => {
        asked.push(path);
        const data = new Uint8Array(4 * 6).fill(255);
        if (path === `frames/0000${transparentFrame}.png`) data[7] = alpha;
        const bytes = encodeSimplePng({ width: 3, height: 2, data });
        return Promise.resolve(new Uint8Array(bytes).buffer);
      },
    };
  };

  it("lets an opaque clip pass, having looked at its first and last frame", async () => {
    const service = workspace(0);
    await checkOpaque(service, "w", 9);
    assert.equal(service.asked[0], "frames/00001.png");
    assert.equal(service.asked.at(-1), "frames/00009.png");
    assert.equal(service.asked.length, 8);
    await checkOpaque(workspace(0), "w", 1);
  });

  it("names the frame that does not cover the picture", async () => {
    await failsWith(
      "clip-transparent",
      checkOpaque(workspace(9), "w", 9),
      /frame 9/,
    );
    await failsWith("clip-transparent", checkOpaque(workspace(1, 0), "w", 1));
  });
});
