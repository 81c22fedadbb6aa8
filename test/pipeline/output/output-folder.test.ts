import assert from "node:assert/strict";
import {
  mkdir,
  readdir,
  readFile,
  rename,
  symlink,
  writeFile,
} from "node:fs/promises";
import {
  checkOutput,
  moveAside,
  recoverEarlier,
} from "../../../src/pipeline/output/earlier-result.ts";
import { OutputFolder } from "../../../src/pipeline/output/output-folder.ts";
import { companionFiles } from "../../../src/document/companion-files.ts";
import {
  correctionsFileName,
  correctionsMark,
} from "../../../src/document/corrections-document.ts";
import { editsFileName } from "../../../src/document/edits-document.ts";
import { failsWith } from "../../media/failure-code.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";
import { saveResult } from "./small-result.ts";

const key = "0123456789abcdef01234567";

describe("the place of a result", () => {
  const at = useTemporaryFolder();

  it("may be free, empty, or hold an earlier result", async () => {
    assert.equal(await checkOutput(at("out"), false), "free");
    await mkdir(at("out"));
    assert.equal(await checkOutput(at("out"), false), "empty");
    await saveResult(at("out"));
    assert.equal(await checkOutput(at("out"), true), "earlier");
    await failsWith("output-exists", checkOutput(at("out"), false));
  });

  it("is refused when a document of another program lies in it", async () => {
    await mkdir(at("out"));
    await writeFile(at("out", "layers.json"), '{"photoshop":1}');
    const refused = failsWith("output-foreign", checkOutput(at("out"), true));
    await refused;
    assert.deepEqual(await readdir(at("out")), ["layers.json"]);
  });

  it("is refused, naming what is there beside an earlier result, however deep it lies", async () => {
    for (const name of ["project.prproj", "walker/00003.png", "walker/1.png"]) {
      await saveResult(at(name, "out"));
      await writeFile(at(name, "out", name), "mine");
      const place = checkOutput(at(name, "out"), true);
      await failsWith("output-foreign", place, new RegExp(`holds ${name},`));
    }
    await saveResult(at("out"));
    await mkdir(at("out", "selects"));
    await failsWith("output-foreign", checkOutput(at("out"), true), /selects/);
  });

  it("may hold what Lamina wrote beside the result, and what systems leave", async () => {
    await saveResult(at("out"));
    for (const { name, mark } of Object.values(companionFiles))
      await writeFile(at("out", name), `<!-- ${mark} -->`);
    await writeFile(at("out", ".DS_Store"), "view");
    await writeFile(at("out", "walker", "._00001.png"), "attributes");
    assert.equal(await checkOutput(at("out"), true), "earlier");
    await writeFile(at("out", "index.html"), "<p>my own page</p>");
    await failsWith("output-foreign", checkOutput(at("out"), true), /index/);
  });

  it("is refused when it holds what somebody has corrected or edited", async () => {
    for (const name of [correctionsFileName, editsFileName]) {
      await saveResult(at(name, "out"));
      await writeFile(at(name, "out", name), `{"about":"${correctionsMark}"}`);
      const place = checkOutput(at(name, "out"), true);
      await failsWith("output-foreign", place, new RegExp(`work.*${name}`));
    }
  });

  it("may have a name as long as names can be, and be replaced, and be put back when a process was killed between", async () => {
    const name = "é".repeat(127);
    for (const twin of [`${name}a`, `${name}b`]) await saveResult(at(twin));
    const folder = await OutputFolder.open(at(`${name}a`), true, key);
    await saveResult(folder.partial);
    await folder.finish();
    assert.deepEqual(await readdir(at()), [`${name}a`, `${name}b`]);
    await moveAside(at(`${name}a`));
    await recoverEarlier(at(`${name}b`));
    assert.equal(await checkOutput(at(`${name}a`), true), "free");
    await recoverEarlier(at(`${name}a`));
    assert.equal(await checkOutput(at(`${name}a`), true), "earlier");
  });

  it("is refused when it is a link", async () => {
    await saveResult(at("out"));
    await symlink(at("out"), at("link"));
    await symlink(at("nowhere"), at("broken"));
    await failsWith("output-is-link", checkOutput(at("link"), true), /out,/);
    await failsWith("output-is-link", checkOutput(at("broken"), true));
  });

  it("gets an earlier result back that a killed run had moved away", async () => {
    await saveResult(at("out"));
    await rename(at("out"), at("out.0123456789ab.old"));
    await recoverEarlier(at("out"));
    assert.deepEqual(await readdir(at()), ["out"]);
    // The new result was in its place already: the old one goes, but not with somebody's file in it.
    await saveResult(at("out.0123456789ab.old"));
    await saveResult(at("out.ba9876543210.old"));
    await writeFile(at("out.ba9876543210.old", "mine.txt"), "mine");
    await recoverEarlier(at("out"));
    assert.deepEqual(await readdir(at()), ["out", "out.ba9876543210.old"]);
  });
});

describe("a finished result", () => {
  const at = useTemporaryFolder();
  const finished = async (): Promise<OutputFolder> => {
    const output = await OutputFolder.open(at("out"), true, key);
    await saveResult(output.partial, 200);
    return output;
  };

  it("takes the place of an earlier one, of which nothing is left", async () => {
    await saveResult(at("out"), 10);
    const output = await finished();
    const fresh = await readFile(`${output.partial}/background/00001.png`);
    assert.equal(await output.finish(), undefined);
    assert.deepEqual(await readdir(at()), ["out"]);
    assert.deepEqual(await readFile(at("out/background/00001.png")), fresh);
  });

  it("is kept under a name that is told when somebody's file has come to lie there", async () => {
    await saveResult(at("out"), 10);
    const earlier = await readFile(at("out/background/00001.png"));
    const output = await finished();
    await writeFile(at("out", "notes.txt"), "mine");
    await mkdir(at("out-finished"));
    const kept = at("out-finished-2");
    await failsWith("result-kept", output.finish(), new RegExp(`${kept}\\.$`));
    await output.discard();
    assert.deepEqual(await readdir(at()), [
      "out",
      "out-finished",
      "out-finished-2",
    ]);
    assert.equal(await readFile(at("out/notes.txt"), "utf8"), "mine");
    assert.deepEqual(await readFile(at("out/background/00001.png")), earlier);
    assert.deepEqual((await readdir(kept)).sort(), [
      "background",
      "layers.json",
      "walker",
      "walker.mov",
    ]);
  });

  it("is kept when a file has come to lie in its place", async () => {
    const output = await finished();
    await writeFile(at("out"), "mine");
    await failsWith("result-kept", output.finish(), /out-finished\.$/);
    assert.equal(await readFile(at("out"), "utf8"), "mine");
  });

  it("that was begun in folders made for it leaves none of them when it is discarded, also by another run than the killed one", async () => {
    const out = at("Lamina layers", "clip", "run");
    await mkdir(at("Lamina layers"));
    // Killed: nobody puts it in place or discards it.
    await OutputFolder.open(out, false, key);
    const again = await OutputFolder.open(out, false, key);
    await again.makeLayer("walker");
    await again.discard();
    assert.deepEqual(await readdir(at("Lamina layers")), []);
  });

  it("says nothing in its place of what was made for it", async () => {
    const out = at("made", "run");
    const folder = await OutputFolder.open(out, false, key);
    await writeFile(`${await folder.makeLayer("walker")}/00001.png`, "");
    await folder.finish();
    assert.deepEqual(await readdir(out), ["walker"]);
  });

  it("that is discarded leaves files that are not of the job", async () => {
    const output = await OutputFolder.open(at("deep/er/out"), false, key);
    await output.makeLayer("walker");
    await writeFile(`${output.partial}/walker/00001.png`, "a frame");
    await writeFile(`${output.partial}/walker/00002.png.71-3.part`, "half");
    await writeFile(`${output.partial}/mine.txt`, "mine");
    await output.discard();
    assert.deepEqual(await readdir(output.partial), ["mine.txt"]);
    const other = await OutputFolder.open(at("other/er/out"), false, key);
    await other.makeLayer("walker");
    await other.discard();
    assert.deepEqual(await readdir(at()), ["deep"]);
  });
});
