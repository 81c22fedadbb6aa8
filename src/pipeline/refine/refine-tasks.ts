import { type EdgeHistogramsInput, edgeHistograms } from "./edge-histograms.ts";
import { type EffectEvidenceInput, effectEvidence } from "./effect-evidence.ts";
import {
  type ReflectionFrame,
  testReflections,
  type ReflectionSearch,
  searchReflections,
  type ReflectionPlacing,
  type PlacedReflection,
  placeReflections,
  type ReflectionInput,
  sampleReflections,
} from "./reflections.ts";
import type { EffectEvidence } from "../../vision/effects/effect-evidence.ts";
import type { EdgeHistogram } from "../../vision/matting/edge-prior.ts";
import type { ReflectionSample } from "../../vision/reflection/reflection-prior.ts";
import type { ReflectionEvidence } from "../../vision/reflection/reflection-test.ts";
import type { CandidateCosts } from "../../vision/reflection/reflection-track.ts";
import type { TaskRunners } from "../execution/task.ts";

/** Work that the stage `refine` gives to workers. */
export interface RefineTasks {
  "edge-histograms": {
    input: EdgeHistogramsInput;
    output: readonly EdgeHistogram[];
  };
  "effect-evidence": {
    input: EffectEvidenceInput;
    output: readonly EffectEvidence[];
  };
  "test-reflections": {
    input: ReflectionFrame;
    output: readonly (ReflectionEvidence | null)[];
  };
  "search-reflections": {
    input: ReflectionFrame & { readonly searches: readonly ReflectionSearch[] };
    output: readonly (CandidateCosts | null)[];
  };
  "place-reflections": {
    input: ReflectionFrame & {
      readonly placings: readonly ReflectionPlacing[];
    };
    output: readonly (PlacedReflection | null)[];
  };
  "sample-reflections": {
    input: ReflectionFrame & { readonly images: readonly ReflectionInput[] };
    output: readonly (ReflectionSample | null)[];
  };
}

/** What does the work of the stage `refine`. */
export const refineTasks: TaskRunners<RefineTasks> = {
  "edge-histograms": edgeHistograms,
  "effect-evidence": effectEvidence,
  "test-reflections": testReflections,
  "search-reflections": searchReflections,
  "place-reflections": placeReflections,
  "sample-reflections": sampleReflections,
};
