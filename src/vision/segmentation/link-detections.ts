import { flowField, sampleLinear } from "../../kernels/warp.ts";
import { raster, type Raster } from "../../kernels/raster.ts";
import type { ColourProfile } from "./colour-profile.ts";
import type { Detection } from "./detect-changes.ts";
import type { Flow } from "./frame-view.ts";
import { maskPlace } from "./prior-features.ts";
import {
  exchanged,
  exchangedSince,
  metAgain,
  type Encounter,
  type Known,
} from "./reidentify.ts";

/** One thing through the clip: per frame what was detected of it, where it was. */
export interface DetectionTrack {
  readonly detections: (Detection | undefined)[];
}

/** A track may be lost from sight for this many frames. */
const LONGEST_LOST_FRAMES = 4;
/** Share of the smaller of prediction and detection that must overlap. */
const OVERLAP = 0.3;

interface Living extends Known {
  readonly track: DetectionTrack;
  readonly met: Map<Living, Encounter>;
  profile: ColourProfile | undefined;
  predicted: Raster;
  unseen: number;
}

/** A detection shows a subject's own colours when this share of each is the other's. */
const CHIEF = 0.7;

/** What one subject has of a detection. */
interface PartOf extends Detection {
  /** Area of the whole detection, whose profile this is. */
  readonly whole: number;
}

/** Share of a subject's colours that a new frame brings. */
const NEWS = 0.2;

/**
 * Links detections through the clip: a thing is expected where the flow carries it. Several detections on one
 * prediction are its parts; one detection on several predictions is shared out pixel by pixel, as when two subjects meet.
 *
 * @param flowBack per frame, `[2, h, w]` to the frame before; unused for the first
 */
export function linkTracks(
  detections: readonly (readonly Detection[])[],
  flowBack: readonly (Flow | undefined)[],
): DetectionTrack[] {
  const all: DetectionTrack[] = [];
  let living: Living[] = [];
  detections.forEach((found, t) => {
    const flow = flowBack[t];
    if (flow !== undefined) {
      const field = flowField(flow);
      for (const one of living)
        one.predicted = sampleLinear(one.predicted, field, 0);
    }
    const parts = new Map<Living, PartOf[]>();
    for (const detection of found) {
      const owners = living.filter((one) => overlaps(one.predicted, detection));
      if (owners.length === 0) {
        const track: DetectionTrack = {
          detections: new Array<undefined>(detections.length).fill(undefined),
        };
        const born: Living = {
          track,
          predicted: detection.mask,
          unseen: 0,
          met: new Map(),
          profile: undefined,
        };
        all.push(track);
        living.push(born);
        parts.set(born, [{ ...detection, whole: detection.area }]);
        continue;
      }
      if (owners.length > 1) {
        for (const one of owners) {
          for (const other of owners) {
            if (other === one) continue;
            one.met.set(other, metAgain(one.met.get(other), t));
          }
        }
      }
      shareOut(detection, owners).forEach((part, k) => {
        const owner = owners[k]!;
        if (part !== undefined)
          parts.set(owner, [...(parts.get(owner) ?? []), part]);
      });
    }
    const alone = new Map<Living, ColourProfile>();
    for (const [one, its] of parts) {
      const chief = its.reduce((a, b) => (b.area > a.area ? b : a));
      const total = its.reduce((sum, { area }) => sum + area, 0);
      if (chief.area >= CHIEF * Math.max(total, chief.whole))
        alone.set(one, chief.profile);
    }
    for (const [one, other] of exchanged(alone, t)) {
      for (const map of [parts, alone] as Map<Living, unknown>[]) {
        const kept = map.get(one);
        map.set(one, map.get(other));
        map.set(other, kept);
      }
      exchangePast(one.track, other.track, one.met.get(other)!.first, t);
    }
    for (const [one, profile] of alone) {
      const before = one.profile;
      one.profile =
        before === undefined
          ? profile
          : before.map((v, i) => (1 - NEWS) * v + NEWS * profile[i]!);
    }
    for (const one of living) {
      const seen = parts.get(one);
      if (seen === undefined) {
        one.unseen++;
        continue;
      }
      const joined = uniteDetections(seen);
      one.track.detections[t] = joined;
      one.predicted = joined.mask;
      one.unseen = 0;
    }
    living = living.filter((one) => one.unseen <= LONGEST_LOST_FRAMES);
  });
  return all;
}

/** Exchanges what two were taken for since they met at `first`, up to but without frame `until`. */
function exchangePast(
  one: DetectionTrack,
  other: DetectionTrack,
  first: number,
  until: number,
): void {
  const path = ({
    detections,
  }: DetectionTrack): ReturnType<typeof maskPlace>[] =>
    detections.map((each) => each && maskPlace(each.mask));
  const since = exchangedSince(path(one), path(other), first, until);
  for (let t = since; t < until; t++) {
    const kept = one.detections[t];
    one.detections[t] = other.detections[t];
    other.detections[t] = kept;
  }
}

function overlaps(predicted: Raster, { mask, area }: Detection): boolean {
  let both = 0;
  let expected = 0;
  for (let i = 0; i < mask.data.length; i++) {
    const p = predicted.data[i]!;
    if (p <= 0.5) continue;
    expected++;
    if (mask.data[i]! > 0.5) both++;
  }
  return both > OVERLAP * Math.min(area, expected);
}

/** Each pixel goes to the owner that is expected nearest, by grass fire from the predictions. */
function shareOut(
  detection: Detection,
  owners: readonly Living[],
): (PartOf | undefined)[] {
  const whole = detection.area;
  if (owners.length === 1) return [{ ...detection, whole }];
  const { width, height } = detection.mask;
  const owner = new Int8Array(width * height).fill(-1);
  let front: number[] = [];
  detection.mask.data.forEach((inside, i) => {
    if (inside <= 0.5) return;
    let best = 0.5;
    owners.forEach((one, k) => {
      if (one.predicted.data[i]! <= best) return;
      best = one.predicted.data[i]!;
      owner[i] = k;
    });
    if (owner[i]! >= 0) front.push(i);
  });
  while (front.length > 0) {
    const next: number[] = [];
    for (const i of front) {
      const x = i % width;
      for (const j of [
        x > 0 ? i - 1 : -1,
        x < width - 1 ? i + 1 : -1,
        i - width,
        i + width,
      ]) {
        if (j < 0 || j >= owner.length || owner[j] !== -1) continue;
        if (detection.mask.data[j]! <= 0.5) continue;
        owner[j] = owner[i]!;
        next.push(j);
      }
    }
    front = next;
  }
  const { contrast, profile } = detection;
  return owners.map((_, k) => {
    const mask = raster(1, height, width);
    let area = 0;
    owner.forEach((o, i) => {
      if (o !== k) return;
      mask.data[i] = 1;
      area++;
    });
    return area < 8 ? undefined : { mask, area, contrast, profile, whole };
  });
}

function uniteDetections(parts: readonly Detection[]): Detection {
  if (parts.length === 1) return parts[0]!;
  const { height, width } = parts[0]!.mask;
  const mask = raster(1, height, width);
  let area = 0;
  let contrast = 0;
  for (const part of parts) {
    for (let i = 0; i < mask.data.length; i++)
      if (part.mask.data[i]! > 0.5) mask.data[i] = 1;
    area += part.area;
    contrast += part.area * part.contrast;
  }
  return { mask, area, contrast: contrast / area, profile: parts[0]!.profile };
}
