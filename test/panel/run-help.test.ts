import assert from "node:assert/strict";
import { folderOf, helpFor, movedOutput } from "../../src/panel/run-help.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";

const request: ServiceJob["request"] = {
  clipPath: "/clips/a",
  subjects: [{ name: "walker", maskPath: "/clips/m" }],
  outputPath: "/full/Lamina layers/a",
  quality: "draft",
  backend: "auto",
  seed: 1,
  prores: true,
  overwrite: false,
};

const failed = (code: string, stoppedIn?: string) =>
  helpFor({
    request,
    error: { code, message: "" },
    ...(stoppedIn !== undefined && { stoppedIn }),
  });

describe("what helps a failed run on", () => {
  it("is another folder where the place is to blame, and what is finished is said", () => {
    const help = failed("output-unwritable", "compose");
    assert.ok(help.anotherFolder);
    assert.equal(
      help.kept,
      "Everything up to “Refine edges and colours” is finished and kept.",
    );
    assert.ok(!failed("training-diverged", "train").anotherFolder);
  });

  it("is going without ProRes where movies are to blame, and only if some were wanted", () => {
    assert.ok(failed("ffmpeg-ended", "finish").withoutProres);
    assert.ok(failed("prores-impossible").withoutProres);
    assert.ok(!failed("ffmpeg-ended", "read").withoutProres);
    const without = { ...request, prores: false };
    const error = { code: "prores-impossible", message: "" };
    assert.ok(!helpFor({ request: without, error }).withoutProres);
  });

  it("is going without OpenEXR where its files are to blame, and only if some were wanted", () => {
    const exr = { ...request, format: "exr" as const };
    const error = { code: "exr-impossible", message: "" };
    assert.ok(helpFor({ request: exr, error }).withoutExr);
    assert.ok(!helpFor({ request, error }).withoutExr);
    assert.ok(!failed("ffmpeg-ended", "finish").withoutExr);
  });

  it("says nothing of stages where none is finished", () => {
    assert.equal(failed("disk-full").kept, undefined);
    assert.equal(failed("disk-full", "read").kept, undefined);
  });

  it("keeps the result's name in the other folder, on any system", () => {
    assert.equal(movedOutput("/a/b/clip 1", "/c/ "), "/c/clip 1");
    assert.equal(movedOutput("C:\\a\\clip", "D:\\c"), "D:\\c\\clip");
    assert.equal(folderOf("/a/b/clip/"), "/a/b");
    assert.equal(folderOf("C:\\a\\clip"), "C:\\a");
  });
});
