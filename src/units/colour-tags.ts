/** What a source says of how its colours are meant, in ffmpeg's names; `unknown` where it does not say. */
export interface ColourTags {
  /** `tv` or `pc`. */
  readonly range: string;
  /** Such as `bt709` or `bt2020`. */
  readonly primaries: string;
  /** Such as `bt709`, `arib-std-b67` (HLG) or `smpte2084` (PQ). */
  readonly transfer: string;
  /** Of luma and chroma, such as `bt709` or `bt2020nc`; `gbr` where there is none. */
  readonly matrix: string;
}
