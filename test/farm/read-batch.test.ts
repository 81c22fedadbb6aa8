import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { LaminaError } from "../../src/errors/failure.ts";
import { Farm } from "../../src/farm/farm.ts";
import { readBatch } from "../../src/farm/read-batch.ts";
import { runSubmit } from "../../src/cli/farm.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { describeWithRedis, RedisServer } from "./redis-server.ts";

const range = (start: number, duration: number, rate = 24): object => ({
  OTIO_SCHEMA: "TimeRange.1",
  start_time: { OTIO_SCHEMA: "RationalTime.1", rate, value: start },
  duration: { OTIO_SCHEMA: "RationalTime.1", rate, value: duration },
});

const clip = (name: string, url: string, more: object): object => ({
  OTIO_SCHEMA: "Clip.2",
  name,
  source_range: range(86412, 12),
  active_media_reference_key: "DEFAULT_MEDIA",
  media_references: {
    DEFAULT_MEDIA: {
      OTIO_SCHEMA: "ExternalReference.1",
      target_url: url,
      available_range: range(86400, 100),
    },
  },
  ...more,
});

const timeline = (...children: readonly object[]): string =>
  JSON.stringify({
    OTIO_SCHEMA: "Timeline.1",
    name: "ep1",
    tracks: {
      OTIO_SCHEMA: "Stack.1",
      children: [{ OTIO_SCHEMA: "Track.1", kind: "Video", children }],
    },
  });

const marker = (said: object): object => ({
  markers: [{ OTIO_SCHEMA: "Marker.2", name: "", ...said }],
});

/** The problem that a command line is told. */
async function problemOf(trying: Promise<unknown>): Promise<string> {
  const error = await trying.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert(error instanceof LaminaError, String(error));
  assert(error.failure.code === "usage");
  return error.failure.problem;
}

describe("a batch for a farm", () => {
  const at = useTemporaryFolder();

  it("is of a timeline its marked clips, and of each the frames that are shown", async () => {
    await writeFile(
      at("ep1.otio"),
      timeline(
        clip(
          "sh010",
          pathToFileURL(at("a b.mov")).href,
          marker({ name: "lamina hero=m/1; dog=m/2" }),
        ),
        { OTIO_SCHEMA: "Gap.1" },
        clip("sh020", "b.mov", marker({ name: "retouch" })),
        // Marked by a program, in a rate of its own, within another stack.
        {
          OTIO_SCHEMA: "Stack.1",
          children: [
            clip("sh030", "c.mov", {
              source_range: range(2, 1, 1),
              media_references: undefined,
              media_reference: {
                target_url_base: "c",
                available_range: range(24, 48),
              },
              metadata: {
                lamina: { mask: "m/3", out: "o/3", priority: "high" },
              },
            }),
          ],
        },
      ),
    );
    const lines = await readBatch(at("ep1.otio"));
    assert.deepEqual(lines, [
      {
        where: "clip sh010",
        clip: at("a b.mov"),
        masks: ["hero=m/1", "dog=m/2"],
        out: "Lamina layers/sh010",
        range: "13-24",
        quality: undefined,
        priority: undefined,
      },
      {
        where: "clip sh030",
        clip: "c",
        masks: ["m/3"],
        out: "o/3",
        range: "25-48",
        quality: undefined,
        priority: "high",
      },
    ]);
  });

  it("names every clip of a timeline that cannot be done, and why", async () => {
    const masked = { name: "lamina m" };
    await writeFile(
      at("bad.otio"),
      timeline(
        clip("early", "a.mov", {
          ...marker(masked),
          source_range: range(86399, 2),
        }),
        clip("fast", "a.mov", {
          ...marker(masked),
          effects: [{ OTIO_SCHEMA: "LinearTimeWarp.1", time_scalar: 2 }],
        }),
        clip("gone", "a.mov", { ...marker(masked), media_references: {} }),
        clip("web", "https://example.com/a.mov", marker(masked)),
        clip("bare", "a.mov", { metadata: { lamina: {} } }),
        clip("odd", "a.mov", {
          ...marker(masked),
          source_range: { start_time: 3 },
        }),
      ),
    );
    const problem = await problemOf(readBatch(at("bad.otio")));
    for (const name of ["early", "fast", "gone", "web", "bare", "odd"])
      assert.match(problem, new RegExp(`clip ${name}: `));
    for (const [name, text, said] of [
      [
        "none.otio",
        timeline(clip("a", "a.mov", {})),
        /No clip of it is marked/,
      ],
      ["half.otio", "{", /no JSON/],
      ["other.otio", '{"OTIO_SCHEMA":"Clip.2"}', /no OpenTimelineIO timeline/],
    ] as const) {
      await writeFile(at(name), text);
      assert.match(await problemOf(readBatch(at(name))), said);
    }
  });

  describeWithRedis("that holds bad rows", () => {
    let server: RedisServer;
    beforeEach(async () => {
      server = await RedisServer.start(at());
    });
    afterEach(() => server.kill());

    it("is refused with all of them, and nothing of it is asked for", async () => {
      const address = { redis: server.url, storage: at() };
      await mkdir(at("clip"));
      await mkdir(at("mask"));
      await writeFile(
        at("ep.csv"),
        [
          "clip,mask,out,range",
          "clip,mask,good,",
          "gone,mask,b,",
          "clip,lost,c,",
          "clip,mask,good,",
        ].join("\n"),
      );
      const submit = (): Promise<unknown> =>
        runSubmit(
          undefined,
          {
            ...address,
            batch: at("ep.csv"),
            priority: "normal",
            mask: [],
            quality: "draft",
            backend: "cpu",
            seed: 1,
          } as never,
          { line: () => undefined } as never,
          new AbortController().signal,
        );
      const problem = await problemOf(submit());
      assert.match(problem, /line 3: There is nothing at .*gone/);
      assert.match(problem, /line 4: There is nothing at .*lost/);
      assert.match(problem, /line 5: its layers would go where line 2 has its/);
      await using farm = await Farm.open(address);
      assert.deepEqual((await farm.state()).open, []);
      await writeFile(
        at("ep.csv"),
        "clip,mask,out,range\nclip,mask,good,\nclip,mask,b,9-3\n,mask,c,\n",
      );
      assert.match(await problemOf(submit()), /line 4: column clip/);
      await writeFile(
        at("ep.csv"),
        "clip,mask,out,range\nclip,mask,good,\nclip,mask,b,9-3\n",
      );
      assert.match(await problemOf(submit()), /line 3: Give frames/);
      assert.deepEqual((await farm.state()).open, []);
      await writeFile(at("ep.csv"), "clip,mask,out,range\nclip,mask,good,\n");
      await submit();
      assert.equal((await farm.state()).open.length, 1);
    });
  });
});
