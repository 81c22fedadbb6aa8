import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync, statfsSync } from "node:fs";
import { mkdir, readdir } from "node:fs/promises";
import { noEdits } from "../../src/document/edits-document.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { renderLayers } from "../../src/render/render-layers.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { saveMadeResult } from "./made-result.ts";

const { signal } = new AbortController();

describe("a render to a disk that other programs fill", () => {
  const at = useTemporaryFolder();
  beforeEach(async function () {
    await saveMadeResult(at("layers"));
    await mkdir(at("disk"));
    const size = ["-o", "size=4m"];
    const mounted = spawnSync("mount", [
      ...["-t", "tmpfs", ...size, "none", at("disk")],
    ]);
    if (mounted.status === 0) return;
    console.log("      no disk of one's own is allowed here: skipped");
    this.skip();
  });
  afterEach(() => {
    spawnSync("umount", [at("disk")]);
  });

  const ways = {
    "PNG frames": (onFrame: () => void) =>
      renderEdits({ ...asked("png"), format: "png" }, { signal, onFrame }),
    "a movie": (onFrame: () => void) =>
      renderEdits(
        { ...asked("a.mov"), format: "prores4444" },
        { signal, onFrame },
      ),
    layers: (onFrame: () => void) =>
      renderLayers({ ...asked("layers"), movies: false }, { signal, onFrame }),
  };
  const asked = (name: string) => ({
    resultFolder: at("layers"),
    edits: noEdits,
    editsFolder: at(),
    out: at("disk", name),
  });
  /** Leaves less than a hundredth of the disk. */
  const fill = (): void => {
    const { bavail, bsize } = statfsSync(at("disk"));
    writeFileSync(
      at("disk", "theirs"),
      Buffer.alloc(Math.floor(0.995 * bavail * bsize)),
    );
  };

  for (const [what, render] of Object.entries(ways)) {
    it(`stops while others have some room left: ${what}`, async () => {
      let frames = 0;
      const stopped = render(() => {
        // Another program takes the rest after the first frame.
        if (++frames === 1) fill();
      });
      await failsWith("disk-full", stopped, /nearly full: the last/);
      assert.equal(frames, 1);
      assert.deepEqual(await readdir(at("disk")), ["theirs"]);
    });

    it(`does not begin where there is none: ${what}`, async () => {
      fill();
      let frames = 0;
      const refused = render(() => frames++);
      await failsWith("disk-too-small", refused, /are needed .* are free/);
      assert.equal(frames, 0);
      assert.deepEqual(await readdir(at("disk")), ["theirs"]);
    });
  }
});
