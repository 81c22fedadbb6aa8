import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { LaminaError } from "../../../src/errors/failure.ts";
import {
  type ClipDescriptor,
  describeClip,
  readDeepFrame,
  readFrame,
} from "../../../src/media/clip.ts";
import { probeSource } from "../../../src/media/probe-source.ts";
import type { SourceDescription } from "../../../src/media/source-description.ts";
import { imageKinds } from "./image-kinds.ts";
import type { Kind } from "./kind.ts";
import { movieKinds } from "./movie-kinds.ts";

const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
/** Runs of ffmpeg at the same time. */
const AT_ONCE = 2;

/** Runs ffmpeg in a folder. */
function runFfmpeg(folder: string, args: readonly string[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["-v", "error", "-nostdin", "-y", ...args], {
      cwd: folder,
    });
    const output: Buffer[] = [];
    let messages = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => (messages += chunk.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(Buffer.concat(output));
      else reject(new Error(`ffmpeg ${args.join(" ")}: ${messages}`));
    });
  });
}

/** What a kind is found to be; `refused` with the sentence where it cannot be read at all. */
async function probe(
  file: string,
  kind: Kind,
): Promise<{ verdict: string; said: string; found?: SourceDescription }> {
  try {
    const { description } = await probeSource(file, kind.choices ?? {});
    const { verdict } = description;
    const said = "sentences" in verdict ? verdict.sentences.join(" ") : "";
    return { verdict: verdict.kind, said, found: description };
  } catch (error) {
    if (!(error instanceof LaminaError)) throw error;
    return { verdict: "refused", said: error.message };
  }
}

/** The frames as ffmpeg itself gives them with the accurate flags. */
const referenceFrames = (
  folder: string,
  file: string,
  found: SourceDescription,
): Promise<Buffer> => {
  const { width, height, matrix } = found;
  const taken = found.streams.find(({ isTaken }) => isTaken)?.index ?? 0;
  // prettier-ignore
  return runFfmpeg(folder, ["-i", `file:${file}`, "-map", `0:${taken}`, "-fps_mode", "passthrough",
    "-vf", `scale=${width}:${height}:in_color_matrix=${matrix}:out_range=pc:flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact,format=${found.bits > 8 ? "rgb48le" : "rgb24"}`,
    "-f", "rawvideo", "-"]);
};

/** The first and the last image, as ffmpeg itself decodes them; 8 bits are the upper ones of 16. */
async function checkImages(
  clip: ClipDescriptor & { readonly kind: "images" },
  { name }: Kind,
  folder: string,
): Promise<void> {
  const isDeep = clip.bits === 16;
  for (const t of [0, clip.frameCount - 1]) {
    // prettier-ignore
    const expected = await runFfmpeg(folder, ["-f", "image2", "-pattern_type", "none", "-i", `file:${clip.files[t]!}`, "-f", "rawvideo",
      "-pix_fmt", isDeep ? "rgb48le" : "rgb24", "-"]);
    const frame = isDeep
      ? Buffer.from((await readDeepFrame(clip, t)).buffer)
      : Buffer.from(await readFrame(clip, t));
    assert.ok(frame.equals(expected), `${name}: frame ${t + 1} differs`);
  }
}

async function checkKind(kind: Kind, folder: string): Promise<void> {
  const file = await kind.make({
    folder,
    ffmpeg: async (...args) => {
      await runFfmpeg(folder, args);
    },
  });
  const source = path.join(folder, file);
  const { verdict, said, found } = await probe(source, kind);
  assert.equal(verdict, kind.verdict, `${kind.name}: ${verdict}. ${said}`);
  assert.ok(said.includes(kind.says ?? ""), `${kind.name}: ${said}`);
  if (kind.facts !== undefined)
    assert.deepEqual(kind.facts(found!), kind.expected, kind.name);
  if (kind.refusal !== undefined) {
    const looked = describeClip(source, {
      ...kind.choices,
      workFolder: path.join(folder, "work"),
    });
    await assert.rejects(looked, new RegExp(kind.refusal), kind.name);
  }
  if (kind.frames === undefined) return;
  const clip = await describeClip(source, {
    ...kind.choices,
    bits: "auto",
    workFolder: path.join(folder, "work"),
  });
  assert.equal(clip.frameCount, kind.frames, kind.name);
  if (clip.kind === "images") {
    await checkImages(clip, kind, folder);
    return;
  }
  const reference = await referenceFrames(folder, file, found!);
  const isDeep = clip.bits === 16;
  assert.equal(isDeep, found!.bits > 8, kind.name);
  const frameBytes = clip.width * clip.height * (isDeep ? 6 : 3);
  assert.equal(reference.length, kind.frames * frameBytes, kind.name);
  for (let t = 0; t < kind.frames; t++) {
    const expected = reference.subarray(t * frameBytes, (t + 1) * frameBytes);
    const frame = isDeep
      ? Buffer.from((await readDeepFrame(clip, t)).buffer)
      : Buffer.from(await readFrame(clip, t));
    assert.ok(frame.equals(expected), `${kind.name}: frame ${t + 1} differs`);
  }
}

const kinds = [...movieKinds, ...imageKinds];

describe("kinds of input", function () {
  let folder = "";
  /** What came of each kind, in their order; two are at work at a time. */
  const results: Promise<"missing" | "checked">[] = [];
  before(async function () {
    const known = spawnSync(program, ["-v", "error", "-encoders"]);
    if (known.status !== 0) this.skip();
    const encoders = known.stdout.toString();
    folder = await mkdtemp(path.join(os.tmpdir(), "lamina-corpus-"));
    const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve());
    for (const [index, kind] of kinds.entries()) {
      const check = async (): Promise<"missing" | "checked"> => {
        const { needs } = kind;
        if (needs !== undefined && !encoders.includes(` ${needs} `))
          return "missing";
        const own = path.join(folder, String(index));
        await mkdir(own);
        await checkKind(kind, own);
        return "checked";
      };
      const result = lanes[index % AT_ONCE]!.then(check);
      results.push(result);
      lanes[index % AT_ONCE] = result.then(
        () => undefined,
        () => undefined,
      );
    }
  });
  after(async () => {
    await Promise.allSettled(results);
    await rm(folder, { recursive: true, force: true });
  });

  for (const [index, { name, flags, verdict }] of kinds.entries())
    it(`${name}${flags === undefined ? "" : ` (${flags})`}: ${verdict}`, async function () {
      if ((await results[index]) === "missing") this.skip();
    });
});
