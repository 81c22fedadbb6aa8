// What goes between the development page and the server behind it, as JSON; the host's own messages have a socket of their own.

/** WebSocket for `openRemoteHost`. */
export const devHostPath = "/dev/host";

/** WebSocket for `PageMessage` and `ServerMessage`. */
export const devProjectPath = "/dev/project";

/** The simulator's project as the page draws it. */
export interface ProjectPicture {
  readonly sequence: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    /** Frames in a second, for the ruler. */
    readonly framesPerSecond: number;
    /** Frames until the last clip ends. */
    readonly frameCount: number;
    /** Bottom to top. */
    readonly tracks: readonly TrackPicture[];
  };
  readonly bins: readonly {
    readonly name: string;
    readonly items: readonly string[];
  }[];
  /** Masks that go with the sample clips, to try. */
  readonly masks: readonly {
    readonly clip: string;
    readonly name: string;
    readonly path: string;
  }[];
}

/** A track of the sequence. */
export interface TrackPicture {
  readonly name: string;
  readonly clips: readonly ClipPicture[];
}

/** A clip on a track; times in frames of the sequence. */
export interface ClipPicture {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly disabled: boolean;
  readonly selected: boolean;
}

/** What the page says. */
export type PageMessage =
  | { readonly kind: "select"; readonly clipIds: readonly string[] }
  /** Asks for the rendered frame of the sequence. */
  | { readonly kind: "render"; readonly frame: number };

/** What the server says. */
export type ServerMessage =
  | { readonly kind: "project"; readonly project: ProjectPicture }
  | {
      readonly kind: "rendered";
      readonly frame: number;
      /** A PNG file in base 64. */
      readonly png: string;
    };
