import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import {
  type GivenEdit,
  noEdits,
  readEdits,
  writeEdits,
} from "../../src/document/edits-document.ts";
import { readDocument } from "../../src/document/layers-document.ts";
import {
  clipOpacities,
  withOpacities,
} from "../../src/edits/clip-opacities.ts";
import { planStack } from "../../src/edits/stack.ts";
import { stackLayers } from "../../src/edits/stack-layers.ts";
import { renderEdits } from "../../src/render/render-edits.ts";
import { renderLayers } from "../../src/render/render-layers.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { madeDocument, saveMadeResult, saveMatte } from "./made-result.ts";

const { frameCount, width, height } = madeDocument;
const watch = {
  signal: new AbortController().signal,
  onFrame: () => undefined,
};

/** All uses at once, in a stack in which shadows fall on what was put there. */
const everyUse: readonly GivenEdit[] = [
  { use: "effect", layer: "box", strength: 0.5 },
  {
    use: "duplicate",
    layer: "box",
    id: "twin",
    frames: 1,
    offset: [0.5, 6.25],
    scale: 1.2,
  },
  { use: "shift", layer: "box", frames: 2, fill: "fade", fade: 3 },
  {
    use: "insert",
    what: "text",
    text: "WET & <FLOOR>",
    id: "title",
    corners: [
      [4, 5],
      [24, 4],
      [26, 16],
      [3, 17],
    ],
  },
  { use: "backdrop", fill: "colour", colour: "#7f8892" },
];

describe("an edited result as layers", () => {
  const at = useTemporaryFolder();
  beforeEach(() => saveMadeResult(at("layers")));

  const requestOf = (edits: readonly GivenEdit[], out: string) => ({
    resultFolder: at("layers"),
    edits: readEdits(writeEdits(edits), "edits.json"),
    editsFolder: at(),
    out: at(out),
  });
  const documentIn = async (folder: string) =>
    readDocument(
      await readFile(path.join(folder, "layers.json"), "utf8"),
      "layers.json",
    );

  it("composes to what the edits are rendered as, code value by code value, all uses at once", async () => {
    const wanted = requestOf(everyUse, "wanted");
    await renderEdits({ ...wanted, format: "png" }, watch);
    await renderLayers({ ...wanted, out: at("made"), movies: false }, watch);
    // The made layers, composed as any result's are, by a render without edits.
    await renderEdits(
      {
        resultFolder: at("made"),
        edits: noEdits,
        editsFolder: at(),
        out: at("composed"),
        format: "png",
      },
      watch,
    );
    for (let t = 1; t <= frameCount; t++) {
      const [a, b] = await Promise.all(
        ["wanted", "composed"].map((folder) =>
          sharp(at(folder, `0000${t}.png`))
            .raw()
            .toBuffer(),
        ),
      );
      assert.equal(a!.length, 3 * width * height);
      assert.deepEqual(b, a, `frame ${t}`);
    }
  });

  it("leaves to clips' opacities how strong effects are, so that they show at any strength what it is rendered as", async () => {
    const made = requestOf(everyUse, "made");
    await renderLayers({ ...made, movies: false, leavesOpacities: true }, watch); // prettier-ignore
    const document = await documentIn(at("made"));
    for (const strength of [0, 0.3, 0.5, 1]) {
      const edits = everyUse.map((edit) =>
        edit.use === "effect" ? { ...edit, strength } : edit,
      );
      const wanted = requestOf(edits, `wanted-${strength}`);
      await renderEdits({ ...wanted, format: "png" }, watch);
      const plan = planStack(madeDocument, wanted.edits);
      const opacities = clipOpacities(stackLayers(withOpacities(plan)));
      assert.deepEqual(Object.values(opacities), [strength, strength]);
      for (let t = 1; t <= frameCount; t++) {
        const composed = new Float64Array(3 * width * height);
        for (const { id } of document.layers) {
          const rgba = await sharp(at("made", id, `0000${t}.png`)).ensureAlpha().raw().toBuffer(); // prettier-ignore
          for (let i = 0; i < width * height; i++) {
            const alpha = ((opacities[id] ?? 1) * rgba[4 * i + 3]!) / 255;
            for (let c = 0; c < 3; c++)
              composed[3 * i + c] =
                composed[3 * i + c]! * (1 - alpha) + rgba[4 * i + c]! * alpha;
          }
        }
        const shown = await sharp(path.join(wanted.out, `0000${t}.png`))
          .raw()
          .toBuffer();
        const off = composed.reduce(
          (most, code, i) => Math.max(most, Math.abs(code - shown[i]!)),
          0,
        );
        assert.ok(off < 1.5, `frame ${t} at ${strength} is off by ${off}`);
      }
    }
  });

  it("has a track for each element under a name that an editor understands, effects that were changed apart, and none for what was removed", async () => {
    await renderLayers(
      { ...requestOf(everyUse, "made"), movies: false },
      watch,
    );
    assert.deepEqual(
      (await documentIn(at("made"))).layers.map(({ name }) => name),
      [
        "Backdrop",
        "WET & <FLOOR>",
        "box (moved in time) shadow",
        "box (moved in time)",
        "twin (moved in time) shadow",
        "twin (moved in time)",
      ],
    );
    const removed = requestOf([{ use: "remove", layer: "box" }], "removed");
    await renderLayers({ ...removed, movies: false }, watch);
    const { layers, camera } = await documentIn(at("removed"));
    assert.deepEqual(
      layers.map(({ id }) => id),
      ["background"],
    );
    assert.equal(camera, "camera.json");
  });

  it("keeps a subject opaque, whatever lies beneath it", async () => {
    await renderLayers({ ...requestOf([], "made"), movies: false }, watch);
    const read = async (folder: string) =>
      await sharp(at(folder, "00002.png")).ensureAlpha().raw().toBuffer();
    const [own, made] = [await read("layers/box.subject"), await read("made/box")]; // prettier-ignore
    for (let i = 0; i < own.length; i += 4)
      if (own[i + 3] === 255)
        assert.deepEqual(made.subarray(i, i + 4), own.subarray(i, i + 4));
  });

  it("writes nothing where it cannot be done or somebody stops it", async () => {
    const transparent = requestOf([{ use: "backdrop", fill: "transparent" }], "t"); // prettier-ignore
    await failsWith(
      "usage",
      renderLayers({ ...transparent, movies: false }, watch),
      /transparent/,
    );
    const stop = new AbortController();
    await assert.rejects(
      renderLayers(
        { ...requestOf([], "stopped"), movies: false },
        {
          signal: stop.signal,
          onFrame: (done) => {
            if (done === 2) stop.abort();
          },
        },
      ),
      { name: "AbortError" },
    );
    assert.ok(!existsSync(at("stopped")));
    assert.deepEqual(await readdir(at()), ["layers"]);
  });

  for (const colours of ["straight", "premultiplied"] as const)
    it(`keeps the alpha of a transparent clip with ${colours} colours, so that it composes to the same four channels`, async () => {
      await saveMatte(at("layers"), colours);
      const wanted = requestOf(everyUse, "wanted");
      await renderEdits({ ...wanted, format: "png" }, watch);
      await renderLayers({ ...wanted, out: at("made"), movies: false }, watch);
      const again = {
        ...{ resultFolder: at("made"), edits: noEdits, editsFolder: at() },
        out: at("composed"),
      };
      await renderEdits({ ...again, format: "png" }, watch);
      for (let t = 1; t <= frameCount; t++) {
        const read = (folder: string) =>
          sharp(at(folder, `0000${t}.png`))
            .raw()
            .toBuffer();
        const composed = await read("composed");
        assert.equal(composed.length, 4 * width * height);
        assert.ok(composed.equals(await read("wanted")), `frame ${t}`);
      }
      await rm(at("made/clip.alpha/00002.png"));
      await failsWith(
        "input-missing",
        renderEdits({ ...again, out: at("gone"), format: "png" }, watch),
        /clip\.alpha/,
      );
    });
});
