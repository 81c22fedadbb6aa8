/** A clip as the association network sees it, on the coarse training grid. `T` frames, `N` subjects, `H × W` grid pixels. */
export interface AssociationData {
  readonly frameCount: number;
  readonly subjectCount: number;
  readonly height: number;
  readonly width: number;
  /** `[T,N,H,W]` in [0, 1]: coverage of each grid pixel by the subject's mask; all zero where the subject is not in the frame. */
  readonly mask: Float32Array;
  /** `[T,1,H,W]` ≥ 0, about 0…0.3: how far the frame is from the background beyond its tolerance, mean over channels. */
  readonly evidence: Float32Array;
  /** `[T,2,H,W]` x then y, in grid pixels: optical flow from each frame to the next with the camera's motion removed; 0 in the last. */
  readonly flow: Float32Array;
}

/** Choices of the network and its losses. The reasons are measurements on scenes whose effects are known, over several seeds. */
export interface AssociationDesign {
  /** Channels of the first level, the others are 2 and 4 times as wide. */
  readonly baseChannels: number;
  /**
   * Adds the residual flow inside the mask to the network's inputs (Lu et al. 2021, section 3.2). It tells subjects apart by how they
   * move: two reflections leak .026 into the wrong layer instead of .033, and supports differ less from seed to seed. Costs 2 % of a step.
   */
  readonly flowInput: boolean;
  /**
   * Share of the evidence that a place shows without the subject that is subtracted from what support may explain; 0 leaves it out of the
   * graph. At 1 the support takes .2 % of flickering foliage's evidence instead of 48 %; the price is smoke that hangs where the subject
   * is not yet or no longer (captured evidence .93 instead of .99).
   */
  readonly ambientWeight: number;
  /**
   * Weight of the temporal consistency of the support; 0 leaves it out of the graph (Lu et al. 2021, eq. 8). The network sees each frame
   * through coordinates that travel with the subject and is steady without it: at .1 the support changes 4 % less from frame to frame
   * and leaks as much, at .5 it loses a tenth of the reflections (by flow) or leaks a third more (by subject).
   */
  readonly temporalWeight: number;
  /** What the support is carried along by from frame to frame: the residual flow at each pixel, or the motion of the subject's mask. */
  readonly temporalMotion: "flow" | "subject";
}
