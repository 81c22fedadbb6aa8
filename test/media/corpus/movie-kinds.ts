import { frameRate } from "../../../src/units/frame-rate.ts";
import type { Kind, KindTools } from "./kind.ts";

/** Five frames in which everything moves. */
const moving = (size = "32x32", rate = "25", frames = 5): string[] => [
  "-f",
  "lavfi",
  "-i",
  `testsrc2=size=${size}:rate=${rate},trim=end_frame=${frames}`,
];

const tagged709 =
  "-colorspace bt709 -color_primaries bt709 -color_trc bt709 -color_range tv";
const x264 = "-c:v libx264 -preset ultrafast -qp 8 -pix_fmt yuv420p";

/** A movie that one run of ffmpeg makes of moving frames. */
const encoded =
  (file: string, options: string, ...source: string[]) =>
  async ({ ffmpeg }: KindTools): Promise<string> => {
    const input = source.length > 0 ? source : moving();
    await ffmpeg(...input, ...options.split(" ").filter(Boolean), file);
    return file;
  };

/** Another movie made of one. */
const remade =
  (from: Kind["make"], file: string, before: string, after: string) =>
  async (tools: KindTools): Promise<string> => {
    const source = await from(tools);
    const words = (text: string): string[] => text.split(" ").filter(Boolean);
    await tools.ffmpeg(...words(before), "-i", source, ...words(after), file);
    return file;
  };

/** Interlaced frames: fields of a movie with twice the rate. */
const fieldsOf = (first: "top" | "bottom"): string =>
  `-vf tinterlace=interleave_${first},fieldorder=${first === "top" ? "tff" : "bff"}`;
const mpeg2Fields = (first: "top" | "bottom"): string =>
  `${fieldsOf(first)} -c:v mpeg2video -qscale:v 2 -g 1 -flags +ildct+ilme -top ${first === "top" ? 1 : 0}`;
const bars = (): string[] => [
  "-f",
  "lavfi",
  "-i",
  "testsrc=size=64x64:rate=50,trim=end_frame=16,scroll=h=.05",
];

const plainMp4 = encoded("a.mp4", `${x264} ${tagged709}`);
const frames5 = { frames: 5, verdict: "exact" } as const;

const coded: readonly Kind[] = [
  {
    name: "H.264 4:2:0, tagged BT.709",
    ...frames5,
    facts: ({ bits, matrix, colour }) => [bits, matrix, colour.matrix],
    expected: [8, "auto", "bt709"],
    make: plainMp4,
  },
  {
    name: "H.264 with B-frames",
    verdict: "exact",
    make: encoded("a.mp4", "-c:v libx264 -bf 2 -b_strategy 0 -pix_fmt yuv420p"),
  },
  {
    name: "H.264 full range",
    ...frames5,
    facts: ({ colour }) => colour.range,
    expected: "pc",
    make: encoded("a.mp4", `${x264} -vf scale=out_range=pc -color_range pc`),
  },
  {
    name: "H.264 4:4:4",
    ...frames5,
    make: encoded("a.mp4", "-c:v libx264 -qp 0 -pix_fmt yuv444p"),
  },
  {
    name: "H.264 untagged, standard definition",
    verdict: "exact",
    facts: ({ matrix }) => matrix,
    expected: "bt601",
    make: encoded("a.mp4", x264),
  },
  {
    name: "H.264 untagged, 1280 wide and low",
    verdict: "exact",
    facts: ({ matrix }) => matrix,
    expected: "bt709",
    make: encoded("a.mp4", x264, ...moving("1280x16", "25", 2)),
  },
  {
    name: "the same, turned",
    verdict: "exact",
    facts: ({ matrix }) => matrix,
    expected: "bt709",
    make: encoded("a.mp4", x264, ...moving("16x1280", "25", 2)),
  },
  {
    name: "H.264 untagged, made with BT.709",
    flags: "--matrix bt709",
    choices: { matrix: "bt709" },
    verdict: "exact",
    facts: ({ matrix }) => matrix,
    expected: "bt709",
    make: encoded("a.mp4", x264),
  },
  {
    name: "MPEG-4 in AVI",
    verdict: "exact",
    make: encoded("a.avi", "-c:v mpeg4 -q:v 2"),
  },
  {
    name: "MPEG-2 in a transport stream",
    verdict: "exact",
    make: encoded("a.ts", "-c:v mpeg2video -q:v 2"),
  },
  {
    name: "MPEG-2 4:2:2 in MXF",
    ...frames5,
    make: encoded(
      "a.mxf",
      "-c:v mpeg2video -q:v 2 -pix_fmt yuv422p -g 1",
      ...moving("64x64"),
    ),
  },
  {
    name: "Motion JPEG in AVI",
    ...frames5,
    make: encoded("a.avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p"),
  },
  {
    name: "Windows Media",
    verdict: "exact",
    make: encoded("a.wmv", "-c:v wmv2 -q:v 2"),
  },
  {
    name: "Flash video",
    verdict: "exact",
    make: encoded("a.flv", "-c:v flv1 -q:v 2"),
  },
  {
    name: "VP8",
    verdict: "exact",
    needs: "libvpx",
    make: encoded("a.webm", "-c:v libvpx -b:v 1M -deadline realtime"),
  },
  {
    name: "VP9",
    ...frames5,
    needs: "libvpx-vp9",
    make: encoded("a.webm", "-c:v libvpx-vp9 -lossless 1 -deadline realtime"),
  },
  {
    name: "AV1",
    verdict: "exact",
    needs: "libaom-av1",
    make: encoded(
      "a.mkv",
      "-c:v libaom-av1 -cpu-used 8 -usage realtime -crf 20",
    ),
  },
  {
    name: "FFV1 RGB",
    ...frames5,
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt bgr0"),
  },
  {
    name: "FFV1 4:1:1",
    ...frames5,
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt yuv411p"),
  },
  {
    name: "FFV1 grey",
    ...frames5,
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt gray"),
  },
  {
    name: "QuickTime Animation",
    verdict: "exact",
    make: encoded("a.mov", "-c:v qtrle -pix_fmt rgb24"),
  },
  {
    name: "PNG in QuickTime",
    verdict: "exact",
    make: encoded("a.mov", "-c:v png -pix_fmt rgb24"),
  },
  {
    name: "DV PAL",
    verdict: "refused",
    says: "interlaced, bottom field first",
    facts: ({ fields, pixelAspect }) => [fields, pixelAspect],
    expected: ["bottom", { numerator: 16, denominator: 15 }],
    make: encoded(
      "a.dv",
      "-c:v dvvideo -pix_fmt yuv420p",
      ...moving("720x576", "25", 5),
    ),
  },
  {
    name: "HEVC 8-bit",
    verdict: "exact",
    needs: "libx265",
    make: encoded(
      "a.mp4",
      "-c:v libx265 -preset ultrafast -x265-params log-level=0 -pix_fmt yuv420p",
      ...moving("64x64"),
    ),
  },
];

const timed: readonly Kind[] = [
  {
    name: "23.976 frames a second in Matroska",
    ...frames5,
    facts: ({ frameRate }) => frameRate,
    expected: frameRate(24000, 1001),
    make: encoded("a.mkv", x264, ...moving("32x32", "24000/1001")),
  },
  {
    name: "59.94 frames a second",
    verdict: "exact",
    facts: ({ frameRate }) => frameRate,
    expected: frameRate(60000, 1001),
    make: encoded("a.mov", x264, ...moving("32x32", "60000/1001")),
  },
  {
    name: "50 frames a second",
    verdict: "exact",
    facts: ({ frameRate }) => frameRate,
    expected: frameRate(50, 1),
    make: encoded("a.mp4", x264, ...moving("32x32", "50")),
  },
  {
    name: "beginning at one second",
    ...frames5,
    make: remade(plainMp4, "b.mp4", "", "-c copy -output_ts_offset 1"),
  },
  {
    name: "cut by an edit list",
    verdict: "exact",
    frames: 3,
    facts: ({ times }) => [times.isEdited, times.codedFrames, times.frames],
    expected: [true, 5, 3],
    make: remade(plainMp4, "b.mp4", "-ss 0.08", "-c copy"),
  },
  {
    name: "with longer sound",
    ...frames5,
    make: encoded(
      "a.mov",
      `${x264} -c:a pcm_s16le`,
      ...moving(),
      "-f",
      "lavfi",
      "-i",
      "sine=duration=1",
    ),
  },
  {
    name: "with shorter sound",
    verdict: "exact",
    make: encoded(
      "a.mkv",
      `${x264} -c:a pcm_s16le`,
      ...moving(),
      "-f",
      "lavfi",
      "-i",
      "sine=duration=0.05",
    ),
  },
  {
    name: "a varying rate in MP4, as phones write it",
    verdict: "conformed",
    says: "frame rate varies",
    facts: ({ frameRate, times }) => [frameRate, times.isSteady, times.seconds],
    expected: [frameRate(25, 2), false, 0.8],
    make: encoded(
      "a.mp4",
      `${x264} -vf select=not(mod(n\\,7))+not(mod(n\\,2)) -vsync vfr`,
      ...moving("32x32", "25", 19),
    ),
  },
  {
    name: "a varying rate in Matroska",
    verdict: "conformed",
    says: "frame rate varies",
    make: encoded(
      "a.mkv",
      `${x264} -vf settb=1/1000,setpts=N*30+mod(N*N\\,5)*9 -vsync passthrough -enc_time_base 1/1000`,
      ...moving("32x32", "25", 12),
    ),
  },
  {
    name: "a varying rate, wanted at 24",
    flags: "--fps 24",
    choices: { frameRate: frameRate(24, 1) },
    verdict: "conformed",
    says: "shown at 24",
    make: encoded(
      "a.mp4",
      `${x264} -vf select=not(mod(n\\,7))+not(mod(n\\,2)) -vsync vfr`,
      ...moving("32x32", "25", 19),
    ),
  },
  {
    name: "GIF at a constant rate",
    ...frames5,
    make: encoded("a.gif", ""),
  },
  {
    name: "GIF at a varying rate",
    verdict: "conformed",
    says: "frame rate varies",
    make: encoded(
      "a.gif",
      "-vf settb=1/100,setpts=N*3+mod(N*N\\,3)*2 -vsync passthrough -enc_time_base 1/100",
      ...moving("32x32", "25", 9),
    ),
  },
  {
    name: "timecode",
    verdict: "exact",
    facts: ({ timecode }) => timecode,
    expected: { text: "10:00:00:00", isDropFrame: false },
    make: encoded("a.mov", `${x264} -timecode 10:00:00:00`),
  },
  {
    name: "drop-frame timecode",
    verdict: "exact",
    facts: ({ timecode }) => timecode,
    expected: { text: "01:00:00;00", isDropFrame: true },
    make: encoded(
      "a.mov",
      `${x264} -timecode 01:00:00;00`,
      ...moving("32x32", "30000/1001"),
    ),
  },
];

const shaped: readonly Kind[] = [
  {
    name: "turned by a phone",
    verdict: "exact",
    frames: 5,
    facts: ({ width, height, rotation }) => [width, height, rotation % 180],
    expected: [32, 48, 90],
    make: remade(
      encoded("a.mp4", `${x264} ${tagged709}`, ...moving("48x32")),
      "b.mp4",
      "",
      "-c copy -metadata:s:v rotate=90",
    ),
  },
  {
    name: "pixels that are not square",
    ...frames5,
    facts: ({ pixelAspect }) => pixelAspect,
    expected: { numerator: 4, denominator: 3 },
    make: encoded("a.mp4", `${x264} -vf setsar=4/3`),
  },
  {
    name: "pixels that are not square, turned",
    verdict: "exact",
    facts: ({ pixelAspect }) => pixelAspect,
    expected: { numerator: 3, denominator: 4 },
    make: remade(
      encoded("a.mp4", `${x264} -vf setsar=4/3`),
      "b.mp4",
      "",
      "-c copy -metadata:s:v rotate=90",
    ),
  },
  {
    name: "odd sizes",
    ...frames5,
    facts: ({ width, height }) => [width, height],
    expected: [33, 31],
    make: encoded("a.mkv", "-vf scale=33:31 -c:v ffv1 -pix_fmt yuv420p"),
  },
  {
    name: "interlaced, top field first",
    verdict: "refused",
    says: "interlaced, top field first",
    make: encoded("a.mxf", mpeg2Fields("top"), ...bars()),
  },
  {
    name: "interlaced, bottom field first",
    verdict: "refused",
    says: "interlaced, bottom field first",
    make: encoded("a.mpg", mpeg2Fields("bottom"), ...bars()),
  },
  {
    name: "interlaced, made whole by bwdif",
    flags: "--fields bwdif",
    choices: { fields: "bwdif" },
    verdict: "conformed",
    says: "by bwdif",
    make: encoded("a.mxf", mpeg2Fields("top"), ...bars()),
  },
  {
    name: "interlaced, top fields alone",
    flags: "--fields top",
    choices: { fields: "top" },
    verdict: "conformed",
    says: "of the top fields",
    make: encoded("a.mxf", mpeg2Fields("top"), ...bars()),
  },
  {
    name: "interlaced, taken as it is",
    flags: "--fields keep",
    choices: { fields: "keep" },
    verdict: "exact",
    make: encoded("a.mxf", mpeg2Fields("top"), ...bars()),
  },
  {
    name: "interlaced, but not flagged",
    verdict: "warned",
    says: "looks interlaced",
    make: encoded(
      "a.mkv",
      `${fieldsOf("top")},setfield=prog -c:v ffv1`,
      ...bars(),
    ),
  },
];

const streamed: readonly Kind[] = [
  {
    name: "two pictures, the second is the default",
    verdict: "warned",
    says: "stream 1 is taken",
    facts: ({ width }) => width,
    expected: 48,
    make: encoded(
      "a.mkv",
      "-map 0 -map 1 -c:v ffv1 -disposition:v:0 0 -disposition:v:1 default",
      ...moving(),
      ...moving("48x32"),
    ),
  },
  {
    name: "a cover picture beside the movie",
    ...frames5,
    make: async ({ ffmpeg }) => {
      await ffmpeg(...moving("16x16", "25", 1), "cover.png");
      // prettier-ignore
      await ffmpeg("-i", "cover.png", ...moving(), "-map", "0", "-map", "1", "-c:v:0", "png", "-c:v:1", "libx264",
        "-pix_fmt:v:1", "yuv420p", "-disposition:v:0", "attached_pic", "a.mp4");
      return "a.mp4";
    },
  },
  {
    name: "sound alone",
    verdict: "refused",
    says: "no video stream",
    make: encoded("a.wav", "", "-f", "lavfi", "-i", "sine=duration=0.1"),
  },
  {
    name: "WebM with alpha",
    verdict: "conformed",
    says: "transparent parts (straight colours)",
    needs: "libvpx-vp9",
    facts: ({ hasAlpha }) => hasAlpha,
    expected: true,
    make: encoded(
      "a.webm",
      "-vf format=yuva420p,colorchannelmixer=aa=0.3 -c:v libvpx-vp9 -pix_fmt yuva420p -auto-alt-ref 0 -deadline realtime",
    ),
  },
  {
    name: "QuickTime Animation with alpha",
    verdict: "conformed",
    says: "transparent parts (straight colours)",
    make: encoded(
      "a.mov",
      "-vf format=argb,colorchannelmixer=aa=0.5 -c:v qtrle",
    ),
  },
  {
    name: "an alpha channel that is opaque",
    verdict: "exact",
    facts: ({ hasAlpha }) => hasAlpha,
    expected: true,
    make: encoded("a.mov", "-c:v qtrle -pix_fmt argb"),
  },
  {
    name: "a name that looks like a protocol",
    verdict: "exact",
    make: async ({ ffmpeg }) => {
      await ffmpeg(
        ...moving(),
        "-c:v",
        "ffv1",
        "-f",
        "matroska",
        "file:shot-12:30.mkv",
      );
      return "shot-12:30.mkv";
    },
  },
  {
    name: "a name with %, #, quotes and an emoji",
    ...frames5,
    make: async ({ ffmpeg }) => {
      const file = "50% #1 'a' \"b\" 🎬.mkv";
      await ffmpeg(...moving(), "-c:v", "ffv1", `file:${file}`);
      return file;
    },
  },
  {
    name: "a name of two lines",
    ...frames5,
    make: async ({ ffmpeg }) => {
      const file = "Input #0:\nDuration: N.mkv";
      await ffmpeg(...moving(), "-c:v", "ffv1", `file:${file}`);
      return file;
    },
  },
];

const deep: readonly Kind[] = [
  {
    name: "HLG, HEVC 10-bit",
    ...frames5,
    needs: "libx265",
    facts: ({ bits, colour }) => [bits, colour],
    expected: [
      10,
      {
        range: "tv",
        primaries: "bt2020",
        transfer: "arib-std-b67",
        matrix: "bt2020nc",
      },
    ],
    make: encoded(
      "a.mov",
      "-c:v libx265 -preset ultrafast -x265-params log-level=0:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc -pix_fmt yuv420p10le -tag:v hvc1",
      ...moving("64x64"),
    ),
  },
  {
    name: "PQ, FFV1 10-bit",
    ...frames5,
    facts: ({ bits, colour }) => [bits, colour.transfer],
    expected: [10, "smpte2084"],
    make: encoded(
      "a.mkv",
      "-c:v ffv1 -pix_fmt yuv422p10le -colorspace bt2020nc -color_primaries bt2020 -color_trc smpte2084 -color_range tv",
    ),
  },
  {
    name: "ProRes 422 HQ",
    ...frames5,
    facts: ({ bits }) => bits,
    expected: 10,
    make: encoded("a.mov", "-c:v prores_ks -profile:v 3", ...moving("64x64")),
  },
  {
    name: "H.264 10-bit",
    verdict: "exact",
    facts: ({ bits }) => bits,
    expected: 10,
    make: encoded(
      "a.mp4",
      "-c:v libx264 -preset ultrafast -pix_fmt yuv422p10le",
    ),
  },
  {
    name: "FFV1 12-bit",
    ...frames5,
    facts: ({ bits }) => bits,
    expected: 12,
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt yuv444p12le"),
  },
  {
    name: "FFV1 RGB 16-bit",
    ...frames5,
    facts: ({ bits }) => bits,
    expected: 16,
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt rgb48le"),
  },
  {
    name: "10-bit, written with 8",
    flags: "--format png8",
    choices: { bits: 8 },
    verdict: "warned",
    says: "has 10 bits a sample; its layers have 8",
    make: encoded("a.mkv", "-c:v ffv1 -pix_fmt yuv420p10le"),
  },
];

/** Movies as editors have them. */
export const movieKinds: readonly Kind[] = [
  ...coded,
  ...timed,
  ...shaped,
  ...streamed,
  ...deep,
];
