import {
  copyFile,
  mkdir,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { pattern } from "../sample-images.ts";
import type { Kind, KindTools } from "./kind.ts";

/** Writes frames of moving things under the given names, into the folder `clip`; two files or more. */
const named =
  (names: readonly string[], options = "", size = "32x32") =>
  async ({ folder, ffmpeg }: KindTools): Promise<string> => {
    const clip = path.join(folder, "clip");
    await mkdir(clip);
    const ending = path.extname(names[0]!).toLowerCase();
    // prettier-ignore
    await ffmpeg("-f", "lavfi", "-i", `testsrc2=size=${size}:rate=25,trim=end_frame=${names.length}`,
      ...options.split(" ").filter(Boolean), "-start_number", "0", `clip/made%d${ending}`);
    for (const [k, name] of names.entries())
      await rename(path.join(clip, `made${k}${ending}`), path.join(clip, name));
    return "clip";
  };

const numbered = (
  numbers: readonly number[],
  name: (number: number) => string,
): string[] => numbers.map(name);
const padded = (number: number): string => String(number).padStart(5, "0");
const few = [1, 2, 3, 4];
const exact = { verdict: "exact", frames: 4 } as const;

/** Four images with the given ending. */
const sequence = (ending: string, options: string): Kind["make"] =>
  named(
    numbered(few, (n) => padded(n) + ending),
    options,
  );

/** Four images of which the third ends too early. */
const cutShort =
  (ending: string, options: string): Kind["make"] =>
  async (tools) => {
    const clip = await sequence(ending, options)(tools);
    const file = path.join(tools.folder, clip, padded(3) + ending);
    const { size } = await stat(file);
    await truncate(file, Math.floor(size / 2));
    return clip;
  };

/** Sequences of images as programs leave them. */
export const imageKinds: readonly Kind[] = [
  {
    name: "PNG sequence",
    ...exact,
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-pix_fmt rgb24",
    ),
  },
  {
    name: "JPEG sequence",
    verdict: "exact",
    make: named(
      numbered(few, (n) => `${padded(n)}.jpg`),
      "-q:v 2",
    ),
  },
  {
    name: "grey PNG sequence",
    ...exact,
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-pix_fmt gray",
    ),
  },
  {
    name: "PNG sequence with a palette",
    verdict: "exact",
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-pix_fmt pal8",
    ),
  },
  {
    name: "PNG sequence of 16 bits",
    ...exact,
    facts: ({ bits }) => bits,
    expected: 16,
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-pix_fmt rgb48be",
    ),
  },
  {
    name: "upper-case endings",
    ...exact,
    make: named(
      numbered(few, (n) => `SHOT_${padded(n)}.PNG`),
      "-pix_fmt rgb24",
    ),
  },
  {
    name: "numbers that are not padded",
    ...exact,
    make: named(
      numbered([8, 9, 10, 11], (n) => `frame${n}.png`),
      "-pix_fmt rgb24",
    ),
  },
  {
    name: "a big first number",
    ...exact,
    make: named(
      numbered([86400, 86401, 86402, 86403], (n) => `take2_${n}.v3.png`),
      "-pix_fmt rgb24",
    ),
  },
  {
    name: "numbers below zero",
    ...exact,
    make: named(
      numbered([-2, -1, 0, 1], (n) => `frame_${n}.png`),
      "-pix_fmt rgb24",
    ),
  },
  {
    name: "missing numbers",
    verdict: "refused",
    says: "numbers 3, 5, 6",
    make: named(numbered([1, 2, 4, 7], (n) => `${padded(n)}.png`)),
  },
  {
    name: "missing numbers, held",
    flags: "--allow-gaps",
    choices: { allowGaps: true },
    verdict: "conformed",
    says: "3, 5, 6 are missing",
    facts: ({ times }) => times.frames,
    expected: 7,
    make: named(numbered([1, 2, 4, 7], (n) => `${padded(n)}.png`)),
  },
  {
    name: "PNG and JPEG in one folder",
    verdict: "refused",
    says: "images of two kinds",
    make: async (tools) => {
      const clip = await named(["1.png", "2.png"])(tools);
      await tools.ffmpeg("-i", "clip/1.png", "clip/1.jpg");
      return clip;
    },
  },
  {
    name: "a number twice",
    verdict: "refused",
    says: "number 2 twice",
    make: named(["1.png", "2.png", "02.png"]),
  },
  {
    name: "an image that does not belong to the sequence",
    verdict: "refused",
    says: "cover.png does not belong",
    make: named(["1.png", "2.png", "cover.png"]),
  },
  {
    name: "what systems leave in folders",
    ...exact,
    make: async (tools) => {
      const clip = await named(
        numbered(few, (n) => `${padded(n)}.png`),
        "-pix_fmt rgb24",
      )(tools);
      const at = path.join(tools.folder, clip);
      for (const name of [".DS_Store", "Thumbs.db", "._00001.png", "notes.txt"])
        await writeFile(path.join(at, name), "x");
      return clip;
    },
  },
  {
    name: "transparent PNG sequence",
    verdict: "conformed",
    says: "transparent parts (straight colours)",
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-vf format=rgba,colorchannelmixer=aa=0.5",
    ),
  },
  {
    name: "PNG sequence with an opaque alpha channel",
    verdict: "exact",
    facts: ({ hasAlpha }) => hasAlpha,
    expected: true,
    make: named(
      numbered(few, (n) => `${padded(n)}.png`),
      "-pix_fmt rgba",
    ),
  },
  {
    name: "images of two sizes",
    verdict: "refused",
    says: "the frames before it are",
    make: async (tools) => {
      const clip = await named(["1.png", "2.png"])(tools);
      await tools.ffmpeg(
        "-i",
        "clip/1.png",
        "-vf",
        "scale=16:16",
        "clip/3.png",
      );
      return clip;
    },
  },
  {
    name: "what is only called PNG",
    verdict: "refused",
    says: "whatever its name says",
    make: async (tools) => {
      const clip = await named(["1.png", "2.png"])(tools);
      const at = (name: string): string => path.join(tools.folder, clip, name);
      await rm(at("2.png"));
      await copyFile(new URL(import.meta.url), at("2.png"));
      return clip;
    },
  },
  {
    name: "an empty folder",
    verdict: "refused",
    says: "holds no",
    make: async ({ folder }) => {
      await mkdir(path.join(folder, "clip"));
      return "clip";
    },
  },
  ...["8", "16"].map((bits): Kind => ({
    name: `TIFF sequence of ${bits} bits`,
    ...exact,
    facts: (found) => found.bits,
    expected: Number(bits),
    make: sequence(
      ".tif",
      bits === "8" ? "-pix_fmt rgb24" : "-pix_fmt rgb48le",
    ),
  })),
  {
    name: "TIFF sequence, compressed",
    ...exact,
    make: sequence(".tiff", "-pix_fmt rgb24 -compression_algo lzw"),
  },
  {
    name: "TIFF sequence, cut off",
    verdict: "refused",
    says: "damaged or cut off",
    make: cutShort(".tif", "-pix_fmt rgb24 -compression_algo deflate"),
  },
  {
    name: "Targa sequence",
    ...exact,
    make: sequence(".tga", "-pix_fmt bgr24"),
  },
  {
    name: "Targa sequence, grey",
    ...exact,
    make: sequence(".TGA", "-pix_fmt gray"),
  },
  {
    name: "transparent Targa sequence",
    verdict: "conformed",
    says: "transparent parts (straight colours)",
    make: sequence(".tga", "-vf format=bgra,colorchannelmixer=aa=0.5"),
  },
  {
    name: "what is only called Targa",
    verdict: "refused",
    says: "whatever its name says",
    make: async ({ folder }) => {
      await mkdir(path.join(folder, "clip"));
      const to = path.join(folder, "clip", "1.tga");
      await copyFile(new URL(import.meta.url), to);
      return "clip";
    },
  },
  {
    name: "WebP sequence, lossless",
    ...exact,
    needs: "libwebp",
    make: sequence(".webp", "-c:v libwebp -lossless 1 -pix_fmt bgra"),
  },
  {
    name: "WebP sequence",
    verdict: "exact",
    needs: "libwebp",
    make: sequence(".webp", "-c:v libwebp -pix_fmt yuv420p"),
  },
  {
    name: "an animated WebP",
    verdict: "refused",
    says: "holds 3 pictures",
    make: async ({ folder }) => {
      const raw = {
        width: 32,
        height: 96,
        channels: 3,
        pageHeight: 32,
      } as const;
      const frames = pattern(32, 96);
      await sharp(frames, { raw }).webp().toFile(path.join(folder, "a.webp"));
      return "a.webp";
    },
  },
  ...[8, 10].map((bits): Kind => ({
    name: `AVIF sequence of ${bits} bits`,
    verdict: "exact",
    needs: "libaom-av1",
    facts: (found) => found.bits,
    expected: bits,
    make: async (tools) => {
      await mkdir(path.join(tools.folder, "clip"));
      const format = bits === 8 ? "yuv444p" : "yuv444p10le";
      for (const n of [1, 2])
        // prettier-ignore
        await tools.ffmpeg("-f", "lavfi", "-i", `testsrc2=size=32x32,trim=start_frame=${n}:end_frame=${n + 1}`, "-frames:v", "1",
          "-c:v", "libaom-av1", "-still-picture", "1", "-cpu-used", "8", "-pix_fmt", format, `clip/${n}.avif`);
      return "clip";
    },
  })),
  ...[
    ["8", "rgb24"],
    ["10", "gbrp10be"],
    ["12", "gbrp12be"],
    ["16", "rgb48be"],
  ].map(([bits, format]): Kind => ({
    name: `DPX sequence of ${bits} bits`,
    ...exact,
    facts: (found) => found.bits,
    expected: Number(bits),
    make: sequence(".dpx", `-pix_fmt ${format}`),
  })),
  {
    name: "DPX sequence, cut off",
    verdict: "exact",
    refusal: "is damaged",
    make: cutShort(".dpx", "-pix_fmt gbrp10be"),
  },
  ...["half", "float"].map((format): Kind => ({
    name: `OpenEXR sequence, ${format}`,
    verdict: format === "half" ? "conformed" : "warned",
    says: "codes of the curve ACEScct",
    facts: ({ bits, colour }) => [bits, colour.transfer],
    expected: [format === "half" ? 16 : 32, "linear"],
    make: sequence(
      ".exr",
      `-pix_fmt gbrpf32le -format ${format} -compression zip16`,
    ),
  })),
  {
    name: "OpenEXR sequence brighter than the curve",
    verdict: "warned",
    says: "outside what that curve holds",
    make: async ({ folder, ffmpeg }) => {
      await mkdir(path.join(folder, "clip"));
      // A raw picture, because filters cut floats to 0 to 1.
      const light = new Float32Array(3 * 32 * 32).fill(0.18);
      light[5] = 1000;
      await writeFile(path.join(folder, "raw"), new Uint8Array(light.buffer));
      for (const n of [1, 2])
        // prettier-ignore
        await ffmpeg("-f", "rawvideo", "-pix_fmt", "gbrpf32le", "-s", "32x32", "-i", "raw", "-format", "half", `clip/${n}.exr`);
      return "clip";
    },
  },
];
