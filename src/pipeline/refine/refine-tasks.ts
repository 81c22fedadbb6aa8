import { type EdgeHistogramsInput, edgeHistograms } from "./edge-histograms.ts";
import { type EffectEvidenceInput, effectEvidence } from "./effect-evidence.ts";
import { type MirrorFrame, testMirrors, type MirrorSearch, searchMirrors, type MirrorPlacing, type PlacedMirror, placeMirrors, type MirrorImageInput, sampleMirrors } from "./reflections.ts";
import type { EffectEvidence } from "../../vision/effects/effect-evidence.ts";
import type { EdgeHistogram } from "../../vision/matting/edge-prior.ts";
import type { MirrorSample } from "../../vision/reflection/reflection-prior.ts";
import type { MirrorEvidence } from "../../vision/reflection/reflection-test.ts";
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
  "test-mirrors": {
    input: MirrorFrame;
    output: readonly (MirrorEvidence | null)[];
  };
  "search-mirrors": {
    input: MirrorFrame & { readonly searches: readonly MirrorSearch[] };
    output: readonly (CandidateCosts | null)[];
  };
  "place-mirrors": {
    input: MirrorFrame & { readonly placings: readonly MirrorPlacing[] };
    output: readonly (PlacedMirror | null)[];
  };
  "sample-mirrors": {
    input: MirrorFrame & { readonly images: readonly MirrorImageInput[] };
    output: readonly (MirrorSample | null)[];
  };
}

/** What does the work of the stage `refine`. */
export const refineTasks: TaskRunners<RefineTasks> = {
  "edge-histograms": edgeHistograms,
  "effect-evidence": effectEvidence,
  "test-mirrors": testMirrors,
  "search-mirrors": searchMirrors,
  "place-mirrors": placeMirrors,
  "sample-mirrors": sampleMirrors,
};
