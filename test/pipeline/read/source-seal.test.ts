import { rm, utimes, writeFile } from "node:fs/promises";
import { SourceSeal } from "../../../src/pipeline/read/source-seal.ts";
import { saveScene } from "../../cli/small-clip.ts";
import { failsWith } from "../../media/failure-code.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

describe("the sources of a job", () => {
  const at = useTemporaryFolder();
  const { signal } = new AbortController();
  const seal = async (): Promise<SourceSeal> => {
    await saveScene(at(), { width: 16, height: 16, frameCount: 3 });
    await writeFile(at("matte.mov"), "a movie");
    return SourceSeal.begin([at("rgb"), at("mask"), at("matte.mov")]);
  };

  it("are as they were when only their times differ, or more has come", async () => {
    const source = await seal();
    await source.close(signal);
    await utimes(at("rgb/00002.png"), 0, 0);
    await writeFile(at("rgb/00009.png"), "one more");
    await source.check(signal);
  });

  it("are told of when a byte of them has changed, or one is gone", async () => {
    const source = await seal();
    await source.close(signal);
    await writeFile(at("matte.mov"), "a muvie");
    await failsWith("source-changed", source.check(signal), /matte\.mov/);
    await writeFile(at("matte.mov"), "a movie");
    await source.check(signal);
    await rm(at("mask/00003.png"));
    await failsWith("source-changed", source.check(signal), /mask/);
  });

  it("are told of when they are still being written", async () => {
    const source = await seal();
    await writeFile(at("matte.mov"), "a movie that goes on");
    await failsWith("source-changed", source.close(signal), /matte\.mov/);
  });
});
