import assert from "node:assert/strict";
import type { Host, SelectedClip } from "../../src/host/host.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { renderTimelineFrame } from "../../src/host/simulator/render.ts";
import { ticks } from "../../src/units/ticks.ts";
import type { HostKind } from "./hosts.ts";
import { SampleProject, type SampleSettings } from "./simulated-project.ts";

const rate = (numerator: number, denominator = 1) => ({
  numerator,
  denominator,
});

/** What frame-exactness must survive. */
export const frameExactCases: readonly (readonly [
  string,
  Partial<SampleSettings>,
])[] = [
  ["23.976 frames per second", { rate: rate(24000, 1001) }],
  ["25 frames per second", { rate: rate(25) }],
  ["29.97 frames per second", { rate: rate(30000, 1001) }],
  ["59.94 frames per second", { rate: rate(60000, 1001) }],
  ["a clip ten hours into the sequence", { at: 10 * 3600 * 25 + 7 }],
  ["a clip at the very beginning", { at: 0 }],
  ["a clip with a trimmed head", { skip: 3 }],
  ["a clip of one frame", { frames: 1 }],
  ["a clip with alpha", { alpha: true }],
  ["non-square pixels", { pixelAspect: rate(10, 11) }],
  ["wide pixels in fields", { pixelAspect: rate(4, 3), fields: 1 }],
  ["odd frame sizes", { width: 17, height: 13 }],
];

/**
 * Opens hosts on sample projects inside a `describe`; they are closed after each test.
 *
 * @param at path of something in the test's folder
 */
export function useHosts(kind: HostKind, at: (...parts: string[]) => string) {
  let hosts: Host[] = [];
  afterEach(() => {
    for (const host of hosts) host.close();
    hosts = [];
  });
  const open = (project: SampleProject): Host => {
    const host = kind.open(project.premiere);
    hosts.push(host);
    return host;
  };
  const start = (
    settings: Partial<SampleSettings> = {},
    quirks: Partial<Quirks> = {},
  ) => {
    const project = new SampleProject(at(), settings, quirks);
    return { project, host: open(project), before: project.state() };
  };
  /** Where tracks cannot be removed, empty ones may be left on top. */
  const unchanged = (project: SampleProject, before: unknown): void => {
    const state = project.state();
    assert.deepEqual(
      kind.technology === "extendscript"
        ? state
        : JSON.parse(
            JSON.stringify(state).replace(
              /(?:,?\["Video (?:[4-9]|\d\d)",\[\]\])+/g,
              "",
            ),
          ),
      before,
    );
  };
  return { open, start, unchanged };
}

/** The clip that is selected and can be decomposed. */
export async function selected(host: Host): Promise<SelectedClip> {
  const { clip, obstacles } = await host.selection();
  assert.deepEqual(obstacles, []);
  assert(clip !== undefined);
  return clip;
}

/** What the sequence shows at a frame. */
export function rendered(
  { sequence, premiere }: SampleProject,
  frame: number,
): Uint8Array {
  const time = ticks(BigInt(frame) * sequence.ticksPerFrame);
  return renderTimelineFrame(sequence, time, premiere.disk).data;
}

/** A signal that is aborted after so many turns of the event loop. */
export function abortedAfter(turns: number): AbortSignal {
  const controller = new AbortController();
  const wait = (left: number): void => {
    if (left === 0) controller.abort();
    else setImmediate(wait, left - 1);
  };
  wait(turns);
  return controller.signal;
}
