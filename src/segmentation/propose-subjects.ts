import type { JobFolder } from "../pipeline/execution/job-folder.ts";
import { evenlySpacedWithEnds } from "../units/evenly-spaced.ts";
import { raster } from "../kernels/raster.ts";
import type { Detection } from "../vision/segmentation/detect-changes.ts";
import { rankTrack } from "../vision/segmentation/rank-tracks.ts";
import { linkTracks } from "../vision/segmentation/link-detections.ts";
import type { DetectionFacts } from "./subject-detections.ts";
import { detectionsFile, readFlow, subjectFolder } from "./subject-files.ts";
import { arrangeProposals } from "./arrange-proposals.ts";
import { refineTracks, type ProposalClip } from "./refine-tracks.ts";
import { worthProposing } from "./worth-proposing.ts";
import type { SubjectProposal, SubjectWatch } from "./subject-session.ts";

/** What else a place shows is looked up in this many frames. */
const ELSEWHERE = 9;
/** Nearer frames show the subject itself. */
const NEAREST_FRAMES = 3;

/** Detects what differs in every frame, links it through the clip and ranks what comes of it. */
export async function proposeSubjects(
  clip: ProposalClip,
  watch: SubjectWatch,
): Promise<SubjectProposal[]> {
  const { frameCount, maps, pool } = clip;
  const folder = subjectFolder(clip.artifacts);
  const { signal, onProgress } = watch;
  const elsewhere = evenlySpacedWithEnds(frameCount, ELSEWHERE);
  const facts = await pool.runAll(
    maps.map((_, frame) => ({
      kind: "subject-detections" as const,
      frame,
      others: elsewhere.filter((t) => Math.abs(t - frame) > NEAREST_FRAMES),
      maps,
    })),
    signal,
    (done) => {
      onProgress(done, 2 * frameCount);
    },
  );
  const detections: Detection[][] = [];
  const flows = [];
  for (const [t, found] of facts.entries()) {
    signal.throwIfAborted();
    detections.push(await readDetections(folder, t, found));
    flows.push(t === 0 ? undefined : await readFlow(folder, t, -1));
  }
  const ranked = linkTracks(detections, flows).map((track) => ({
    track,
    rank: rankTrack(track, maps, 2),
  }));
  const worth = worthProposing(ranked, ({ rank }) => rank.confidence);
  const proposals = await refineTracks(worth, clip, watch);
  return arrangeProposals(proposals, clip, signal);
}

async function readDetections(
  folder: JobFolder,
  frame: number,
  facts: DetectionFacts,
): Promise<Detection[]> {
  const labels = await folder.readRaster(detectionsFile(frame));
  const masks = facts.map(() => raster(1, labels.height, labels.width));
  const areas = facts.map(() => 0);
  for (let i = 0; i < labels.data.length; i++) {
    const k = Math.round(labels.data[i]! * 255) - 1;
    if (k < 0) continue;
    masks[k]!.data[i] = 1;
    areas[k]!++;
  }
  return facts.map((fact, k) => ({
    mask: masks[k]!,
    area: areas[k]!,
    ...fact,
  }));
}
