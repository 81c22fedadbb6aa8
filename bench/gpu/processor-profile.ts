import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { native } from "../../src/runtime/native-library.ts";
import {
  nodeRuntime,
  processorOptions,
} from "../../src/runtime/node-runtime.ts";
import { timeSteps } from "../../src/training/time-steps.ts";
import { endsProfiling } from "./native-webgpu.ts";
import type { PartOptions, Report } from "./part.ts";

/** An operator's run in ONNX Runtime's profile; times in microseconds. */
interface OperatorRun {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args: { readonly op_name: string };
}

/** Kinds of operator that are listed. */
const LISTED = 12;

/**
 * What a training step on one thread consists of. The least time of all steps counts, node by node: whatever else the machine is
 * doing counts for little then.
 */
export async function processorProfile(
  { steps }: PartOptions,
  report: Report,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "lamina-profile-"));
  try {
    const profiled = {
      ...nodeRuntime(1),
      createSession: async (bytes: Uint8Array) =>
        endsProfiling(
          await native.InferenceSession.create(bytes, {
            ...processorOptions(1),
            enableProfiling: true,
            profileFilePrefix: path.join(folder, "step"),
          }),
        ),
    };
    await timeSteps(profiled, steps);
    const [file] = readdirSync(folder);
    const text = readFileSync(path.join(folder, file!), "utf8");
    const least = new Map<string, OperatorRun>();
    for (const run of JSON.parse(text) as OperatorRun[]) {
      if (run.cat !== "Node" || !run.name.endsWith("_kernel_time")) continue;
      if (run.dur < (least.get(run.name)?.dur ?? Infinity))
        least.set(run.name, run);
    }
    const nodes = [...least.values()];
    report("all operators", sumOf(nodes), "ms/step");
    report("nodes", nodes.length, "per step");
    const kinds = new Map<string, OperatorRun[]>();
    for (const run of nodes)
      kinds.set(run.args.op_name, [
        ...(kinds.get(run.args.op_name) ?? []),
        run,
      ]);
    const dearest = [...kinds].sort(([, a], [, b]) => sumOf(b) - sumOf(a));
    for (const [kind, found] of dearest.slice(0, LISTED))
      report(`${kind}, ${found.length} nodes`, sumOf(found), "ms/step");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sumOf = (runs: readonly OperatorRun[]): number =>
  runs.reduce((sum, { dur }) => sum + dur, 0) / 1000;
