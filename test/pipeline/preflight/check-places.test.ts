import { mkdir, symlink, writeFile } from "node:fs/promises";
import { checkApart } from "../../../src/pipeline/preflight/check-places.ts";
import { failsWith } from "../../media/failure-code.ts";
import { useTemporaryFolder } from "../../media/temporary-folder.ts";

describe("the places of a job", () => {
  const at = useTemporaryFolder();
  const apart = (out: string, used: string): Promise<void> =>
    checkApart(out, [{ what: "the clip", path: used }]);

  it("must not lie in each other, by whatever name they are called", async () => {
    await mkdir(at("shot/rgb"), { recursive: true });
    await writeFile(at("shot/take.mov"), "movie");
    await symlink(at("shot"), at("alias"));
    for (const [out, used] of [
      [at("shot/rgb"), at("shot/rgb")],
      [at("shot/rgb/out"), at("shot/rgb")],
      [at("shot/rgb/not/yet/there"), at("alias/rgb")],
      [at("alias/rgb/out"), at("shot/rgb")],
      [at("shot"), at("shot/take.mov")],
      [at("alias"), at("shot/take.mov")],
      [at("shot/cache/of/mine/out"), at("shot/cache")],
      [at("shot"), at("shot/not/yet/there")],
    ] as const) {
      await failsWith("output-overlaps", apart(out, used));
    }
  });

  it("may lie beside each other, and have names that begin alike", async () => {
    await mkdir(at("shot/rgb"), { recursive: true });
    await writeFile(at("shot/take.mov"), "movie");
    await apart(at("shot/out"), at("shot/rgb"));
    await apart(at("shot/out"), at("shot/take.mov"));
    await apart(at("shot/rgb-layers"), at("shot/rgb"));
    await apart(at("new/rgb"), at("new/rgb2"));
  });
});
