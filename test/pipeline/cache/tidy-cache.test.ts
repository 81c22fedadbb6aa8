import assert from "node:assert/strict";
import { mkdir, readdir, utimes, writeFile } from "node:fs/promises";
import { LaminaError } from "../../../src/errors/failure.ts";
import { cacheLimit } from "../../../src/pipeline/cache/cache-limit.ts";
import { tidyCache } from "../../../src/pipeline/cache/tidy-cache.ts";
import { FolderHold } from "../../../src/pipeline/cache/folder-hold.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

const DAY_MS = 24 * 3600e3;
const roomy = { bytes: 1e12, origin: "default" as const };

describe("tidyCache", () => {
  const at = useTemporaryFolder();

  /** A folder of the cache with one file of 1000 bytes that was last written so long ago. */
  async function fill(place: string, daysAgo: number): Promise<void> {
    await mkdir(at(place), { recursive: true });
    await writeFile(at(place, "file.bin"), new Uint8Array(1000));
    const then = new Date(Date.now() - daysAgo * DAY_MS);
    for (const path of [at(place, "file.bin"), at(place)])
      await utimes(path, then, then);
  }
  const key = (digit: number): string => String(digit).repeat(24);

  it("removes what nobody came back to: decoded movies after two days, jobs after two weeks", async () => {
    await fill(`decoded/${key(1)}`, 1);
    await fill(`decoded/${key(2)}`, 3);
    await fill(`jobs/${key(3)}`, 3);
    await fill(`jobs/${key(4)}`, 15);
    await tidyCache(at(), roomy);
    assert.deepEqual(await readdir(at("decoded")), [key(1)]);
    assert.deepEqual(await readdir(at("jobs")), [key(3)]);
  });

  it("keeps within the limit by removing what was not used for the longest", async () => {
    await fill(`decoded/${key(1)}`, 0.1);
    await fill(`jobs/${key(2)}`, 0.3);
    await fill(`jobs/${key(3)}`, 0.2);
    await tidyCache(at(), { ...roomy, bytes: 2000 });
    assert.deepEqual(await readdir(at("jobs")), [key(3)]);
    await tidyCache(at(), { ...roomy, bytes: 1999 });
    assert.deepEqual(await readdir(at("jobs")), []);
    assert.deepEqual(await readdir(at("decoded")), [key(1)]);
  });

  it("touches nothing that a living process holds, however old and large", async () => {
    const hold = await FolderHold.take(at("jobs", key(1)));
    await fill(`jobs/${key(1)}`, 30);
    await tidyCache(at(), { ...roomy, bytes: 0 });
    assert.deepEqual(await readdir(at("jobs")), [key(1)]);
    await hold[Symbol.asyncDispose]();
    await tidyCache(at(), { ...roomy, bytes: 0 });
    assert.deepEqual(await readdir(at("jobs")), []);
  });

  it("touches nothing whose name is not of the cache's making", async () => {
    await fill("jobs/wedding", 100);
    await fill("decoded/2024", 100);
    await fill("other", 100);
    await writeFile(at("jobs", key(5)), "a file");
    await tidyCache(at(), { ...roomy, bytes: 0 });
    assert.deepEqual((await readdir(at("jobs"))).sort(), [key(5), "wedding"]);
    assert.deepEqual(await readdir(at("decoded")), ["2024"]);
    assert.ok((await readdir(at())).includes("other"));
  });

  it("removes what a killed process had half decoded, and what one was killed over removing", async () => {
    await fill(`decoded/${key(1)}`, 0);
    await writeFile(at("decoded", key(1), "a.rgb.999999999-1.part"), "half");
    await fill(`jobs/${key(2)}.0123abcd.gone`, 15);
    await tidyCache(at(), roomy);
    assert.deepEqual(await readdir(at("decoded", key(1))), ["file.bin"]);
    assert.deepEqual(await readdir(at("jobs")), []);
  });
});

describe("cacheLimit", () => {
  it("is LAMINA_CACHE_GB, or else a default", () => {
    assert.deepEqual(cacheLimit({ LAMINA_CACHE_GB: "0.5" }), {
      bytes: 5e8,
      origin: "LAMINA_CACHE_GB",
    });
    assert.equal(cacheLimit({}).origin, "default");
    assert.equal(cacheLimit({ LAMINA_CACHE_GB: "" }).origin, "default");
  });

  it("refuses what is no number", () => {
    for (const text of ["much", "-1", "1e3", "20 GB"])
      assert.throws(
        () => cacheLimit({ LAMINA_CACHE_GB: text }),
        (error) =>
          error instanceof LaminaError &&
          error.failure.code === "cache-limit-invalid" &&
          error.failure.limit === text,
      );
  });
});
