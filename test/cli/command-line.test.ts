import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { type Commands, runCommandLine } from "../../src/cli/command-line.ts";
import { LaminaError } from "../../src/errors/failure.ts";
import { qualities } from "../../src/job-contract/quality.ts";
import type {
  DecomposeRequest,
  JobSummary,
} from "../../src/pipeline/request.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";

const summary: JobSummary = {
  documentPath: "out/layers.json",
  frameCount: 4,
  stages: [{ stage: "read", seconds: 2, cpuSeconds: 3, resumed: false }],
  peakMemoryBytes: 123_000_000,
  recompositionError: 0,
  trainingSteps: 10,
  millisecondsPerStep: 5,
};

/** Runs a command line against the given work and records what it was asked and what was said. */
async function run(
  args: readonly string[],
  work: Partial<Commands> = {},
): Promise<{
  code: number;
  requests: DecomposeRequest[];
  lines: string[];
  errorLines: string[];
}> {
  const requests: DecomposeRequest[] = [];
  const lines: string[] = [];
  const errorLines: string[] = [];
  const code = await runCommandLine(args, {
    version: "1.2.3",
    cacheFolder: "default-cache",
    signal: new AbortController().signal,
    output: {
      line: (text) => lines.push(text),
      errorLine: (text) => errorLines.push(text),
      isTerminal: false,
    },
    commands: {
      sheet: () => Promise.resolve([]),
      subjects: () => Promise.resolve([]),
      probe: () => Promise.resolve(),
      models: {
        list: () => Promise.resolve([]),
        check: () => Promise.resolve(),
        explain: () => Promise.resolve([]),
      },
      cache: {
        show: () => Promise.resolve([]),
        clear: () => Promise.resolve([]),
      },
      farm: {
        work: () => Promise.resolve(),
        submit: () => Promise.resolve(),
        board: () => Promise.resolve(),
        show: () => Promise.resolve([]),
        cancel: () => Promise.resolve(""),
        retry: () => Promise.resolve(""),
        prioritise: () => Promise.resolve(""),
      },
      debug: {
        list: () => Promise.resolve([]),
        draw: () => Promise.resolve([]),
      },
      doctor: () => Promise.resolve(),
      correct: ({ layers, from }) =>
        Promise.resolve([`${layers} ${String(from)}`]),
      timeline: (folder, format) => Promise.resolve(`${folder} ${format}`),
      camera: (folder, options) =>
        Promise.resolve(`${folder} ${JSON.stringify(options)}`),
      uses: {
        render: () => Promise.resolve(),
        addEdit: (folder, edit) =>
          Promise.resolve([folder, JSON.stringify(edit)]),
      },
      demo: () => Promise.resolve(),
      serve: () => Promise.resolve(),
      dev: () => Promise.resolve(),
      ...work,
      decompose: (request, watch) => {
        requests.push(request);
        return work.decompose?.(request, watch) ?? Promise.resolve(summary);
      },
    },
  });
  return { code, requests, lines, errorLines };
}

describe("the command line", () => {
  const at = useTemporaryFolder();

  it("turns options into a request", async () => {
    const { code, requests } = await run(
      // prettier-ignore
      ["decompose", "clip.mov", "--mask", "boy=masks/01", "--mask", "girl=a=b", "--out", "out", "--range", "12-84",
       "--fps", "29.97", "--quality", "best", "--backend", "cpu", "--seed", "7", "--prores", "--parts", "--overwrite", "--cache", "c"],
    );
    assert.equal(code, 0);
    assert.deepEqual(requests, [
      {
        clipPath: "clip.mov",
        subjects: [
          { name: "boy", maskPath: "masks/01" },
          { name: "girl", maskPath: "a=b" },
        ],
        outputPath: "out",
        range: { startInclusive: 11, endExclusive: 84 },
        frameRate: { numerator: 30000, denominator: 1001 },
        quality: "best",
        backend: "cpu",
        seed: 7,
        prores: true,
        partFrames: true,
        overwrite: true,
        cachePath: "c",
      },
    ]);
  });

  it("reads the corners that a camera's path is to be written for", async () => {
    const { lines } = await run(
      "camera out --format ae --at 7 --out pins.txt --corners"
        .split(" ")
        .concat("1,2 3,4.5 -5,6 7,8"),
    );
    assert.deepEqual(lines, [
      'out {"at":7,"format":"ae","out":"pins.txt","corners":[[1,2],[3,4.5],[-5,6],[7,8]]}',
    ]);
    for (const corners of ["1,2 3,4 5,6", "1,2 3,4 5,6 7", "a,b 1,2 3,4 5,6"]) {
      const wrong = await run([
        "camera",
        "out",
        "--format",
        "ae",
        "--out",
        "a",
        "--corners",
        corners,
      ]);
      assert.equal(wrong.code, 2);
    }
  });

  it("turns what layers are to be used for into edits", async () => {
    const edit = async (...args: string[]): Promise<unknown> => {
      const { code, lines } = await run(args);
      assert.equal(code, 0, args.join(" "));
      return JSON.parse(lines[1]!);
    };
    assert.deepEqual(
      await edit(
        "duplicate",
        "out",
        "walker",
        "--frames",
        "-3",
        "--offset",
        "-60,10.5",
        "--flip",
      ),
      {
        use: "duplicate",
        layer: "walker",
        id: "walker-2",
        frames: -3,
        offset: [-60, 10.5],
        at: 1,
        scale: 1,
        flip: true,
        fill: "trim",
        parts: "all",
      },
    );
    assert.deepEqual(
      await edit("shift", "out", "far", "--mark", "12", "--to", "near:30"),
      {
        use: "shift",
        layer: "far",
        fill: "hold",
        fade: 12,
        align: { mark: 12, to: { layer: "near", mark: 30 } },
      },
    );
    assert.deepEqual(await edit("effect", "out", "a", "--strength", "40"), {
      use: "effect",
      layer: "a",
      kind: "effects",
      strength: 0.4,
    });
    assert.deepEqual(await edit("backdrop", "out", "#102030"), {
      use: "backdrop",
      fill: "colour",
      colour: "#102030",
    });
    for (const wrong of [
      ["remove", "out", "a", "--parts", "hat"],
      ["title", "out", "words"],
      ["shift", "out", "a", "--to", "30"],
      ["render", "out"],
    ])
      assert.equal((await run(wrong)).code, 2, wrong.join(" "));
  });

  it("writes a timeline only in a format that it is told", async () => {
    const { code, lines } = await run(["timeline", "out", "--format", "otio"]);
    assert.deepEqual([code, lines], [0, ["out otio"]]);
    assert.equal((await run(["timeline", "out"])).code, 2);
    assert.equal((await run(["timeline", "out", "--format", "aaf"])).code, 2);
  });

  it("has defaults for all but the clip, the masks and the output", async () => {
    const { requests } = await run([
      "decompose",
      "rgb",
      "--mask",
      "masks/walker/",
      "--out",
      "out",
    ]);
    assert.deepEqual(requests, [
      {
        clipPath: "rgb",
        subjects: [{ name: "walker", maskPath: "masks/walker/" }],
        outputPath: "out",
        quality: "standard",
        backend: "auto",
        seed: 1,
        prores: false,
        overwrite: false,
        cachePath: "default-cache",
      },
    ]);
  });

  it("takes a path that exists as it stands, even with an equals sign", async () => {
    await mkdir(at("take=2.mask"));
    const { requests } = await run([
      "decompose",
      "rgb",
      "--mask",
      at("take=2.mask"),
      "--out",
      "out",
    ]);
    assert.deepEqual(requests[0]!.subjects, [
      { name: "take=2", maskPath: at("take=2.mask") },
    ]);
  });

  it("keeps no cache when asked to", async () => {
    let cache = "";
    const { code } = await run(
      ["decompose", "rgb", "--mask", "m", "--out", "out", "--no-cache"],
      {
        decompose: (request) => {
          cache = request.cachePath;
          assert.ok(existsSync(cache));
          return Promise.reject(new LaminaError({ code: "mask-missing" }));
        },
      },
    );
    assert.equal(code, 1);
    assert.notEqual(cache, "");
    assert.ok(!existsSync(cache));
  });

  it("answers a wrong command line with one sentence, one action and code 2", async () => {
    const complete = ["decompose", "rgb", "--mask", "m", "--out", "out"];
    for (const [args, words] of [
      [["decompose", "--out", "out"], /clip/],
      [["decompose", "rgb", "--mask", "m"], /--out/],
      [[...complete, "--range", "9-3"], /9-3/],
      [[...complete, "--fps", "fast"], /fast/],
      [[...complete, "--seed", "-1"], /-1/],
      [[...complete, "--seed", "4294967296"], /4294967296/],
      [[...complete, "--quality", "good"], new RegExp(qualities.join(", "))],
      [[...complete, "--mask", "=path"], /name=/],
      [[...complete, "--unknown"], /--unknown/],
      [["compose"], /compose/],
    ] as const) {
      const { code, errorLines, requests } = await run(args);
      assert.equal(code, 2, args.join(" "));
      assert.equal(errorLines.length, 2, errorLines.join("\n"));
      assert.match(errorLines[0]!, words);
      assert.match(errorLines[0]!, /^[A-Z][^\n]*[.)?]$/);
      assert.equal(requests.length, 0);
    }
  });

  it("shows help and version", async () => {
    const help = await run(["decompose", "--help"]);
    assert.equal(help.code, 0);
    for (const option of [
      "--mask",
      "--out",
      "--range",
      "--json",
      "--no-cache",
    ]) {
      assert.match(help.lines.join("\n"), new RegExp(option));
    }
    const version = await run(["--version"]);
    assert.deepEqual([version.code, version.lines], [0, ["1.2.3"]]);
    assert.equal((await run([])).code, 2);
  });

  it("says one line per stage and a summary where no terminal is", async () => {
    const { lines } = await run(
      ["decompose", "rgb", "--mask", "m", "--out", "out"],
      {
        decompose: (_, { onEvent }) => {
          onEvent({
            kind: "stage",
            stage: "read",
            done: 0,
            total: 4,
            resumed: false,
          });
          onEvent({ kind: "notice", sentence: "The mask is small." });
          onEvent({
            kind: "stage",
            stage: "read",
            done: 4,
            total: 4,
            resumed: false,
          });
          onEvent({
            kind: "stage",
            stage: "register",
            done: 4,
            total: 4,
            resumed: true,
          });
          return Promise.resolve(summary);
        },
      },
    );
    assert.equal(lines.length, 5);
    assert.equal(lines[0], "The mask is small.");
    assert.match(lines[1]!, /^Read frames and masks: 0 s$/);
    assert.match(lines[2]!, /^Follow the camera: kept from an earlier run$/);
    assert.match(
      lines[3]!,
      /^4 frames in 2 s \(0\.50 s a frame\), 123 MB .* 0$/,
    );
    assert.equal(lines[4], "out/layers.json");
  });

  it("says events and summary as lines of JSON", async () => {
    const event = {
      kind: "stage",
      stage: "train",
      done: 3,
      total: 9,
      secondsLeft: 2.5,
      resumed: false,
    } as const;
    const { lines } = await run(
      ["decompose", "rgb", "--mask", "m", "--out", "out", "--json"],
      {
        decompose: (_, { onEvent }) => {
          onEvent(event);
          return Promise.resolve(summary);
        },
      },
    );
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      [event, { kind: "summary", ...summary }],
    );
  });

  it("tells a failure, a cancelled run and a bug apart", async () => {
    const fail = (error: Error): ReturnType<typeof run> =>
      run(["decompose", "rgb", "--mask", "m", "--out", "out"], {
        decompose: () => Promise.reject(error),
      });
    const failure = await fail(
      new LaminaError({ code: "disk-full", path: "out" }),
    );
    assert.equal(failure.code, 1);
    assert.equal(failure.errorLines.length, 2);

    const cancelled = await fail(new DOMException("stop", "AbortError"));
    assert.deepEqual([cancelled.code, cancelled.errorLines], [130, []]);

    const bug = await fail(new RangeError("index 7"));
    assert.equal(bug.code, 1);
    assert.match(bug.errorLines.join("\n"), /RangeError: index 7\n\s+at /);
    assert.match(bug.errorLines.at(-1)!, /report/);
  });

  it("passes the result's folder and the frames on to sheet", async () => {
    const folders: string[] = [];
    const { code, lines } = await run(
      ["sheet", "out/tennis", "--frames", "rgb"],
      {
        sheet: (...[folder, frames]) => {
          folders.push(folder, frames ?? "");
          return Promise.resolve(["out/tennis/index.html"]);
        },
      },
    );
    assert.deepEqual([code, folders], [0, ["out/tennis", "rgb"]]);
    assert.deepEqual(lines, ["out/tennis/index.html"]);
  });
});
