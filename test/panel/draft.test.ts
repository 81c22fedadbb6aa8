import assert from "node:assert/strict";
import type { SelectedClip } from "../../src/host/host.ts";
import {
  addSubject,
  type Draft,
  draftObstacle,
  mergeSubjects,
  moveSubject,
  renameSubject,
} from "../../src/panel/draft.ts";

const matte = (folder: string) => ({
  path: `/work space/${folder}`,
  folder,
  notices: [],
  coverage: 0.1,
  fullestFrame: 1,
});
const add = (draft: Draft, name: string): Draft =>
  addSubject(draft, { name, matte: matte(name), origin: `${name}.mov` });
const empty: Draft = { clip: {} as SelectedClip, subjects: [] };
const two = add(add(empty, "rider"), "bicycle");
const names = ({ subjects }: Draft): string[] =>
  subjects.map(({ name }) => name);

describe("a draft", () => {
  it("puts a new subject in front and gives it a name of its own", () => {
    assert.deepEqual(names(add(two, "Rider")), ["Rider 2", "bicycle", "rider"]);
  });

  it("moves subjects within the list and not beyond", () => {
    const [near] = two.subjects;
    assert.deepEqual(names(moveSubject(two, near!.key, 1)), [
      "rider",
      "bicycle",
    ]);
    assert.deepEqual(names(moveSubject(two, near!.key, -1)), [
      "bicycle",
      "rider",
    ]);
  });

  it("puts a merged subject in the place of the nearer one", () => {
    const [near, far] = two.subjects;
    const merged = mergeSubjects(two, near!.key, far!.key, matte("both"));
    assert.deepEqual(names(merged), ["bicycle + rider"]);
    assert.equal(merged.subjects[0]!.matte.folder, "both");
  });

  it("says why it cannot be run", () => {
    assert.match(draftObstacle(empty)!, /Add a matte/);
    assert.equal(draftObstacle(two), undefined);
    const [near] = two.subjects;
    const nameless = renameSubject(two, near!.key, "  ");
    assert.match(draftObstacle(nameless)!, /a name/);
    const alike = renameSubject(two, near!.key, "Rider ");
    assert.match(draftObstacle(alike)!, /called rider/);
    const many = [1, 2, 3, 4, 5].reduce((draft, n) => add(draft, `s${n}`), two);
    assert.match(draftObstacle(many)!, /merge/);
  });
});
