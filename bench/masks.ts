import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { LaminaError } from "../src/errors/failure.ts";
import {
  openSubjectSession,
  type OpenSubjects,
} from "../src/segmentation/open-session.ts";
import type { SubjectTrack } from "../src/segmentation/subject-session.ts";
import { resizeByArea } from "../src/media/area-resize.ts";
import { readRgb } from "../src/media/image-file.ts";
import { listImages } from "../src/media/image-folder.ts";
import { reportFailure } from "./report-failure.ts";
import { fixed, meanOf, table } from "./table.ts";

const usage = `tsx bench/masks.ts [options]
  --only <text>     clips whose name holds this
  --clips <folder>  the shared clips (../shared/clips)`;

const options = {
  only: { type: "string", default: "" },
  clips: { type: "string", default: "../shared/clips" },
  help: { type: "boolean", default: false },
} as const;

const worker = new URL("../dist/worker.mjs", import.meta.url);
const signal = new AbortController().signal;
const onProgress = (): void => undefined;

/** How well one subject was proposed and followed: mean intersection over union, painted frames left out. */
interface SubjectScore {
  readonly subject: string;
  readonly proposed: number;
  readonly fromOne: number;
  readonly fromThree: number;
}

interface ClipScore {
  readonly clip: string;
  readonly subjects: readonly SubjectScore[];
  readonly proposalSeconds: number;
  readonly secondsPerFrame: number;
}

async function main(): Promise<void> {
  const chosen = parseArgs({ options }).values;
  if (chosen.help) {
    console.log(usage);
    return;
  }
  if (!existsSync(worker)) {
    throw new LaminaError({
      code: "usage",
      problem: "The command is not built: run npm run build first.",
    });
  }
  const names = (await readdir(chosen.clips, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name.includes(chosen.only))
    .map((entry) => entry.name)
    .sort();
  const scores: ClipScore[] = [];
  for (const name of names) {
    scores.push(await measureClip(path.join(chosen.clips, name)));
    console.log(scoreTable(scores.slice(-1)).split("\n").slice(1).join("\n"));
  }
  console.log(`\n${scoreTable(scores)}`);
}

async function measureClip(folder: string): Promise<ClipScore> {
  const began = performance.now();
  await using session = await openSubjectSession(
    { clipPath: path.join(folder, "rgb"), worker },
    { signal, onProgress },
  );
  const proposals = await session.propose({ signal, onProgress });
  const proposalSeconds = (performance.now() - began) / 1000;
  const truths = await readTruths(folder, session);

  let followed = 0;
  const followBegan = performance.now();
  const results: Record<"fromOne" | "fromThree", number[]> = {
    fromOne: [],
    fromThree: [],
  };
  for (const key of ["fromOne", "fromThree"] as const) {
    const tracks = truths.map(({ masks }) => ({
      masks,
      track: session.track(),
      frames: paintedFrames(masks, key),
    }));
    for (const { track, masks, frames } of tracks) {
      for (const frame of frames)
        followed += await paint(track, frame, masks[frame]!);
    }
    for (const { track, masks, frames } of tracks) {
      const ious = masks
        .map((truth, t) => overlap(track.at(t).mask, truth))
        .filter((_, t) => !frames.includes(t));
      results[key].push(meanOf(ious) ?? 0);
      session.drop(track);
    }
  }
  return {
    clip: path.basename(folder),
    proposalSeconds,
    secondsPerFrame: (performance.now() - followBegan) / 1000 / followed,
    subjects: truths.map(({ name, masks }, k) => ({
      subject: name,
      proposed: Math.max(
        0,
        ...proposals.map(
          (proposal) =>
            meanOf(
              masks.map((truth, t) => overlap(proposal.frames[t]!.mask, truth)),
            ) ?? 0,
        ),
      ),
      fromOne: results.fromOne[k]!,
      fromThree: results.fromThree[k]!,
    })),
  };
}

async function paint(
  track: SubjectTrack,
  frame: number,
  mask: Uint8Array,
): Promise<number> {
  let changed = 0;
  await track.correct(frame, mask, {
    signal,
    onMask: () => {
      changed++;
    },
  });
  return changed;
}

/** The first frame that shows the subject; or this, the middle one and the last. */
function paintedFrames(
  masks: readonly Uint8Array[],
  key: "fromOne" | "fromThree",
): number[] {
  const shown = masks.flatMap((mask, t) =>
    mask.some((v) => v > 127) ? [t] : [],
  );
  const first = shown[0]!;
  return key === "fromOne"
    ? [first]
    : [first, shown[shown.length >> 1]!, shown.at(-1)!];
}

async function readTruths(
  folder: string,
  { size }: OpenSubjects,
): Promise<{ name: string; masks: Uint8Array[] }[]> {
  const truths = [];
  for (const name of (await readdir(path.join(folder, "mask"))).sort()) {
    const masks: Uint8Array[] = [];
    for (const file of await listImages(path.join(folder, "mask", name))) {
      const { data, ...source } = await readRgb(file);
      const plane = new Uint8Array(source.width * source.height);
      for (let i = 0; i < plane.length; i++)
        plane[i] = data[3 * i]! > 127 ? 255 : 0;
      masks.push(
        resizeByArea(plane, source, size).map((v) => (v > 127 ? 255 : 0)),
      );
    }
    truths.push({ name, masks });
  }
  return truths;
}

/** Intersection over union of what is above one half; 1 where both are empty. */
function overlap(a: Uint8Array, b: Uint8Array): number {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i]! > 127;
    const q = b[i]! > 127;
    if (p && q) both++;
    if (p || q) either++;
  }
  return either === 0 ? 1 : both / either;
}

function scoreTable(scores: readonly ClipScore[]): string {
  const row = (
    label: string,
    subjects: readonly SubjectScore[],
    seconds: string,
    step: string,
  ): string[] => [
    label,
    fixed(meanOf(subjects.map((s) => s.proposed)), 3),
    fixed(meanOf(subjects.map((s) => s.fromOne)), 3),
    fixed(meanOf(subjects.map((s) => s.fromThree)), 3),
    seconds,
    step,
  ];
  const rows = scores.flatMap((score) =>
    score.subjects.map((subject) =>
      row(
        `${score.clip} ${subject.subject}`,
        [subject],
        fixed(score.proposalSeconds, 1),
        fixed(score.secondsPerFrame, 2),
      ),
    ),
  );
  const clipMean = (key: "proposed" | "fromOne" | "fromThree"): string =>
    fixed(
      meanOf(scores.map((s) => meanOf(s.subjects.map((each) => each[key])))),
      3,
    );
  return table([
    [
      "mean IoU",
      "proposed",
      "from one",
      "from three",
      "proposals s",
      "s a frame",
    ],
    ...rows,
    ...(scores.length > 1
      ? [
          [
            "mean over clips",
            clipMean("proposed"),
            clipMean("fromOne"),
            clipMean("fromThree"),
          ],
        ]
      : []),
  ]);
}

await reportFailure(main);
