import { mostPixels } from "./largest-picture.ts";

/** Containers and raw streams that hold their own pictures; no playlists or scripts, which name further files. */
const movieFormats =
  "mov,matroska,avi,mxf,mpegts,mpeg,gif,flv,asf,ogg,nut,ivf,yuv4mpegpipe,gxf,dv,wtv,rm,apng," +
  "h264,hevc,m4v,mpegvideo,av1,obu,vc1,dirac,dnxhd,mjpeg," +
  // Sound alone, to be told that it has no picture.
  "wav,w64,aiff,caf,mp3,aac,flac";

/** Which of a movie's streams is read, and with what. */
export interface MovieStream {
  /** ffmpeg's index within the file. */
  readonly index: number;
  /** Another decoder than ffmpeg's first choice. */
  readonly decoder?: string | undefined;
}

/**
 * What to tell ffmpeg so that a path is a local file and nothing else, whatever it is called: a colon begins no protocol,
 * a dash no option, and the file is read as a movie and leads to no other.
 */
export const ffmpegFileName = (path: string): string => `file:${path}`;

/**
 * ffmpeg's options for reading a movie, see `ffmpegFileName`. They stand before the options of the output.
 *
 * @param stream the first picture when absent
 */
export const movieInput = (path: string, stream?: MovieStream): string[] => [
  "-protocol_whitelist",
  "file,pipe",
  "-format_whitelist",
  movieFormats,
  "-max_pixels",
  String(mostPixels),
  ...(stream?.decoder === undefined ? [] : ["-c:v", stream.decoder]),
  "-i",
  ffmpegFileName(path),
  "-map",
  stream === undefined ? "0:V:0" : `0:${stream.index}`,
];
