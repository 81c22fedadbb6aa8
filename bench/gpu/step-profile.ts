import { readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { timeSteps } from "../../src/training/time-steps.ts";
import { dawnAdapter, isSoftware } from "./dawn.ts";
import { nativeWebGpu } from "./native-webgpu.ts";
import type { PartOptions, Report } from "./part.ts";

/** An event of ONNX Runtime's profile; times in microseconds. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly cache_key?: string };
}

/** Steps before the timed ones (`time-steps.ts`), which are in the profile, too. */
const WARM_UP_STEPS = 2;
/** Kinds of program that are listed. */
const LISTED = 12;

/** Dispatches of a step, and the time that the GPU says it needs for them. */
export async function stepProfile(
  { steps, all }: PartOptions,
  report: Report,
): Promise<void> {
  if (!all && isSoftware(await dawnAdapter()))
    throw new Error(
      "the processor plays the GPU here, and this takes minutes then: --all",
    );
  const timed = all ? Math.min(steps, 2) : steps;
  const { wall, events, dispatches, perStep } = await profileOf(timed, {});
  const ofTimed = dispatches.slice(
    dispatches.length - Math.round(perStep * timed),
  );
  report("dispatches", perStep, "per step");
  report("wall, with its measuring", wall, "ms/step");
  report("the GPU's own time", sumOf(ofTimed) / 1000 / timed, "ms/step");
  const encoding = events
    .filter(({ name }) => name === "SequentialExecutor::Execute")
    .slice(-timed);
  report(
    "the processor's share: encoding and submitting",
    sumOf(encoding) / 1000 / timed,
    "ms/step",
  );
  const kinds = new Map<string, ProfileEvent[]>();
  for (const event of ofTimed) {
    const kind =
      /^[\w.]+/.exec(event.args?.cache_key ?? event.name)?.[0] ?? "?";
    kinds.set(kind, [...(kinds.get(kind) ?? []), event]);
  }
  const dearest = [...kinds].sort(([, a], [, b]) => sumOf(b) - sumOf(a));
  for (const [kind, found] of dearest.slice(0, LISTED))
    report(
      `${kind}, ${(found.length / timed).toFixed(0)} dispatches`,
      sumOf(found) / 1000 / timed,
      "ms/step",
    );
  const first = await profileOf(timed, { preferredLayout: "NCHW" });
  report("dispatches with channels first", first.perStep, "per step");
  report("wall with channels first", first.wall, "ms/step");
}

/** Times steps, and reads what ONNX Runtime has written of them. */
async function profileOf(
  timed: number,
  provider: Readonly<Record<string, string>>,
): Promise<{
  readonly wall: number;
  readonly events: readonly ProfileEvent[];
  /** One event per dispatch. */
  readonly dispatches: readonly ProfileEvent[];
  readonly perStep: number;
}> {
  const prefix = `lamina-profile-${process.pid}`;
  const profile = path.join(tmpdir(), prefix);
  const wall = await timeSteps(nativeWebGpu({ profile, provider }), timed);
  const name = readdirSync(tmpdir()).find((each) => each.startsWith(prefix))!;
  const file = path.join(tmpdir(), name);
  const events = JSON.parse(readFileSync(file, "utf8")) as ProfileEvent[];
  rmSync(file);
  const dispatches = events.filter(({ cat }) => cat === "Api");
  const perStep = dispatches.length / (timed + WARM_UP_STEPS);
  return { wall, events, dispatches, perStep };
}

const sumOf = (events: readonly ProfileEvent[]): number =>
  events.reduce((sum, { dur }) => sum + dur, 0);
