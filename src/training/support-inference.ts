import { evenlySpaced } from "../units/evenly-spaced.ts";
import { buildInference, parametersInput } from "../autodiff/network.ts";
import type {
  AssociationData,
  AssociationDesign,
} from "../vision/association/association-data.ts";
import type {
  AssociationDefinition,
  AssociationShape,
} from "../vision/association/association-definition.ts";
import {
  inputChannels,
  writeNetworkInput,
} from "../vision/association/network-input.ts";
import type { SubjectGeometry } from "../vision/association/subject-geometry.ts";
import type { OnnxRuntime } from "../runtime/onnx-runtime.ts";
import { OnnxSession } from "../runtime/onnx-session.ts";

/** What the network sees of a clip. */
export interface NetworkClip {
  readonly data: AssociationData;
  readonly geometry: SubjectGeometry;
  readonly design: AssociationDesign;
  readonly shape: AssociationShape;
}

/** Asks trained networks where each subject's layer may have alpha. */
export class SupportInference {
  readonly #clip: NetworkClip;
  readonly #calibrator: OnnxSession;
  readonly #network: OnnxSession;
  /** Inputs of the pictures whose statistics normalise a network. */
  readonly #chosen: Float32Array;

  private constructor(
    clip: NetworkClip,
    calibrator: OnnxSession,
    network: OnnxSession,
    chosen: Float32Array,
  ) {
    this.#clip = clip;
    this.#calibrator = calibrator;
    this.#network = network;
    this.#chosen = chosen;
  }

  /**
   * Loads the graphs.
   *
   * @param pictures numbers `t·N + i` of all frames and subjects whose mask is not empty, at least one
   */
  static async load(
    runtime: OnnxRuntime,
    { parameters, calibration, inference }: AssociationDefinition,
    clip: NetworkClip,
    pictures: readonly number[],
  ): Promise<SupportInference> {
    const { strategy } = runtime;
    const load = (graph: typeof inference): Promise<OnnxSession> =>
      OnnxSession.load(runtime, buildInference(parameters, graph, strategy));
    const calibrator = await load(calibration);
    try {
      const chosen = spreadOver(pictures, clip.shape.calibrationPictures);
      return new SupportInference(
        clip,
        calibrator,
        await load(inference),
        networkInputs(clip, chosen),
      );
    } catch (error) {
      await calibrator.dispose();
      throw error;
    }
  }

  /**
   * The support of some pictures, averaged over networks.
   *
   * @param members  parameter vectors
   * @param pictures numbers `t·N + i`
   * @returns        `[pictures, H, W]` in [0, 1]
   * @throws the signal's reason when it is aborted
   */
  async support(
    members: readonly Float32Array[],
    pictures: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    const { height, width, inferencePictures: slots } = this.#clip.shape;
    const area = height * width;
    const support = new Float32Array(pictures.length * area);
    for (const parameters of members) {
      const { normalization } = await this.#calibrator.run({
        [parametersInput]: parameters,
        pictures: this.#chosen,
      });
      for (let at = 0; at < pictures.length; at += slots) {
        signal?.throwIfAborted();
        const batch = pictures.slice(at, at + slots);
        const count = batch.length;
        // The graph takes a fixed number of pictures; what fills it up is not looked at.
        while (batch.length < slots) batch.push(batch[0]!);
        const { support: own } = await this.#network.run({
          [parametersInput]: parameters,
          normalization: normalization!,
          pictures: networkInputs(this.#clip, batch),
        });
        for (let p = 0; p < count * area; p++)
          support[at * area + p]! += own![p]! / members.length;
      }
    }
    return support;
  }

  /** Gives the memory back. */
  async dispose(): Promise<void> {
    await this.#calibrator.dispose();
    await this.#network.dispose();
  }
}

/** Evenly spread choice of `count` of the items. */
const spreadOver = (
  items: readonly number[],
  count: number,
): readonly number[] => evenlySpaced(items.length, count).map((i) => items[i]!);

function networkInputs(
  { data, geometry, design }: NetworkClip,
  pictures: readonly number[],
): Float32Array {
  const { subjectCount, height, width } = data;
  const size = inputChannels(design.flowInput) * height * width;
  const inputs = new Float32Array(pictures.length * size);
  for (const [slot, k] of pictures.entries())
    writeNetworkInput(
      data,
      geometry,
      Math.floor(k / subjectCount),
      k % subjectCount,
      design.flowInput,
      inputs.subarray(slot * size, (slot + 1) * size),
    );
  return inputs;
}
