/// <reference types="types-for-adobe/Premiere/24.0" />

// What Premiere has and `types-for-adobe` does not declare.

interface FootageInterpretation {
  /** 0 none, 1 straight, 2 premultiplied, 3 ignored. */
  alphaUsage: number;
  frameRate: number;
  pixelAspectRatio: number;
}

interface Time {
  readonly seconds: number;
  ticks: string;
}

interface Project {
  createNewSequenceFromClips(
    name: string,
    items: ProjectItem[],
    bin: ProjectItem,
  ): Sequence | 0;
}

interface ProjectItem {
  /** A copy; it takes effect through `setFootageInterpretation`. */
  getFootageInterpretation(): FootageInterpretation;
  setFootageInterpretation(interpretation: FootageInterpretation): boolean;
  isOffline(): boolean;
  isMulticamClip?(): boolean;
}

/** The undocumented interface that appears after `app.enableQE()`. */
declare const qe: {
  readonly project: {
    getActiveSequence(): {
      addTracks(
        videoTracks: number,
        videoIndex: number,
        audioTracks: number,
        audioType: number,
        audioIndex: number,
        submixTracks: number,
        submixType: number,
        submixIndex: number,
      ): boolean;
      removeVideoTrack(index: number): boolean;
      getVideoTrackAt(index: number): { setName(name: string): void };
    };
  };
};

interface ReadonlyArray<T> {
  readonly [n: number]: T;
  readonly length: number;
}
