import assert from "node:assert/strict";
import {
  apply,
  compose,
  type Homography,
  identity,
  translation,
} from "../../../src/kernels/homography.ts";
import type { Job } from "../../../src/pipeline/execution/job.ts";
import type { FinishTasks } from "../../../src/pipeline/finish/finish-tasks.ts";
import { refinePath } from "../../../src/pipeline/finish/refine-path.ts";

type Link = FinishTasks["refine-map"]["input"];

/** A job whose workers find out `found` of frames, and the frames that they were asked to compare. */
function jobOf(found: (link: Link) => Homography) {
  const asked: string[] = [];
  const pool = {
    runAll: (links: readonly Link[]) =>
      Promise.resolve(
        links.map((link) => {
          asked.push(`${link.anchor}-${link.frame}`);
          return found(link);
        }),
      ),
  };
  let filed: unknown;
  const artifacts = {
    readFacts: () => Promise.resolve(filed),
    writeFacts: (_: unknown, value: unknown) => {
      filed = value;
      return Promise.resolve();
    },
  };
  const job = { pool, artifacts, signal: new AbortController().signal };
  return { asked, job: job as unknown as Job<FinishTasks> };
}

describe("the camera's path", () => {
  it("is made of what frames say of their anchors, one link after the other", async () => {
    // Registered half a pixel a frame too slow.
    const registered = Array.from({ length: 30 }, (_, t) => translation(2 * t, 0)); // prettier-ignore
    const { asked, job } = jobOf(({ anchor, frame, map }) =>
      compose(translation(0.5 * (frame - anchor), 0), map),
    );
    const path = await refinePath(job, registered);
    path.forEach((map, t) => {
      const [x, y] = apply(map, 10, 20);
      assert.ok(Math.abs(x - (10 + 2.5 * t)) < 1e-9, `frame ${t}`);
      assert.equal(y, 20);
    });
    assert.deepEqual(
      [asked[0], asked[11], asked[12], asked[23], asked[28]],
      ["0-1", "0-12", "12-13", "12-24", "24-29"],
    );
  });

  it("stands still as long as it was found to", async () => {
    const beside = ({ map }: Link): Homography =>
      compose(translation(0.01, 0), map);
    const still = Array.from({ length: 14 }, () => identity);
    const { asked, job } = jobOf(beside);
    assert.deepEqual(await refinePath(job, still), still);
    assert.deepEqual(asked, [], "nothing is compared in vain");
    const moving = [...still.slice(0, 5), translation(3, 0)];
    const path = await refinePath(jobOf(beside).job, moving);
    assert.deepEqual(path.slice(0, 5), moving.slice(0, 5));
    assert.ok(Math.abs(path[5]![2]! - 3.01) < 1e-9);
  });

  it("is found once", async () => {
    const registered = [identity, translation(1, 0), translation(2, 0)];
    const { asked, job } = jobOf(({ map }) => map);
    const path = await refinePath(job, registered);
    assert.equal(await refinePath(job, registered), path);
    assert.equal(asked.length, 2);
  });

  it("is where it was where there is one frame", async () => {
    const { job } = jobOf(({ map }) => map);
    assert.deepEqual(await refinePath(job, [identity]), [identity]);
  });
});
