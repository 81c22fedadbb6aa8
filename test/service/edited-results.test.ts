import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import type { GivenEdit } from "../../src/document/edits-document.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";
import { EditedResults } from "../../src/service/edited-results.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { saveMadeResult } from "../render/made-result.ts";

describe("edits that the service keeps of a job's layers", () => {
  const at = useTemporaryFolder();
  let results: EditedResults;
  beforeEach(async () => {
    await saveMadeResult(at("layers"));
    results = new EditedResults();
  });
  afterEach(() => results.clear());

  const job = (state = "done"): ServiceJob =>
    ({ state, request: { outputPath: at("layers") } }) as ServiceJob;
  const remove: GivenEdit = { use: "remove", layer: "box" };
  const rendered = async (): Promise<string> => {
    for (;;) {
      const { document, edited } = await results.render(job());
      if (document !== undefined) return edited;
    }
  };

  it("are kept beside the layers, rendered into a folder of their own, and made once", async () => {
    const { edited } = await results.keep(job(), [remove]);
    assert.ok(existsSync(at("layers/edits.json")));
    assert.deepEqual((await results.read(job())).edited, edited);
    assert.equal(await rendered(), edited);
    const folder = path.dirname(edited!);
    assert.match(path.basename(folder), /^layers-edited-[0-9a-f]{10}$/);
    await rm(path.join(folder, "background"), { recursive: true });
    assert.equal(await rendered(), edited);
    // Other edits are other layers; what a timeline shows stays.
    const other = await results.keep(job(), [{ ...remove, parts: "effects" }]);
    assert.notEqual(other.edited, edited);
    assert.equal(await rendered(), other.edited);
    assert.ok(existsSync(edited!));
  });

  it("are refused as a whole when one cannot be done: nothing is changed", async () => {
    await results.keep(job(), [remove]);
    const late = { use: "shift", layer: "box", frames: 60 };
    const crossing = { use: "insert", what: "text", text: "A", id: "a", corners: [[0, 0], [9, 9], [9, 0], [0, 9]] }; // prettier-ignore
    const font = { ...crossing, corners: [[0, 0], [9, 0], [9, 9], [0, 9]], font: "No Such Font" }; // prettier-ignore
    const gone = { use: "backdrop", fill: "image", path: at("gone.png") };
    await failsWith("edit-impossible", results.keep(job(), [late]), /beyond the clip/); // prettier-ignore
    await failsWith("edit-impossible", results.keep(job(), [crossing]), /cross/); // prettier-ignore
    await failsWith("edit-impossible", results.keep(job(), [font]), /no font/);
    await failsWith("input-missing", results.keep(job(), [gone]), /gone\.png/);
    const away = { use: "duplicate", layer: "box", id: "b", offset: [9000, 0] };
    const mute = { ...font, font: "sans-serif", text: " " };
    await failsWith("edit-impossible", results.keep(job(), [away]), /9000, 0 pixels away it is in no frame/); // prettier-ignore
    await failsWith("edits-invalid", results.keep(job(), [mute]), /no words/);
    await failsWith("edits-invalid", results.keep(job(), [{ use: "fly" }]));
    assert.deepEqual((await results.read(job())).edits.length, 1);
  });

  it("are gone with the last of them, and belong to finished jobs only", async () => {
    await results.keep(job(), [remove]);
    assert.deepEqual(await results.keep(job(), []), { edits: [] });
    assert.ok(!existsSync(at("layers/edits.json")));
    await failsWith("request-conflict", results.render(job()));
    await failsWith("request-conflict", results.read(job("running")));
  });

  it("are listed with their size, and go when somebody says so, but for what is not Lamina's", async () => {
    await results.keep(job(), [remove]);
    const first = await rendered();
    await results.keep(job(), [{ ...remove, parts: "effects" }]);
    const second = await rendered();
    const folders = await results.folders(job());
    assert.deepEqual(
      folders.map(({ edited }) => edited).toSorted(),
      [first, second].toSorted(),
    );
    const written = await readdir(path.dirname(first), {
      recursive: true,
      withFileTypes: true,
    });
    const sizes = written
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size);
    assert.equal(
      folders.find(({ edited }) => edited === first)!.bytes,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    // Neither the layers themselves nor anything else can be named.
    const own = at("layers/layers.json");
    const left = await results.discard(job(), [first, own, at("layers")]);
    assert.deepEqual(
      left.map(({ edited }) => edited),
      [second],
    );
    assert.ok(existsSync(own) && !existsSync(path.dirname(first)));
    await writeFile(path.join(path.dirname(second), "notes.txt"), "mine");
    await failsWith("output-foreign", results.discard(job(), [second]), /notes/); // prettier-ignore
    assert.ok(existsSync(second));
  });

  it("do not leave for ever what a killed service was writing", async () => {
    await results.keep(job(), [remove]);
    // No process has this number.
    const dead = at("layers-edited-0123456789.4194305.partial");
    const living = at(`layers-edited-0123456789.${process.ppid}.partial`);
    const fresh = at("layers-edited-9876543210.4194305.partial");
    for (const folder of [dead, living, fresh]) {
      await mkdir(path.join(folder, "box"), { recursive: true });
      await writeFile(path.join(folder, "box/00001.png"), "half a picture");
    }
    const longAgo = new Date(Date.now() - 3 * 24 * 3600e3);
    for (const folder of [dead, living])
      for (const each of [path.join(folder, "box"), folder])
        await utimes(each, longAgo, longAgo);
    await rendered();
    // Another machine may be writing what was touched just now.
    assert.ok(!existsSync(dead) && existsSync(living) && existsSync(fresh));
  });

  it("leave nothing half-written when the rendering fails", async () => {
    await results.keep(job(), [remove]);
    await writeFile(at("layers/box.subject/00004.png"), "no picture");
    await failsWith("media-unreadable", rendered());
    assert.deepEqual(await readdir(at()), ["layers"]);
  });
});
