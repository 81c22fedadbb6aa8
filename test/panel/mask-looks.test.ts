import assert from "node:assert/strict";
import type { ExportedFrames, SelectedClip } from "../../src/host/host.ts";
import type { Desk } from "../../src/panel/desk.ts";
import { addSubject, maskParts, newDraft } from "../../src/panel/draft.ts";
import { lookAtMasks } from "../../src/panel/mask-looks.ts";
import type { PanelState } from "../../src/panel/panel-state.ts";
import { Store } from "../../src/panel/store.ts";

describe("masks that are brought in", () => {
  const part = (folder: string) => ({
    kind: "mask" as const,
    name: folder,
    origin: `${folder}.mov`,
    mask: {
      path: `/w/masks/${folder}`,
      folder: `masks/${folder}`,
      notices: [],
      coverage: 0.1,
      fullestFrame: 1,
    },
  });
  const frames = { frameCount: 12 } as ExportedFrames;

  it("are looked at once, as soon as the clip's frames are there, and the doubt is told to who asks first", async () => {
    const asked: string[] = [];
    const answers: Readonly<Record<string, boolean | null>> = {
      "masks/swan": false,
      "masks/boy": true,
    };
    const workspace = { id: "w", path: "/w" };
    const draft = { ...newDraft({} as SelectedClip), workspace };
    const store = new Store<Partial<PanelState>>({
      draft: addSubject(addSubject(draft, part("boy")), part("swan")),
    });
    const service = {
      followsClip: (id: string, { folder }: { folder: string }) => {
        asked.push(`${id} ${folder}`);
        const answer = answers[folder];
        return answer === undefined
          ? Promise.reject(new Error("no such file"))
          : Promise.resolve(answer);
      },
    };
    const desk = { store, service } as unknown as Desk;
    const seen = () =>
      maskParts(store.state.draft!).map(({ follows }) => follows);

    assert.equal(await lookAtMasks(desk, undefined), false);
    assert.deepEqual(asked, []);
    // The list of subjects and the button that begins the run may ask at once.
    const both = [lookAtMasks(desk, frames), lookAtMasks(desk, frames)];
    assert.deepEqual(await Promise.all(both), [true, true]);
    assert.deepEqual(asked, ["w masks/swan", "w masks/boy"]);
    assert.deepEqual(seen(), [false, true]);
    // Who has been told may go on.
    assert.equal(await lookAtMasks(desk, frames), false);
    // What cannot be told is no doubt.
    store.set({ draft: addSubject(store.state.draft!, part("gone")) });
    assert.equal(await lookAtMasks(desk, frames), false);
    assert.deepEqual(seen(), [null, false, true]);
    assert.equal(asked.length, 3);
  });
});
