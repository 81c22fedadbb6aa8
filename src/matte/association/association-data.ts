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

/** What distinguishes one kind of network and training from another; all switches have a measured default. */
export interface AssociationDesign {
  /** Channels of the first level, the others are 2 and 4 times as wide. */
  readonly baseChannels: number;
  /** Adds the residual flow inside the mask to the network's inputs (Lu et al. 2021, section 3.2). */
  readonly flowInput: boolean;
  /** How much of the evidence that a place shows without the subject is subtracted; 0 leaves it out of the graph. */
  readonly ambientWeight: number;
  /** Weight of the temporal consistency of the support; 0 leaves it out of the graph (Lu et al. 2021, eq. 8). */
  readonly temporalWeight: number;
  /** What the support is carried along by from frame to frame. */
  readonly temporalMotion: "flow" | "subject";
}
