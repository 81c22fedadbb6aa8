import { framePattern } from "../job-contract/frame-files.ts";
import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { layerFolderName } from "../document/layer-folder-name.ts";
import { LaminaError } from "../errors/failure.ts";
import { fromBytes } from "../vision/image/colour.ts";
import { shrink } from "../kernels/resize.ts";
import { checkWritable } from "../media/check-writable.ts";
import { readFrame } from "../media/clip.ts";
import { writeWholeFile } from "../media/replace-file.ts";
import { writePng } from "../media/write-png.ts";
import type { FrameRange } from "../units/frame-range.ts";
import { mergeByName, type Merge } from "../pipeline/merges.ts";
import { checkApart } from "../pipeline/preflight/check-places.ts";
import { checkOutput } from "../pipeline/output/earlier-result.ts";
import {
  OutputFolder,
  partialFolder,
} from "../pipeline/output/output-folder.ts";
import { openSubjectSession, type OpenSubjects } from "./open-session.ts";
import type {
  FrameMask,
  SubjectProposal,
  SubjectWatch,
} from "./subject-session.ts";
import { writeMasks } from "./write-masks.ts";

/** Where subjects are looked for and where their masks go. */
export interface FindRequest {
  readonly clipPath: string;
  readonly range?: FrameRange;
  /** A folder that is not there yet, or empty. */
  readonly outputPath: string;
  /** Who proposes subjects; what moves is proposed when absent. */
  readonly propose?: (
    session: OpenSubjects,
    watch: SubjectWatch,
  ) => Promise<readonly SubjectProposal[]>;
  /** Subjects that are to be one, by the names that they get without this. */
  readonly merges: readonly Merge[];
}

/** What is being done for a search, in this order. */
export type FindStep = "compare" | "look" | "write";

/** Who follows a search. */
export interface FindWatch {
  readonly signal: AbortSignal;
  /** Units of a step done and to do. */
  readonly onProgress: (step: FindStep, done: number, total: number) => void;
}

/** One subject as `subjects.json` tells of it. */
export interface FoundSubject {
  readonly name: string;
  /** 0 to 1 */
  readonly confidence: number;
  /** 1-based, both inclusive. */
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Relative to the folder. */
  readonly masks: string;
  readonly thumbnail: string;
  /** 0 to 1, one per frame of the clip. */
  readonly frameConfidence: readonly number[];
  /** Subjects with the same number look like parts of one: a suggestion what to merge. */
  readonly group?: number;
}

/**
 * Proposes the subjects of a clip and writes one folder of masks for each at the clip's own size, a thumbnail, and
 * `subjects.json`, farthest first. The folder appears only when it is whole.
 *
 * @throws LaminaError `no-subject-found`, `merge-unknown`, what `checkOutput` and `checkApart` throw, `result-kept`, and what reading the clip throws; AbortError
 */
export async function findSubjects(
  request: FindRequest,
  watch: FindWatch,
): Promise<readonly FoundSubject[]> {
  const during = (step: FindStep): SubjectWatch => ({
    signal: watch.signal,
    onProgress: (done, total) => {
      watch.onProgress(step, done, total);
    },
  });
  const final = resolve(request.outputPath);
  await checkApart(final, [{ what: "the clip", path: request.clipPath }]);
  await checkOutput(final, false);
  const key = createHash("sha256").update(final).digest("hex");
  await checkWritable(partialFolder(final, Buffer.from(key, "hex")), final);
  await using session = await openSubjectSession(
    { clipPath: request.clipPath, range: request.range },
    during("compare"),
  );
  const look = during("look");
  const proposals = await (request.propose?.(session, look) ??
    session.propose(look));
  if (proposals.length === 0)
    throw new LaminaError({ code: "no-subject-found" });
  const farthestFirst = [...proposals].sort(
    (a, b) => (a.depth ?? 0) - (b.depth ?? 0),
  );
  const named = farthestFirst.map((proposal, k) => ({
    name: `subject-${k + 1}`,
    proposal,
  }));
  const subjects = mergeByName(named, request.merges, (parts, name) => ({
    name,
    proposal: mergeProposals(parts.map((part) => part.proposal)),
  }));
  const output = await OutputFolder.open(final, false, key);
  try {
    const found: FoundSubject[] = [];
    for (const { name, proposal } of subjects) {
      watch.onProgress("write", found.length, subjects.length);
      const id = layerFolderName(
        name,
        found.map((other) => dirname(other.masks)),
      );
      await writeMasks(
        session,
        (frame) => proposal.frames[frame]!,
        await output.makeLayer(id),
        watch.signal,
      );
      const thumbnail = `${id}.png`;
      await writeThumbnail(session, proposal, join(output.partial, thumbnail));
      found.push({
        name,
        confidence: toThousandths(proposal.confidence),
        firstFrame: proposal.startInclusive + 1,
        lastFrame: proposal.endExclusive,
        masks: framePattern(id),
        thumbnail,
        frameConfidence: proposal.frames.map((f) =>
          toThousandths(f.confidence),
        ),
        ...(proposal.group === undefined ? {} : { group: proposal.group + 1 }),
      });
    }
    const { width, height, frameCount } = session.clip;
    const path = join(output.partial, "subjects.json");
    const text = JSON.stringify(
      { version: 1, width, height, frameCount, subjects: found },
      undefined,
      1,
    );
    await writeWholeFile(path, `${text}\n`);
    watch.signal.throwIfAborted();
    await output.finish();
    return found;
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** The largest value of all, frame by frame. */
function mergeProposals(parts: readonly SubjectProposal[]): SubjectProposal {
  return {
    confidence: Math.max(...parts.map((part) => part.confidence)),
    startInclusive: Math.min(...parts.map((part) => part.startInclusive)),
    endExclusive: Math.max(...parts.map((part) => part.endExclusive)),
    frames: parts[0]!.frames.map(({ frame, mask }) => {
      const same = parts.map((part) => part.frames[frame]!);
      return {
        frame,
        mask: mask.map((_, i) => Math.max(...same.map((f) => f.mask[i]!))),
        confidence: Math.max(...same.map((f) => f.confidence)),
      };
    }),
  };
}

const toThousandths = (value: number): number =>
  Math.round(value * 1000) / 1000;

/** Share of the light that is left around a subject in its picture, so that it stands out. */
const DIMMED_LIGHT = 0.3;

/** The frame in which the subject is surest, all else dimmed, at the session's size. */
async function writeThumbnail(
  { clip, size }: OpenSubjects,
  proposal: SubjectProposal,
  path: string,
): Promise<void> {
  const { frame, mask } = proposal.frames.reduce((a: FrameMask, b) =>
    b.confidence > a.confidence ? b : a,
  );
  const bytes = await readFrame(clip, frame);
  const picture = shrink(
    fromBytes(bytes, clip.height, clip.width),
    size.height,
    size.width,
  );
  const area = size.width * size.height;
  const rgb = new Uint8Array(3 * area);
  for (let i = 0; i < area; i++) {
    const light = mask[i]! > 127 ? 255 : 255 * DIMMED_LIGHT;
    for (let c = 0; c < 3; c++)
      rgb[3 * i + c] = Math.round(picture.data[c * area + i]! * light);
  }
  await writePng(path, rgb, size.width, size.height, 3);
}
