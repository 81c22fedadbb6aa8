import assert from "node:assert/strict";
import type { PanelState, View } from "../../src/panel/panel-state.ts";
import { isReachable, steps } from "../../src/panel/steps.ts";
import type { ServiceJob } from "../../src/protocol/service-api.ts";

/** What of the panel's state says where one can go. */
const at = (
  view: View,
  run?: ServiceJob["state"],
  draft?: { readonly of?: string },
): PanelState =>
  ({
    view,
    draft,
    jobs: run === undefined ? [] : [job(run)],
  }) as unknown as PanelState;

const job = (state: ServiceJob["state"]): ServiceJob =>
  ({
    id: "run",
    state,
    request: { clipPath: "/data/workspaces/w/frames" },
  }) as unknown as ServiceJob;

const reachable = (state: PanelState): string =>
  steps.filter((step) => isReachable(step, state)).join(" ");

describe("a step of the way from a clip to its layers", () => {
  const runView: View = { kind: "job", jobId: "run" };
  const layers: View = { kind: "layers", jobId: "run" };

  it("leads back from subjects to the clip, whose subjects they are notwithstanding", () => {
    assert.equal(reachable(at({ kind: "clip" })), "");
    assert.equal(reachable(at({ kind: "subjects" }, undefined, {})), "Clip");
  });

  it("leads out of painting to the clip only, as Back leads to the subjects", () => {
    const painting: View = { kind: "paint", key: 1 };
    assert.equal(reachable(at(painting, undefined, {})), "Clip");
  });

  it("leads from a run's end to its subjects, and from these back", () => {
    const of = { of: "run" };
    assert.equal(reachable(at(runView, "failed")), "Clip Subjects");
    assert.equal(reachable(at({ kind: "subjects" }, "failed", of)), "Clip Run");
    assert.equal(reachable(at(layers, "done")), "Clip Subjects");
    assert.equal(
      reachable(at({ kind: "subjects" }, "done", of)),
      "Clip Layers",
    );
  });

  it("leads nowhere but to the clip while a run is at work, and nowhere in an export", () => {
    assert.equal(reachable(at(runView, "running")), "Clip");
    assert.equal(reachable(at({ kind: "export", writes: "frames" })), "");
  });

  it("does not lead out of the settings, which have Back", () => {
    assert.equal(reachable(at({ kind: "settings" }, "done")), "");
  });
});
