import assert from "node:assert/strict";
import type { SelectedClip } from "../../src/host/host.ts";
import {
  addSubject,
  type Draft,
  draftObstacle,
  mergeAll,
  mergeDraftSubjects,
  moveSubject,
  newDraft,
  renameSubject,
  splitSubject,
} from "../../src/panel/draft.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { selectedMask } from "../../src/panel/preparation.ts";
import {
  newTrack,
  paintTrack,
  type MaskTrack,
} from "../../src/panel/tracks.ts";

const mask = (folder: string) => ({
  path: `/work space/${folder}`,
  folder,
  notices: [],
  coverage: 0.1,
  fullestFrame: 1,
});
const add = (draft: Draft, name: string): Draft =>
  addSubject(draft, {
    kind: "mask",
    name,
    mask: mask(name),
    origin: `${name}.mov`,
  });
const empty = newDraft({} as SelectedClip);
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

  it("puts a merged subject in the place of the nearer one, and splits it again", () => {
    const three = add(two, "dog");
    const [dog, bicycle, rider] = three.subjects;
    const called = renameSubject(three, bicycle!.key, "bike");
    const merged = mergeDraftSubjects(called, bicycle!.key, rider!.key);
    assert.deepEqual(names(merged), ["dog", "bike + rider"]);
    const all = mergeDraftSubjects(merged, dog!.key, bicycle!.key);
    assert.deepEqual(names(all), ["dog + bike + rider"]);
    const split = splitSubject(all, dog!.key);
    assert.deepEqual(names(split), ["dog", "bike", "rider"]);
    assert.deepEqual(
      split.subjects.map(({ parts }) => parts.length),
      [1, 1, 1],
    );
    assert.equal(new Set(split.subjects.map(({ key }) => key)).size, 3);
  });

  it("makes one subject of several", () => {
    const three = add(two, "dog");
    const [dog, bicycle, rider] = three.subjects.map(({ key }) => key);
    assert.deepEqual(names(mergeAll(three, [dog!, rider!])), [
      "dog + rider",
      "bicycle",
    ]);
    assert.deepEqual(names(mergeAll(three, [bicycle!])), names(three));
  });

  it("keeps the name that a part had when it has lost it", () => {
    const [near, far] = two.subjects.map(({ key }) => key);
    const nameless = renameSubject(two, near!, " ");
    const merged = mergeDraftSubjects(nameless, near!, far!);
    assert.deepEqual(names(merged), ["rider"]);
    assert.deepEqual(
      merged.subjects[0]!.parts.map(({ name }) => name),
      ["bicycle", "rider"],
    );
  });

  it("takes a selected clip for a mask only over the same range", () => {
    const clip = (clipId: string, start: number, end: number): SelectedClip =>
      ({
        clipId,
        sequence: { id: "s" },
        start: BigInt(start),
        end: BigInt(end),
      }) as unknown as SelectedClip;
    const state = (selected: SelectedClip, obstacles: unknown[] = []) =>
      ({
        draft: newDraft(clip("a", 10, 20)),
        selection: { clip: selected, obstacles },
      }) as unknown as PanelState;
    const maskClip = clip("b", 10, 20);
    assert.equal(selectedMask(state(maskClip)), maskClip);
    assert.equal(selectedMask(state(maskClip, ["speed"])), undefined);
    assert.equal(selectedMask(state(clip("a", 10, 20))), undefined);
    assert.equal(selectedMask(state(clip("b", 11, 21))), undefined);
    assert.equal(selectedMask(state(clip("b", 10, 19))), undefined);
  });

  it("waits for what is painted and followed", () => {
    const track = newTrack(3, { width: 4, height: 2, frameCount: 2 });
    const part = { kind: "track", name: "cat", trackId: 3 } as const;
    const draft = { ...addSubject(two, part), tracks: new Map([[3, track]]) };
    assert.match(draftObstacle(draft)!, /Paint every subject/);
    const painted = paintTrack(track, 0, Uint8Array.of(4));
    const withTrack = (now: MaskTrack): Draft => ({
      ...draft,
      tracks: new Map([[3, now]]),
    });
    assert.equal(draftObstacle(withTrack(painted)), undefined);
    const busy = { ...painted, following: true };
    assert.match(draftObstacle(withTrack(busy))!, /on their way/);
  });

  it("says why it cannot be run", () => {
    assert.match(draftObstacle(empty)!, /Add a mask/);
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
