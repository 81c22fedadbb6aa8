import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { writeTimeline } from "../../src/cli/write-timeline.ts";
import { writeDocument } from "../../src/document/layers-document.ts";
import { writeAfterEffectsScript } from "../../src/timeline/after-effects-script.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import {
  madeDocument,
  saveMadeResult,
  saveMatte,
} from "../render/made-result.ts";
import { runInAfterEffects } from "./after-effects-stand-in.ts";

const { width, height, frameCount, frameRate } = madeDocument;

describe("a script for After Effects", () => {
  const at = useTemporaryFolder();
  const folder = () => at('shot 100% "ä"');
  beforeEach(() => saveMadeResult(folder()));

  const run = async (): Promise<ReturnType<typeof runInAfterEffects>> =>
    runInAfterEffects(
      await readFile(await writeTimeline(folder(), "ae"), "utf8"),
    );

  it("builds a composition of the layers as they lie, under their names, at the clip's size, rate and timecode", async () => {
    const timecode = { text: "00:00:10:12", isDropFrame: false };
    const [background, box] = madeDocument.layers;
    await writeFile(
      at('shot 100% "ä"', "layers.json"),
      writeDocument({
        ...madeDocument,
        timecode,
        pixelAspect: { numerator: 4, denominator: 3 },
        layers: [background!, { ...box!, name: "Öl & <b>\u2028" }],
      }),
    );
    const { comps, footage, alerts, openGroups } = await run();
    assert.deepEqual([alerts, openGroups], [[], 0]);
    const [comp, ...others] = comps;
    assert.equal(others.length, 0);
    assert.deepEqual(comp!.size, [width, height]);
    assert.equal(comp!.rate, 24);
    assert.equal(comp!.duration, frameCount / 24);
    assert.equal(comp!.displayStartTime, 10.5);
    assert.equal(comp!.pixelAspect, 4 / 3);
    assert.ok(comp!.isOpen);
    assert.deepEqual(
      comp!.stack.map(({ name, enabled, source }) => [
        name,
        enabled,
        source !== undefined && "path" in source ? source.path : undefined,
      ]),
      [
        ["Öl & <b>\u2028", true, at('shot 100% "ä"', "box/00001.png")],
        ["On the ground: replace", false, undefined],
        ["Background", true, at('shot 100% "ä"', "background/00001.png")],
      ],
    );
    assert.deepEqual(
      footage.map(({ isSequence, mainSource }) => [
        isSequence,
        mainSource.conformFrameRate,
        mainSource.alphaMode,
      ]),
      [
        [true, 24, "guessed"],
        [true, 24, "straight"],
      ],
    );
  });

  it("pins a solid to the ground on each frame", async () => {
    const { comps } = await run();
    const solid = comps[0]!.stack.find(({ source }) => source === undefined);
    const { times, values } = solid!.keys.get("ADBE Corner Pin-0001")!;
    assert.deepEqual(
      times,
      Array.from({ length: frameCount }, (_, i) => i / 24),
    );
    // The camera pans two pixels a frame to the right.
    assert.deepEqual(
      values.map(([x]) => x),
      [0, -2, -4, -6, -8, -10],
    );
    assert.deepEqual(
      ["0002", "0003", "0004"].map(
        (pin) => solid!.keys.get(`ADBE Corner Pin-${pin}`)!.values[1],
      ),
      [
        [width - 2, 0],
        [-2, height],
        [width - 2, height],
      ],
    );
  });

  it("lays a transparent clip's alpha over its layers, which are a composition of their own", async () => {
    await saveMatte(folder(), "straight");
    const { comps, footage, alerts, openGroups } = await run();
    assert.deepEqual([alerts, openGroups], [[], 0]);
    const [layers, whole, ...others] = comps;
    assert.equal(others.length, 0);
    assert.deepEqual(
      layers!.stack.map(({ name }) => name),
      ["box", "On the ground: replace", "Background"],
    );
    assert.ok(whole!.isOpen && !layers!.isOpen);
    assert.equal(whole!.name, 'shot 100% "ä"');
    const [matte, nested, ...rest] = whole!.stack;
    assert.equal(rest.length, 0);
    assert.equal(matte!.source, footage.at(-1));
    assert.equal(footage.at(-1)!.path, `${folder()}/clip.alpha/00001.png`);
    assert.equal(matte!.enabled, false);
    assert.equal(nested!.source, layers);
    assert.equal(nested!.trackMatteType, "luma");
  });

  it("builds nothing where footage is missing, and says which", async () => {
    const file = await writeTimeline(folder(), "ae");
    await rm(at('shot 100% "ä"', "box"), { recursive: true });
    const { comps, footage, alerts } = runInAfterEffects(
      await readFile(file, "utf8"),
    );
    assert.deepEqual([comps, footage], [[], []]);
    assert.equal(alerts.length, 1);
    assert.match(alerts[0]!, /box\/00001\.png is missing/);
  });

  it("takes movies, and a drive's letter as it is", () => {
    const layers = madeDocument.layers.map((layer) => ({
      ...layer,
      movie: `${layer.id}.mov`,
    }));
    const script = writeAfterEffectsScript(
      { ...madeDocument, layers },
      undefined,
      "shot",
      "C:\\films\\a b",
      "movies",
    );
    assert.match(script, /"C:\/films\/a%20b\/box\.mov"/);
    const { alerts } = runInAfterEffects(script);
    assert.match(alerts[0]!, /C:\/films\/a b\/background\.mov is missing/);
    assert.equal(frameRate.denominator, 1);
  });
});
