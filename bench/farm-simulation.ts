import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { MESSAGES_A_SLOT } from "../src/farm/queue-pool.ts";
import { MOST_IN_MESSAGE } from "../src/farm/task-message.ts";
import type { MeasuredClip } from "./farm-times.ts";
import {
  type Phase,
  simulateFarm,
  type SimulatedRun,
} from "./simulate-farm.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, table } from "./table.ts";

const usage = `tsx bench/farm-simulation.ts [options]
What a farm of any size would take, from measured times of tasks (bench/farm-times.ts).
  --times <file>     (bench/farm-times.json)
  --frames <n>       frames of a clip (96)
  --storage <n>      MB a second of the storage (1000, a server behind 10 Gbit/s)
  --link <n>         MB a second of one worker's way to it (110, 1 Gbit/s)
  --redis <n>        microseconds of Redis for a message (165, by bench/farm.ts)
  --message <n>      microseconds of a worker for a message beside its tasks (400, by bench/farm.ts)
  --plot <file>      also draws makespans as SVG`;

const options = {
  times: { type: "string", default: "bench/farm-times.json" },
  frames: { type: "string", default: "96" },
  storage: { type: "string", default: "1000" },
  link: { type: "string", default: "110" },
  redis: { type: "string", default: "165" },
  message: { type: "string", default: "400" },
  plot: { type: "string" },
  help: { type: "boolean", default: false },
} as const;

const workerCounts = [1, 3, 10, 30, 100, 300, 1000];
const clipCounts = [1, 10, 100, 1000, 10_000];

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(usage);
    return;
  }
  const measured = JSON.parse(
    await readFile(values.times, "utf8"),
  ) as readonly MeasuredClip[];
  const plots: Plot[] = [];
  for (const clip of measured) {
    const runs = clipCounts.map((clips) =>
      workerCounts.map((workers) =>
        simulateFarm({
          workers,
          clips,
          phases: phasesOf(clip, Number(values.frames), workers),
          redisSeconds: Number(values.redis) / 1e6,
          messageSeconds: Number(values.message) / 1e6,
          storageBytes: Number(values.storage) * 1e6,
          linkBytes: Number(values.link) * 1e6,
        }),
      ),
    );
    const read = fixed(clip.readBytes / 1e6, 1);
    const written = fixed(clip.writtenBytes / 1e6, 1);
    console.log(
      `${clip.name}, ${values.frames} frames a clip; a frame reads ${read} MB and writes ${written} MB\n`,
    );
    console.log(`${runTable(runs)}\n`);
    plots.push({ name: clip.name, runs });
  }
  if (values.plot !== undefined) await writeFile(values.plot, drawn(plots));
}

/** A clip of so many frames as it goes through a farm of so many workers. */
function phasesOf(
  clip: MeasuredClip,
  frames: number,
  workers: number,
): Phase[] {
  const repeats = frames / clip.frames;
  const phases: Phase[] = [];
  for (const [stage, batches] of Object.entries(clip.batches)) {
    for (const { tasks, seconds, grows } of batches) {
      const count = Math.max(1, Math.round(tasks * (grows ? repeats : 1)));
      // As `QueuePool` cuts a batch.
      const each = Math.min(
        MOST_IN_MESSAGE,
        Math.max(1, Math.ceil(count / (workers * MESSAGES_A_SLOT))),
      );
      const messages = Math.ceil(count / each);
      phases.push({
        messages,
        seconds: (seconds * count) / messages,
        bytes: 0,
      });
    }
    const alone =
      stage === "train" ? clip.training : clip.alone[stage]! * frames;
    phases.push({ messages: 1, seconds: alone, bytes: 0 });
  }
  // Who works longer reads and writes more; which task moves how much was not measured.
  const work = phases.reduce((sum, p) => sum + p.messages * p.seconds, 0);
  const bytes = (clip.readBytes + clip.writtenBytes) * frames;
  return phases.map((phase) => ({
    ...phase,
    bytes: (bytes * phase.seconds) / work,
  }));
}

const runTable = (runs: readonly (readonly SimulatedRun[])[]): string =>
  table([
    ["clips", ...workerCounts.map((n) => `${n} worker${n === 1 ? "" : "s"}`)],
    ...clipCounts.map((clips, k) => [
      String(clips),
      ...runs[k]!.map(({ makespan, efficiency, bottleneck }) =>
        `${duration(makespan)} ${Math.round(100 * efficiency)} % ${bottleneck === "work" ? "" : `(${bottleneck})`}`.trim(),
      ),
    ]),
  ]);

function duration(seconds: number): string {
  if (seconds < 120) return `${fixed(seconds, 0)} s`;
  if (seconds < 7200) return `${fixed(seconds / 60, 0)} min`;
  if (seconds < 2 * 86400) return `${fixed(seconds / 3600, 1)} h`;
  return `${fixed(seconds / 86400, 1)} d`;
}

interface Plot {
  readonly name: string;
  readonly runs: readonly (readonly SimulatedRun[])[];
}

const PANEL = { width: 300, height: 320, left: 64, top: 48, gap: 56 } as const;
/** From dark to light, few clips to many. */
const colours = ["#1b2a49", "#2c5c8a", "#3f8f8b", "#c98a2b", "#b8442f"];

/** Makespans over workers, both logarithmic, a panel for each size of clip. */
function drawn(plots: readonly Plot[]): string {
  const all = plots.flatMap(({ runs }) => runs.flat());
  const low = Math.floor(Math.log10(Math.min(...all.map((r) => r.makespan))));
  const high = Math.ceil(Math.log10(Math.max(...all.map((r) => r.makespan))));
  const { width, height, left, top, gap } = PANEL;
  const total = left + plots.length * (width + gap) + 60;
  const x = (panel: number, workers: number): number =>
    left + panel * (width + gap) + (Math.log10(workers) / 3) * width;
  const y = (seconds: number): number =>
    top + height * (1 - (Math.log10(seconds) - low) / (high - low));
  const parts: string[] = [];
  const text = (px: number, py: number, words: string, anchor = "middle") =>
    parts.push(
      `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}">${words}</text>`,
    );
  for (const [p, { name, runs }] of plots.entries()) {
    text(
      x(p, 1) + width / 2,
      top - 18,
      `${name}: time until all clips are done`,
    );
    for (let e = low; e <= high; e++) {
      const at = y(10 ** e);
      parts.push(
        `<path d="M${x(p, 1)} ${at.toFixed(1)}h${width}" stroke="#ddd"/>`,
      );
      if (p === 0) text(x(p, 1) - 8, at + 4, duration(10 ** e), "end");
    }
    for (const workers of [1, 10, 100, 1000]) {
      parts.push(
        `<path d="M${x(p, workers).toFixed(1)} ${top}v${height}" stroke="#ddd"/>`,
      );
      text(x(p, workers), top + height + 18, String(workers));
    }
    text(x(p, 1) + width / 2, top + height + 38, "workers");
    for (const [k, line] of runs.entries()) {
      const points = line.map(
        ({ makespan }, w) =>
          `${x(p, workerCounts[w]!).toFixed(1)},${y(makespan).toFixed(1)}`,
      );
      parts.push(
        `<polyline points="${points.join(" ")}" fill="none" stroke="${colours[k]}" stroke-width="2"/>`,
      );
      const { makespan } = line.at(-1)!;
      const words = `${clipCounts[k]} clip${clipCounts[k] === 1 ? "" : "s"}`;
      if (p === plots.length - 1)
        text(x(p, 1000) + 6, y(makespan) + 4, words, "start");
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${top + height + 52}" font-family="sans-serif" font-size="12" fill="#222"><rect width="100%" height="100%" fill="#fff"/>
${parts.join("\n")}
</svg>
`;
}

await reportFailure(main);
