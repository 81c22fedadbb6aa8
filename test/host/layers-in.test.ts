import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { nodeDisk } from "../../src/dev/node-disk.ts";
import { failsWith } from "../media/failure-code.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { abortedAfter, rendered, selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";

for (const kind of hostKinds.slice(0, 2)) {
  describe(`layers on their way into a project: ${kind.name}`, () => {
    const at = useTemporaryFolder();
    const { start, unchanged } = useHosts(kind, at);

    it("leaves the alpha of an opaque background as it is", async () => {
      const { host, project } = start({}, { refusesAlphaOfOpaque: true });
      const clip = await selected(host);
      await host.placeLayers({ clip, ...project.writeLayers() });
      const [bin] = project.premiere.root.children.filter(
        (item) => item.kind === "bin",
      );
      assert.deepEqual(
        bin!.children.map(({ media }) => media?.alpha),
        ["none", "straight", "straight"],
      );
    });

    it("puts a frame in front for Premiere to drop, and takes it away with the layers that failed", async () => {
      const { host, project, before } = start({}, { dropsFirstFrames: 9 });
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      project.premiere.quirks.forgetsDisabled = true;
      await failsWith("host-refused", host.placeLayers(request));
      unchanged(project, before);
      assert.equal(existsSync(at("result/left/00000.png")), false);
      project.premiere.quirks.forgetsDisabled = false;
      project.premiere.quirks.dropsFirstFrames = Infinity;
      const picture = rendered(project, 12);
      await host.placeLayers(request);
      assert.deepEqual(rendered(project, 12), picture);
      assert.equal(existsSync(at("result/left/00000.png")), true);
    });

    it("leaves no strays when it is cancelled, wherever that is", async () => {
      const { host, project, before } = start(
        {},
        { importsIntoRoot: true, dropsFirstFrames: Infinity },
      );
      const clip = await selected(host);
      const request = { clip, ...project.writeLayers() };
      for (let turns = 0; ; turns += 7) {
        const outcome = await host
          .placeLayers(request, { signal: abortedAfter(turns) })
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) break;
        assert.equal(outcome.name, "AbortError", String(outcome));
        unchanged(project, before);
      }
    });

    it("says so when a layer has no movie", async () => {
      const { host, project, before } = start();
      const request = {
        clip: await selected(host),
        ...project.writeLayers(),
        files: "movies" as const,
      };
      await failsWith("movies-missing", host.placeLayers(request));
      unchanged(project, before);
    });

    it("brings movies instead of stills", async function () {
      const program = process.env["FFMPEG_PATH"] ?? "ffmpeg";
      if (spawnSync(program, ["-version"]).status !== 0) this.skip();
      const { host, project, before } = start(
        {},
        { importsOneStill: true, importsIntoRoot: true },
      );
      const clip = await selected(host);
      const { document, ...result } = project.writeLayers();
      await project.writeMovies(document);
      const layers = document.layers.map((layer) => ({
        ...layer,
        movie: `${layer.id}.mov`,
      }));
      const run = await host.placeLayers({
        clip,
        ...result,
        document: { ...document, layers },
        files: "movies",
      });
      assert.deepEqual(await host.findRuns(), [run]);
      assert.equal(run.documentPath, result.documentPath);
      await host.removeRun(run);
      unchanged(project, before);
    });

    it("shows what colours become by exporting a frame of the layers alone", async () => {
      const { host, project } = start();
      const first = rendered(project, project.settings.at);
      project.occupy(1, 20, 3);
      for (const arrangement of ["tracks", "nested"] as const) {
        const clip = await selected(host);
        const result = project.writeLayers(arrangement, arrangement);
        const run = await host.placeLayers({ clip, ...result });
        const before = project.state();
        const folder = at("work", arrangement);
        await host.exportStack(run, folder);
        assert.deepEqual(project.state(), before);
        assert.deepEqual(readdirSync(folder), ["00001.png"]);
        assert.deepEqual(
          nodeDisk.readPicture(`${folder}/00001.png`).data,
          first,
        );
        await host.removeRun(run);
      }
    });
  });
}
