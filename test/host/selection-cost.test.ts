import assert from "node:assert/strict";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

/** What a look at one selected clip may ask of it, effects and transitions included. */
const READINGS_OF_ONE_CLIP = 40;

for (const kind of hostKinds.slice(0, 2)) {
  describe(`a project of 2,000 clips: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start } = useHosts(kind, at);
    const large = () => {
      const setting = start();
      const { premiere, sequence, source } = setting.project;
      for (let i = 0; i < 2000; i++) {
        premiere.placeClip(sequence, sequence.video[1]!, source, 20 + 4 * i, {
          frames: 4,
        });
      }
      const asked = async () => {
        premiere.clipReadings = 0;
        const selection = await setting.host.selection();
        return { selection, readings: premiere.clipReadings };
      };
      return { ...setting, asked };
    };

    it("is asked no more about one selected clip than a small one", async () => {
      const { asked } = large();
      const { selection, readings } = await asked();
      assert.equal(selection.clip?.frameCount, 4);
      assert(readings <= READINGS_OF_ONE_CLIP, String(readings));
    });

    it("is asked about no more than two when all are selected", async () => {
      const { asked, project } = large();
      project.premiere.select([
        project.clip,
        ...project.sequence.video[1]!.clips,
      ]);
      const { selection, readings } = await asked();
      assert.deepEqual(selection.obstacles, [{ code: "several-selected" }]);
      assert(readings <= 4, String(readings));
    });
  });
}
