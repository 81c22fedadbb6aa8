import { rescale, type Homography } from "../kernels/homography.ts";
import { shrink } from "../kernels/resize.ts";
import { raster } from "../kernels/raster.ts";
import {
  findContacts,
  type Contacts,
} from "../vision/segmentation/contacts.ts";
import { depthOrder } from "../vision/segmentation/depth-order.ts";
import { proposeGroups } from "../vision/segmentation/groups.ts";
import type { Size } from "../units/size.ts";
import type { Artifacts } from "../pipeline/execution/artifacts.ts";
import { halfFile, subjectFolder } from "./subject-files.ts";
import type { SubjectProposal } from "./subject-session.ts";

/** Says which proposals look like one subject, and which are nearer; their order stays. */
export async function arrangeProposals(
  proposals: readonly SubjectProposal[],
  clip: {
    readonly size: Size;
    readonly artifacts: Artifacts;
    readonly maps: readonly Homography[];
  },
  signal: AbortSignal,
): Promise<SubjectProposal[]> {
  if (proposals.length < 2) return [...proposals];
  const { height, width } = clip.size;
  const h = height >> 1;
  const w = width >> 1;
  const frames: Contacts[] = [];
  for (const frame of clip.maps.keys()) {
    signal.throwIfAborted();
    const masks = proposals.map((proposal) => {
      const mask = Float32Array.from(
        proposal.frames[frame]!.mask,
        (value) => value / 255,
      );
      return shrink(raster(1, height, width, mask), h, w);
    });
    const rgb = await subjectFolder(clip.artifacts).readRaster(halfFile(frame));
    frames.push(findContacts(masks, rgb));
  }
  const groups = proposeGroups(
    frames,
    clip.maps.map((map) => rescale(map, w / width, h / height)),
  );
  const order = depthOrder(frames);
  return proposals.map((proposal, k) => {
    const group = groups[k]!;
    const alone = groups.filter((other) => other === group).length === 1;
    return {
      ...proposal,
      depth: order.indexOf(k),
      ...(alone ? {} : { group }),
    };
  });
}
