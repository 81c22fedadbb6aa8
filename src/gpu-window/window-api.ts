import type { StrategyForms } from "../autodiff/strategy.ts";
import type { Failure } from "../errors/failure-codes.ts";
import type { AssociationData } from "../vision/association/association-data.ts";
import type {
  AssociationResult,
  AssociationSettings,
} from "../training/train-association.ts";
import type { Size } from "../units/size.ts";
import type { FormTiming } from "../training/tune.ts";

/** Backends inside the window. */
export type WindowBackend = "wasm" | "webgpu";

/** What the browser says of its graphics adapter. */
export interface AdapterFacts {
  readonly vendor: string;
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** A processor that plays the GPU. */
  readonly software: boolean;
  /** Limits that decide what can run, by their name in WebGPU; bytes or counts. */
  readonly limits: Readonly<Record<string, number>>;
}

/** How training in the window is to run. */
export interface WindowRun {
  readonly backend: WindowBackend;
  /** Operator forms found best on this adapter; the strategy's own where absent. */
  readonly forms?: StrategyForms;
}

/** What a call gives, or the failure it met. Anything else that is thrown is a bug. */
export type WindowAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: Failure };

/** What a training step costs. */
interface StepCost {
  readonly millisecondsPerStep: number;
  /** Compute dispatches of one step; 0 off the GPU. */
  readonly dispatchesPerStep: number;
}

/** What the owner may ask of the window. */
export interface WindowApi {
  /** The adapter; null where the browser has none. */
  adapter(): Promise<AdapterFacts | null>;
  /** Losses of the start-up parity steps. */
  parityLosses(run: WindowRun): Promise<WindowAnswer<readonly number[]>>;
  /** Times the operator forms, the best first. */
  tune(): Promise<WindowAnswer<readonly FormTiming[]>>;
  /** Times training steps of a clip of the usual size. */
  timeSteps(run: WindowRun, steps: number): Promise<WindowAnswer<StepCost>>;
  /** Trains; reports through `OwnerApi` meanwhile. */
  train(
    run: WindowRun,
    data: AssociationData,
    settings: AssociationSettings,
    checkpoint: Uint8Array | null,
    previewFrame: number | null,
  ): Promise<WindowAnswer<AssociationResult>>;
  /**
   * Enlarges a background (`vision/background/fixed-upsample.ts`), all numbers as little-endian bytes.
   *
   * @returns `[3, H, W]` of sixteen bits; null where the browser has no GPU
   */
  enlargeBackground(
    frame: Uint8Array,
    size: Size,
    small: Size,
    ratio: Uint8Array,
    offset: Uint8Array,
    taps: Uint8Array,
  ): Promise<Uint8Array | null>;
  /** Gives the data back: the way there and back without any work. */
  echo(data: Uint8Array): Promise<Uint8Array>;
}

/** What the window may tell the owner. */
export interface OwnerApi {
  /** The window lives. */
  beat(): void;
  progress(done: number, total: number, loss: number | null): void;
  /** What has been learnt of the frame that is looked at, `[N,H,W]`. */
  preview(support: Float32Array): void;
  /** Resolves when the checkpoint lies on the disk. */
  saveCheckpoint(bytes: Uint8Array): Promise<void>;
}
