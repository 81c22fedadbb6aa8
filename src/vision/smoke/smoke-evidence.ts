import { erode } from "../../kernels/morphology.ts";
import { scoped } from "../../kernels/memory.ts";
import type { Raster } from "../../kernels/raster.ts";
import { viewAhead, type SubjectFront } from "./samples-ahead.ts";
import type { HalfSample } from "./half-size-samples.ts";

/** Pixels that changed in one sense, thinned: what is seen there and what lies beneath, three values a pixel. */
export interface ColourChanges {
  /** Pixels before thinning. */
  readonly count: number;
  readonly seen: Float32Array;
  readonly beneath: Float32Array;
}

/** What one direction of motion says about a trail; sums over the samples of one canvas or more. */
export interface SmokeEvidence {
  /** Pixels that could be compared with the view ahead, and those of them that differ. */
  readonly compared: number;
  readonly changed: number;
  /** Texture over the changed pixels: `Σ HX²` of the samples, `Σ HB²` of the view ahead, and `Σ HX·HB`. */
  readonly seenTexture: number;
  readonly clearTexture: number;
  readonly sharedTexture: number;
  /** Changes towards light and towards dark. */
  readonly light: ColourChanges;
  readonly dark: ColourChanges;
}

/** Values (0…1) by which a sample clearly differs from the view ahead; set once, with no other value on record. */
const CLEARLY_CHANGED = 0.06;
/** A sample that counted more than this made the view ahead and cannot differ from it. */
const LOOKED_AHEAD = 0.1;
/** Half-size pixels from a sample's border within which its texture is not compared: twice the σ of the local mean. */
const TEXTURE_MARGIN_PIXELS = 4;
/** The same for colours; set once, with no other value on record. */
const COLOUR_MARGIN_PIXELS = 3;
/** Changed pixels of each kind kept of a canvas; bounds the time, set once, with no other value on record. */
const MOST_SMOKE_PIXELS = 800;

/**
 * Compares what the samples show with the view ahead of the subject. The local mean tells what has changed; what lies
 * above the mean is texture, which smoke hides and a shadow keeps.
 *
 * @param fronts one a sample
 */
export function collectSmokeEvidence(
  samples: readonly HalfSample[],
  fronts: readonly SubjectFront[],
): SmokeEvidence {
  const clear = viewAhead(samples, fronts);
  const { height, width } = clear.known;
  const area = height * width;
  let compared = 0;
  let changed = 0;
  let seenTexture = 0;
  let clearTexture = 0;
  let sharedTexture = 0;
  const light = new ChangeList();
  const dark = new ChangeList();
  const add = (sample: HalfSample, k: number): void => {
    const inner = erode(sample.valid, TEXTURE_MARGIN_PIXELS).data;
    const outer = erode(sample.valid, COLOUR_MARGIN_PIXELS).data;
    const weight = clear.weights[k]!.data;
    for (let i = 0; i < area; i++) {
      if (outer[i] === 0 || clear.known.data[i] === 0) continue;
      if (weight[i]! >= LOOKED_AHEAD) continue;
      let largest = 0;
      let sum = 0;
      for (let at = i; at < 3 * area; at += area) {
        const d = sample.mean.data[at]! - clear.mean.data[at]!;
        largest = Math.max(largest, Math.abs(d));
        sum += d;
      }
      const differs = largest > CLEARLY_CHANGED;
      if (inner[i] === 1) {
        compared++;
        if (differs) {
          changed++;
          for (let at = i; at < 3 * area; at += area) {
            const hx = sample.colour.data[at]! - sample.mean.data[at]!;
            const hb = clear.colour.data[at]! - clear.mean.data[at]!;
            seenTexture += hx * hx;
            clearTexture += hb * hb;
            sharedTexture += hx * hb;
          }
        }
      }
      if (differs && (i % width) % 2 === 1 && Math.floor(i / width) % 2 === 1)
        (sum > 0 ? light : dark).push(sample.mean, clear.mean, i);
    }
  };
  samples.forEach((sample, k) => {
    scoped(() => {
      add(sample, k);
    });
  });
  return {
    compared,
    changed,
    seenTexture,
    clearTexture,
    sharedTexture,
    light: light.thin(MOST_SMOKE_PIXELS),
    dark: dark.thin(MOST_SMOKE_PIXELS),
  };
}

class ChangeList {
  readonly #seen: number[] = [];
  readonly #beneath: number[] = [];

  push(seen: Raster, beneath: Raster, i: number): void {
    const area = seen.height * seen.width;
    for (let at = i; at < 3 * area; at += area) {
      this.#seen.push(seen.data[at]!);
      this.#beneath.push(beneath.data[at]!);
    }
  }

  thin(most: number): ColourChanges {
    const count = this.#seen.length / 3;
    const stride = Math.max(1, Math.ceil(count / most));
    const keep = (values: readonly number[]): Float32Array =>
      Float32Array.from(
        values.filter((_, at) => Math.floor(at / 3) % stride === 0),
      );
    return { count, seen: keep(this.#seen), beneath: keep(this.#beneath) };
  }
}

/** Adds up the evidence of several canvases. */
export function poolSmokeEvidence(
  parts: readonly SmokeEvidence[],
): SmokeEvidence {
  const sum = (pick: (part: SmokeEvidence) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  const pool = (
    pick: (part: SmokeEvidence) => ColourChanges,
  ): ColourChanges => ({
    count: sum((part) => pick(part).count),
    seen: joinArrays(parts.map((part) => pick(part).seen)),
    beneath: joinArrays(parts.map((part) => pick(part).beneath)),
  });
  return {
    compared: sum((part) => part.compared),
    changed: sum((part) => part.changed),
    seenTexture: sum((part) => part.seenTexture),
    clearTexture: sum((part) => part.clearTexture),
    sharedTexture: sum((part) => part.sharedTexture),
    light: pool((part) => part.light),
    dark: pool((part) => part.dark),
  };
}

function joinArrays(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(
    parts.reduce((sum, part) => sum + part.length, 0),
  );
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** The figures by which a trail that hides the background is told from a shadow, a reflection or a moving ground. */
export interface SmokeSigns {
  /** Texture seen at changed places as a share of the texture beneath: `Σ HX² / Σ HB²`. */
  readonly energy: number;
  /** Share of the texture beneath that is still seen: `Σ HX·HB / Σ HB²`. */
  readonly slope: number;
  /** Share of the compared pixels that differ. */
  readonly changed: number;
}

/** Reads the signs of the evidence; of none, the signs of no trail. */
export function smokeSigns(evidence: SmokeEvidence): SmokeSigns {
  const { compared, clearTexture } = evidence;
  if (compared === 0 || clearTexture <= 0)
    return { energy: Infinity, slope: 1, changed: 0 };
  return {
    energy: evidence.seenTexture / clearTexture,
    slope: evidence.sharedTexture / clearTexture,
    changed: evidence.changed / compared,
  };
}

/** Smoke has some texture of its own, so there may be nearly as much as beneath; but little of it is the same. */
const MOST_ENERGY = 0.9;
/** Slope of the seen texture over the one beneath, below which it is hidden; set once, with no other value on record. */
const STEEPEST_SLOPE = 0.4;
/** Share of the pixels that must have changed: a trail is large; set once, with no other value on record. */
const FEWEST_CHANGED_SHARE = 0.08;

/** Whether the signs are those of a dense trail: much has changed and little of the texture beneath is left. */
export const hidesTexture = (signs: SmokeSigns): boolean =>
  signs.energy < MOST_ENERGY &&
  signs.slope < STEEPEST_SLOPE &&
  signs.changed > FEWEST_CHANGED_SHARE;
