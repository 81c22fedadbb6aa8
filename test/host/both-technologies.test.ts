import assert from "node:assert/strict";
import type { Host, PlacedRun } from "../../src/host/host.ts";
import type { Quirks } from "../../src/host/simulator/quirks.ts";
import { cropEffect, type Track } from "../../src/host/simulator/timeline.ts";
import { useTemporaryFolder } from "../media/temporary-folder.ts";
import { rendered, selected, useHosts } from "./host-setting.ts";
import { hostKinds } from "./hosts.ts";
import { seededRandom } from "./random-quirks.ts";
import type { SampleProject } from "./simulated-project.ts";

const [cep, uxp] = hostKinds;

describe("one project through both technologies", () => {
  const at = useTemporaryFolder();
  const { start, open } = useHosts(cep!, at);
  const throughUxp = useHosts(uxp!, at);

  /** What a user would miss: tracks with their names, and what lies on them. */
  const things = ({ sequence }: SampleProject) => {
    const tracks = [...sequence.video];
    const names = tracks.map(({ name }) => name);
    const clips = tracks.flatMap((track) => track.clips.map(({ id }) => id));
    return { tracks, names, clips };
  };
  const both = (quirks: Partial<Quirks> = {}) => {
    const { host, project } = start({}, quirks);
    const { sequence } = project;
    sequence.video[2]!.name = "Titles to come";
    return {
      project,
      hosts: { cep: host, uxp: throughUxp.open(project) },
      before: things(project),
    };
  };
  /** Which of the tracks are there no more. */
  const lost = ({ sequence }: SampleProject, tracks: readonly Track[]) =>
    tracks.filter((track) => !sequence.video.includes(track));

  const named = { namesNoTracks: false };
  const nameless = { namesNoTracks: true };
  for (const quirks of [named, nameless]) {
    it(`loses no track of the user's when UXP has placed and CEP removes: ${JSON.stringify(quirks)}`, async () => {
      const { project, hosts, before } = both(quirks);
      const clip = await selected(hosts.uxp);
      await hosts.uxp.placeLayers({ clip, ...project.writeLayers() });
      assert.deepEqual(lost(project, before.tracks), []);
      const [run] = await hosts.cep.findRuns();
      await hosts.cep.removeRun(run!);
      const { tracks, names, clips } = things(project);
      assert.deepEqual(lost(project, before.tracks), []);
      assert.deepEqual(names.slice(0, 3), before.names);
      assert.deepEqual(clips, before.clips);
      assert.equal(tracks.length, quirks.namesNoTracks ? 4 : 3);
    });

    it(`takes away what CEP has made, as long as it is open: ${JSON.stringify(quirks)}`, async () => {
      const { project, hosts } = both(quirks);
      const before = project.state();
      const clip = await selected(hosts.cep);
      const request = { clip, ...project.writeLayers() };
      const run = await hosts.cep.placeLayers(request);
      const removed = await hosts.cep.removeRun(run);
      assert.equal(removed.emptyTracks, 0);
      assert.deepEqual(project.state(), before);
    });
  }

  it("says how many tracks stay where nobody can tell any more whose they are", async () => {
    const { project, hosts, before } = both(nameless);
    const clip = await selected(hosts.cep);
    const run = await hosts.cep.placeLayers({
      clip,
      ...project.writeLayers(),
    });
    const removed = await open(project).removeRun(run);
    assert.equal(removed.emptyTracks, 3);
    assert.equal(project.sequence.video.length, before.tracks.length + 3);
  });

  it("does not take a free track for one of its own where it was found that none can be made", async () => {
    const { project, hosts, before } = both({ addsNoTracks: true });
    project.premiere.quirks.addsNoTracks = false;
    project.premiere.addTracks(project.sequence, 1, 3);
    project.premiere.quirks.addsNoTracks = true;
    const all = things(project);
    hosts.cep.adapt({ addsTracks: false });
    const clip = await selected(hosts.cep);
    const request = { clip, ...project.writeLayers() };
    const run = await hosts.cep.placeLayers(request);
    await hosts.cep.removeRun(run);
    assert.deepEqual(lost(project, before.tracks), []);
    assert.deepEqual(things(project), all);
  });

  it("leaves what UXP has lifted on its tracks when CEP removes, with all that is on it, and says so", async () => {
    const { project, hosts, before } = both();
    const title = project.occupy(1, 11, 2);
    title.effects.push(cropEffect(30));
    const picture = rendered(project, 11);
    const clip = await selected(hosts.uxp);
    const request = { clip, ...project.writeLayers(), movesOthers: true };
    await hosts.uxp.placeLayers(request);
    const [run] = await hosts.cep.findRuns();
    const removed = await hosts.cep.removeRun(run!);
    assert.equal(removed.liftedStay, true);
    assert.deepEqual(lost(project, before.tracks), []);
    const { names } = things(project);
    assert.deepEqual(names.slice(0, 3), before.names);
    const left = project.sequence.video.flatMap((track) => track.clips);
    assert.deepEqual(
      left.map(({ effects, disabled }) => [effects.length, disabled]),
      [
        [2, false],
        [3, false],
      ],
    );
    assert.deepEqual(rendered(project, 11), picture);
  });

  const WALKS = 12;
  const SEED = 20261128;
  it(`loses nothing of the user's in any order of placing, updating, removing and restarting: ${WALKS} walks of seed ${SEED}`, async () => {
    const random = seededRandom(SEED);
    const oneOf = <T>(all: readonly T[]): T =>
      all[Math.floor(random() * all.length)]!;
    for (let walk = 0; walk < WALKS; walk++) {
      const quirks = random() < 0.3 ? nameless : named;
      const { project, hosts } = both(quirks);
      if (random() < 0.5) project.occupy(oneOf([1, 2]), 12, 3);
      const before = things(project);
      const pictures = () => [9, 10, 12, 14].map((n) => rendered(project, n));
      const seen = pictures();
      const order = (clips: SampleProject["sequence"]["video"]) =>
        clips.flatMap((track) => track.clips.map(({ start }) => String(start)));
      const stack = order(project.sequence.video);
      const clip = await selected(hosts.cep);
      const did: string[] = [];
      const done = async (
        what: string,
        work: (host: Host) => Promise<unknown>,
      ): Promise<void> => {
        const technology = oneOf(["cep", "uxp"] as const);
        did.push(`${what} through ${technology}`);
        await work(hosts[technology]);
        const words = `walk ${walk}, ${JSON.stringify(quirks)}: ${did.join(", ")}`;
        assert.deepEqual(lost(project, before.tracks), [], words);
        assert.deepEqual(pictures(), seen, words);
      };
      const result = project.writeLayers(
        `walk ${walk}`,
        oneOf(["tracks", "nested"]),
      );
      let run: PlacedRun | undefined;
      for (let step = 0; step < 6; step++) {
        if (random() < 0.3) {
          hosts.cep.close();
          hosts.uxp.close();
          hosts.cep = open(project);
          hosts.uxp = throughUxp.open(project);
          did.push("restarted");
        }
        const request = { clip, ...result, movesOthers: true };
        if (run === undefined)
          await done("placed", async (host) => {
            run = await host.placeLayers(request);
          });
        else if (random() < 0.4)
          await done("updated", async (host) => {
            const [background, one, two] = run!.layers;
            run = await host.updateRun(run!, [background!, two!, one!]);
          });
        else
          await done("removed", async (host) => {
            await host.removeRun(run!);
            run = undefined;
          });
        // The layers agree with the picture in any order, as no two of them have the same pixels.
      }
      if (run !== undefined)
        await done("removed", (host) => host.removeRun(run!));
      const words = `walk ${walk}, ${JSON.stringify(quirks)}: ${did.join(", ")}`;
      assert.deepEqual(order(project.sequence.video), stack, words);
      const { sequence } = project;
      const isNumbered = (name: string) => /^Video \d+$/.test(name);
      for (const [i, { name }] of before.tracks.entries()) {
        const then = before.names[i]!;
        assert(isNumbered(then) ? isNumbered(name) : name === then, words);
      }
      assert.equal(sequence.video[0]!.clips[0]!.disabled, false, words);
      hosts.cep.close();
      hosts.uxp.close();
    }
  });
});
