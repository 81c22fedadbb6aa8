import { availableParallelism, totalmem } from "node:os";
import { LaminaError } from "../errors/failure.ts";
import { checkWritable } from "../media/check-writable.ts";
import { runFfmpeg } from "../media/ffmpeg.ts";
import { findFfmpeg } from "../media/find-ffmpeg.ts";
import { freeRoom } from "../media/free-room.ts";
import {
  knownLosses,
  parityDifference,
  parityLosses,
} from "../training/parity.ts";
import { timeSteps } from "../training/time-steps.ts";
import { placeOpener, type PlaceOptions } from "../gpu-window/open-place.ts";
import { findBrowser } from "../gpu-window/browser/find-browser.ts";
import { GpuWindow } from "../gpu-window/gpu-window.ts";
import { RememberedVerdicts } from "../gpu-window/remembered-verdicts.ts";
import { adapterName, tryGpu, type Verdict } from "../gpu-window/verdict.ts";
import { failureText } from "./failure-text.ts";
import { placeNames } from "./progress.ts";

/** What the doctor looks at. */
export interface DoctorRequest extends PlaceOptions {
  /** Where jobs keep intermediate results. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  /** Told each finding as it is made. */
  readonly line: (text: string) => void;
}

/** One thing looked at: what it is, what was found, and what to do when that is bad. */
type Finding = readonly [name: string, found: string];

/** Steps that the processor is timed with: half a second at the 26.8 ms that were measured. */
const TIMED_DOCTOR_STEPS = 20;

/**
 * Examines this machine anew (processor, memory, disk, ffmpeg, browser, adapter, parity) and says where `auto` would train.
 * What is missing is a finding like any other; the doctor itself fails only when it is interrupted.
 */
export async function runDoctor(request: DoctorRequest): Promise<void> {
  const { line, signal } = request;
  const examinations: readonly (() => Promise<readonly Finding[]>)[] = [
    () => examineMachine(request),
    examineFfmpeg,
    examineProcessor,
    () => examineBrowser(request),
    () => examineChoice(request),
  ];
  for (const examine of examinations) {
    signal.throwIfAborted();
    for (const [name, found] of await examine())
      line(`${`${name}:`.padEnd(12)}${found}`);
  }
}

async function examineMachine({
  cacheFolder,
}: DoctorRequest): Promise<readonly Finding[]> {
  return [
    [
      "machine",
      `${process.platform} ${process.arch}, Node ${process.versions.node}, ${availableParallelism()} threads, ${gigabytes(totalmem())} of memory`,
    ],
    ["disk", await describeDisk(cacheFolder)],
  ];
}

async function describeDisk(cacheFolder: string): Promise<string> {
  try {
    const { freeBytes } = await freeRoom(cacheFolder);
    await checkWritable(cacheFolder);
    return `${gigabytes(freeBytes)} free at ${cacheFolder}`;
  } catch (error) {
    return doctorsWords(error);
  }
}

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

async function examineFfmpeg(): Promise<readonly Finding[]> {
  try {
    const { output } = await runFfmpeg(["-version"], "to read movies");
    const version = output.toString("utf8").split("\n")[0]!.trim();
    const found = findFfmpeg();
    const where = found && `, ${found.program}, found by ${found.by}`;
    return [["ffmpeg", `${version}${where ?? ""}`]];
  } catch (error) {
    return [["ffmpeg", doctorsWords(error)]];
  }
}

async function examineProcessor(): Promise<readonly Finding[]> {
  const { nodeRuntime } = await import("../runtime/node-runtime.ts");
  const runtime = nodeRuntime(1);
  const parity = parityDifference(
    await parityLosses(runtime),
    knownLosses.processor,
  );
  const milliseconds = await timeSteps(runtime, TIMED_DOCTOR_STEPS);
  return [
    [
      "processor",
      `${milliseconds.toFixed(1)} ms a training step, ${describeParity(parity)}`,
    ],
  ];
}

const describeParity = (difference: number): string =>
  `losses within ${difference.toExponential(0)} of the known ones`;

async function examineBrowser({
  dataFolder,
  softwareAdapter,
  signal,
}: DoctorRequest): Promise<readonly Finding[]> {
  try {
    const program = findBrowser();
    await using window = await GpuWindow.open({ softwareAdapter, signal });
    const verdict = await tryGpu(window, softwareAdapter);
    if (!softwareAdapter)
      await new RememberedVerdicts(dataFolder).remember(program, verdict);
    return [["browser", program], ...describeVerdict(verdict)];
  } catch (error) {
    signal.throwIfAborted();
    return [["browser", doctorsWords(error)]];
  }
}

function describeVerdict(verdict: Verdict): readonly Finding[] {
  const { adapter, parity, forms, millisecondsPerStep, usable, reason } =
    verdict;
  if (adapter === null) return [["adapter", reason]];
  const findings: Finding[] = [
    [
      "adapter",
      `${adapterName(adapter)}${adapter.software ? " (software)" : ""}`,
    ],
    [
      "limits",
      Object.entries(adapter.limits)
        .map(([name, value]) => `${name} ${value}`)
        .join(", "),
    ],
  ];
  findings.push([
    "parity",
    parity === null
      ? `not tried, because ${reason}`
      : `${describeParity(parity)}${usable ? "" : ": refused"}`,
  ]);
  if (millisecondsPerStep !== null && forms !== null)
    findings.push([
      "GPU",
      `${millisecondsPerStep.toFixed(1)} ms a training step with ${Object.values(forms).join(", ")}`,
    ]);
  return findings;
}

async function examineChoice(
  request: DoctorRequest,
): Promise<readonly Finding[]> {
  const { signal } = request;
  const open = placeOpener(request);
  await using place = await open("auto", { signal, notice: () => undefined });
  return [["auto", `${placeNames[place.backend]}: ${place.reason}`]];
}

function doctorsWords(error: unknown): string {
  if (!(error instanceof LaminaError)) throw error;
  const { sentence, action } = failureText(error.failure);
  return `${sentence} ${action}`;
}
