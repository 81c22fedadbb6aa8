import { writeAmbientEvidence } from "./ambient-evidence.ts";
import type { AssociationData, AssociationDesign } from "./association-data.ts";
import {
  type AssociationShape,
  lossParts,
  warpCorners,
} from "./association-definition.ts";
import { inputChannels, writeNetworkInput } from "./network-input.ts";
import type { SubjectGeometry } from "./subject-geometry.ts";
import { writeWarp } from "./support-warp.ts";

/** Arrays of one batch by input name, float32 or int32. */
export type BatchArrays = Readonly<Record<string, Float32Array | Int32Array>>;

/** Bootstrap keeps the support off everything farther from the mask than this share of the grid's height. */
const outsideShare = 1 / 16;

/** Of network inputs that are kept for the next time: those of some 110 pictures of the usual grid. */
const REMEMBERED_BYTES = 1 << 24;

/** Assembles batches into arrays that are used again for every step. */
export class TrainingBatch {
  readonly #data: AssociationData;
  readonly #geometry: SubjectGeometry;
  readonly #design: AssociationDesign;
  readonly #shape: AssociationShape;
  readonly #pictures: Float32Array;
  readonly #presence: Float32Array;
  readonly #evidence: Float32Array;
  readonly #inside: Float32Array;
  readonly #outside: Float32Array;
  readonly #sparsity: Float32Array;
  readonly #exclusion: Float32Array | undefined;
  readonly #ambient: Float32Array | undefined;
  /** Ambient evidence `[H,W]` by picture: it takes up to sixteen frames to find, and a picture comes many times. */
  readonly #ambientOf = new Map<number, Float32Array>();
  /** What the network sees of a picture, of as many as are remembered. */
  readonly #inputsOf = new Map<number, Float32Array>();
  readonly #warp:
    | {
        readonly indices: readonly Int32Array[];
        readonly weights: readonly Float32Array[];
        readonly valid: Float32Array;
      }
    | undefined;

  constructor(
    data: AssociationData,
    geometry: SubjectGeometry,
    shape: AssociationShape,
    design: AssociationDesign,
  ) {
    this.#data = data;
    this.#geometry = geometry;
    this.#design = design;
    this.#shape = shape;
    const area = data.height * data.width;
    const pictures = shape.batchFrames * shape.subjectCount;
    const channels = inputChannels(design.flowInput);
    const perSubject = (): Float32Array => new Float32Array(pictures * area);
    this.#pictures = new Float32Array(pictures * channels * area);
    this.#presence = new Float32Array(pictures);
    this.#evidence = new Float32Array(shape.batchFrames * area);
    this.#inside = perSubject();
    this.#outside = perSubject();
    this.#sparsity = perSubject();
    const parts = lossParts(shape, design);
    this.#exclusion = parts.includes("exclusion") ? perSubject() : undefined;
    this.#ambient = parts.includes("ambient") ? perSubject() : undefined;
    const half = (pictures * area) / 2;
    this.#warp = parts.includes("temporal")
      ? {
          indices: Array.from(
            { length: warpCorners },
            () => new Int32Array(half),
          ),
          weights: Array.from(
            { length: warpCorners },
            () => new Float32Array(half),
          ),
          valid: new Float32Array(half),
        }
      : undefined;
  }

  /**
   * Fills the arrays for a batch. They are valid until the next call.
   *
   * @param frames as many as the shape's `batchFrames`; pairs in the order of `pairOrder` where the temporal loss is used
   */
  assemble(frames: readonly number[]): BatchArrays {
    const { subjectCount } = this.#shape;
    const area = this.#data.height * this.#data.width;
    for (const [b, frame] of frames.entries()) {
      this.#evidence.set(
        this.#data.evidence.subarray(frame * area, (frame + 1) * area),
        b * area,
      );
      for (let i = 0; i < subjectCount; i++)
        this.#writePicture(b * subjectCount + i, frame, i);
    }
    scaleToSumOne(this.#inside);
    scaleToSumOne(this.#outside);
    const warp = this.#writeWarp(frames);
    return {
      pictures: this.#pictures,
      presence: this.#presence,
      evidence: this.#evidence,
      inside: this.#inside,
      outside: this.#outside,
      sparsity: this.#sparsity,
      ...(this.#exclusion && { exclusion: this.#exclusion }),
      ...(this.#ambient && { ambient: this.#ambient }),
      ...warp,
    };
  }

  #writePicture(slot: number, frame: number, subject: number): void {
    const { height, width } = this.#data;
    const { subjectCount, batchFrames } = this.#shape;
    const area = height * width;
    const k = frame * subjectCount + subject;
    const at = slot * area;
    const inputs = this.#networkInput(frame, subject);
    this.#pictures.set(inputs, slot * inputs.length);
    const present = this.#geometry.present[k]!;
    this.#presence[slot] = present;
    const threshold = this.#geometry.coreThreshold[k]!;
    const mask = this.#data.mask.subarray(k * area, (k + 1) * area);
    const distance = this.#geometry.distance.subarray(k * area, (k + 1) * area);
    const outsideFrom = height * outsideShare;
    const perPixel = 1 / (batchFrames * area);
    const inside = this.#inside.subarray(at, at + area);
    const outside = this.#outside.subarray(at, at + area);
    const sparsity = this.#sparsity.subarray(at, at + area);
    for (let p = 0; p < area; p++) {
      const away = distance[p]!;
      inside[p] = present && mask[p]! >= threshold ? 1 : 0;
      outside[p] = present && away > outsideFrom ? 1 : 0;
      sparsity[p] = perPixel * (1 + away / (height / 2));
    }
    if (this.#ambient !== undefined) {
      const evidence = this.#ambientEvidence(frame, subject);
      const ambient = this.#ambient.subarray(at, at + area);
      for (let p = 0; p < area; p++) ambient[p] = evidence[p]! * perPixel;
    }
    if (this.#exclusion !== undefined)
      this.#writeExclusion(this.#exclusion, slot, frame, subject);
  }

  #networkInput(frame: number, subject: number): Float32Array {
    const { height, width } = this.#data;
    const k = frame * this.#shape.subjectCount + subject;
    const remembered = this.#inputsOf.get(k);
    if (remembered !== undefined) return remembered;
    const { flowInput } = this.#design;
    const inputs = new Float32Array(inputChannels(flowInput) * height * width);
    writeNetworkInput(
      this.#data,
      this.#geometry,
      frame,
      subject,
      flowInput,
      inputs,
    );
    if ((this.#inputsOf.size + 1) * inputs.byteLength <= REMEMBERED_BYTES)
      this.#inputsOf.set(k, inputs);
    return inputs;
  }

  #ambientEvidence(frame: number, subject: number): Float32Array {
    const k = frame * this.#shape.subjectCount + subject;
    let evidence = this.#ambientOf.get(k);
    if (evidence === undefined) {
      evidence = new Float32Array(this.#data.height * this.#data.width);
      writeAmbientEvidence(
        this.#data,
        this.#geometry,
        frame,
        subject,
        evidence,
      );
      this.#ambientOf.set(k, evidence);
    }
    return evidence;
  }

  #writeExclusion(
    exclusion: Float32Array,
    slot: number,
    frame: number,
    subject: number,
  ): void {
    const { subjectCount, batchFrames } = this.#shape;
    const area = this.#data.height * this.#data.width;
    const at = slot * area;
    const perPixel = 1 / (batchFrames * subjectCount * area);
    exclusion.fill(0, at, at + area);
    for (let other = 0; other < subjectCount; other++) {
      const k = frame * subjectCount + other;
      if (other === subject || this.#geometry.present[k] === 0) continue;
      const threshold = this.#geometry.coreThreshold[k]!;
      const mask = this.#data.mask.subarray(k * area, (k + 1) * area);
      for (let p = 0; p < area; p++)
        if (mask[p]! >= threshold) exclusion[at + p] = perPixel;
    }
  }

  #writeWarp(frames: readonly number[]): BatchArrays {
    if (this.#warp === undefined) return {};
    const { indices, weights, valid } = this.#warp;
    const { subjectCount } = this.#shape;
    for (let pair = 0; pair < frames.length / 2; pair++)
      for (let i = 0; i < subjectCount; i++)
        writeWarp(
          this.#data,
          this.#geometry,
          this.#design.temporalMotion,
          frames[pair]!,
          i,
          pair * subjectCount + i,
          this.#warp,
        );
    const arrays: Record<string, Float32Array | Int32Array> = {
      warpValid: valid,
    };
    for (let corner = 0; corner < warpCorners; corner++) {
      arrays[`warpIndices${corner}`] = indices[corner]!;
      arrays[`warpWeights${corner}`] = weights[corner]!;
    }
    return arrays;
  }
}

/** Leaves an array of zeros as it is. */
function scaleToSumOne(weights: Float32Array): void {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (sum === 0) return;
  for (let p = 0; p < weights.length; p++) weights[p]! /= sum;
}
