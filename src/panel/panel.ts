import type { SelectedClip, Selection } from "../host/host.ts";
import type {
  RetryChanges,
  ServiceEvent,
  ServiceJob,
} from "../protocol/service-api.ts";
import type { Surroundings } from "../protocol/surroundings.ts";
import { Arrangement } from "./arrangement.ts";
import { Checking } from "./checking.ts";
import { Correcting } from "./correcting.ts";
import { act, type Desk } from "./desk.ts";
import { Farming } from "./farming.ts";
import { hostInTurn } from "./host-in-turn.ts";
import type { PanelState, View } from "./panel-state.ts";
import { placeOf, readPlace, writePlace } from "./place.ts";
import { Preparation } from "./preparation.ts";
import { describeProblem, hasCode } from "./problem.ts";
import { loadSettings } from "./settings.ts";
import { ServiceLink, type ServiceSource } from "./service-link.ts";
import { isReachable, runAt, type Step } from "./steps.ts";
import { runOfClip } from "./listed-runs.ts";
import { RunList } from "./run-list.ts";
import { Store } from "./store.ts";
import { Using } from "./using.ts";
import { Viewing } from "./viewport.ts";

/** What a panel is made of. */
export interface PanelParts extends Pick<
  Desk,
  "host" | "memory" | "now" | "keepPaintingKeys"
> {
  readonly source: ServiceSource;
  readonly surroundings: Surroundings;
}

/** Longest side of the picture on a clip's card, in pixels. */
const PICTURE_SIDE = 320;

/** The panel without its looks: what it knows, and what can be done with it. */
export class Panel {
  readonly store: Store<PanelState>;
  readonly preparation: Preparation;
  readonly arrangement: Arrangement;
  readonly correcting: Correcting;
  readonly using: Using;
  readonly checking: Checking;
  readonly farming: Farming;
  readonly runList: RunList;
  readonly desk: Desk;
  /** How the clip is looked at, in whichever view. */
  readonly viewing = new Viewing();
  readonly #stops: (() => void)[] = [];

  readonly #link: ServiceLink;
  /** What was remembered elsewhere than in the page is there. */
  #recalled: Promise<void> = Promise.resolve();
  #isPlaceRemembered = false;

  constructor({ source, surroundings, ...rest }: PanelParts) {
    this.store = new Store<PanelState>({
      service: "sought",
      view: { kind: "clip" },
      runs: [],
      paused: false,
      clips: new Map(),
      sizes: new Map(),
      aside: [],
      settings: loadSettings(rest.memory),
    });
    const link = new ServiceLink(source, surroundings, {
      onEvent: (event) => {
        this.#hear(event);
      },
      onConnection: (connected) => {
        this.store.set({ service: connected ? "connected" : "broken" });
        if (!connected) return;
        this.#showPicture();
        this.#askSource();
      },
      onLost: (error) => {
        const problem = describeProblem(error);
        // That it does not run, and how to start it, is said beneath all views.
        const isSaid = hasCode(error, "service-unreachable");
        this.store.set({ service: "lost", ...(!isSaid && { problem }) });
      },
    });
    this.#link = link;
    const { store } = this;
    this.desk = {
      ...rest,
      host: hostInTurn(rest.host, () => link.client),
      store,
      get service() {
        return link.client;
      },
    };
    this.preparation = new Preparation(this.desk);
    this.arrangement = new Arrangement(this.desk);
    this.correcting = new Correcting(this.desk);
    this.using = new Using(this.desk);
    this.checking = new Checking(this.desk);
    this.farming = new Farming(this.desk);
    this.runList = new RunList(this.desk);
  }

  /** Begins to follow the editing program and the service. */
  start(): void {
    const { host } = this.desk;
    const recalled = this.#recallSettings();
    this.#recalled = recalled;
    void this.#link.find();
    this.#stops.push(
      host.watchSelection(
        (selection) => {
          this.#select(selection);
        },
        (error) => {
          this.#say(error);
        },
      ),
    );
    host
      .about()
      .then(async (about) => {
        this.store.set({ host: about });
        await recalled;
        this.checking.recall(about);
      })
      .catch(this.#say);
    this.arrangement.readRuns().catch(this.#say);
  }

  /** Begins with the selected clip, for a menu of the editing program; it may be chosen before it is known which clip that is. */
  decompose(): void {
    if (this.store.state.selection !== undefined) {
      this.preparation.begin();
      return;
    }
    const stop = this.store.follow(({ selection }) => {
      if (selection === undefined) return;
      stop();
      this.preparation.begin();
    });
    this.#stops.push(stop);
  }

  /** Follows nothing any more. Jobs go on. */
  close(): void {
    for (const stop of this.#stops) stop();
    this.#link.close();
    this.desk.host.close();
  }

  /** Whether the service has to be started by a click. */
  get mayLaunch(): boolean {
    return this.#link.mayLaunch;
  }

  /** Starts the service, or looks for it again. */
  startService(): void {
    this.store.set({ service: "sought", problem: undefined });
    void this.#link.launch();
  }

  /** Goes to where the clip and all runs are. */
  showClip(): void {
    const { draft } = this.store.state;
    // Who comes back to a draft finds it as it was.
    this.store.set({
      view: draft === undefined ? { kind: "clip" } : { kind: "subjects" },
      problem: undefined,
    });
    this.arrangement
      .readRuns()
      // Layers that were placed or removed have disabled the clip, or enabled it; programs do not tell of that.
      .then(() => this.desk.host.selection())
      .then((selection) => {
        this.#select(selection);
      })
      .catch(this.#say);
  }

  /** Goes to the settings. */
  showSettings(): void {
    this.#showBeside({ kind: "settings" });
  }

  /** Goes to where the program is checked. */
  showCheck(): void {
    this.#showBeside({ kind: "check" });
  }

  /** Goes back to where one was before the settings or the check. */
  async leaveAside(): Promise<void> {
    const { cameFrom = { kind: "clip" } } = this.store.state;
    this.store.set({ cameFrom: undefined });
    // It may have been finished meanwhile.
    if (cameFrom.kind === "job") await this.showJob(cameFrom.jobId);
    else if (cameFrom.kind === "clip" || cameFrom.kind === "export")
      this.showClip();
    else this.store.set({ view: cameFrom, problem: undefined });
  }

  /** Goes to a step of the way that can be reached. */
  async goTo(step: Step): Promise<void> {
    const { state } = this.store;
    if (!isReachable(step, state)) return;
    const run = runAt(state);
    switch (step) {
      case "Clip":
        if (state.draft !== undefined) await this.preparation.leave();
        this.showClip();
        return;
      case "Subjects":
        if (state.draft !== undefined) this.preparation.showSubjects();
        else if (run !== undefined) await this.preparation.correct(run);
        return;
      case "Run":
      case "Layers":
        if (state.draft !== undefined) await this.preparation.leave();
        if (run !== undefined) await this.showJob(run.id);
    }
  }

  /** Goes to a job: to its layers when it has some. */
  async showJob(id: string): Promise<void> {
    const job = this.job(id);
    if (job?.state === "done") {
      if (await this.arrangement.open(job))
        await Promise.all([this.correcting.open(id), this.using.open(id)]);
    } else
      this.store.set({ view: { kind: "job", jobId: id }, problem: undefined });
  }

  /** Cancels a job that waits or runs; it stays in the list with its subjects, and nothing is left where its layers were to be. */
  cancelJob(id: string): Promise<boolean> {
    return act(this.desk, "Cancelling", async () => {
      await this.desk.service.removeJob(id);
    });
  }

  /** Tries a failed job again, perhaps with changes. */
  retryJob(id: string, changes: RetryChanges = {}): Promise<boolean> {
    return act(this.desk, "Starting again", async () => {
      await this.desk.service.retryJob(id, changes);
    });
  }

  /** Takes what is said away. */
  dismissProblem(): void {
    this.store.set({ problem: undefined });
  }

  /** The job of this id, while the service remembers it. */
  job(id: string): ServiceJob | undefined {
    return this.store.state.jobs?.find((job) => job.id === id);
  }

  readonly #say = (error: unknown): void => {
    const problem = describeProblem(error);
    if (problem !== undefined) this.store.set({ problem });
  };

  /** Says what went wrong with something that nobody has asked for; that the service is gone is said where it is looked for. */
  readonly #mention = (error: unknown): void => {
    if (!hasCode(error, "service-unreachable")) this.#say(error);
  };

  #showBeside(view: View): void {
    const { view: before, cameFrom } = this.store.state;
    const isBeside = before.kind === "settings" || before.kind === "check";
    this.store.set({
      view,
      cameFrom: isBeside ? cameFrom : before,
      problem: undefined,
    });
  }

  async #recallSettings(): Promise<void> {
    const { memory } = this.desk;
    const before = this.store.state.settings;
    await memory.recall?.();
    // What the user has changed meanwhile counts.
    if (this.store.state.settings === before)
      this.store.set({ settings: loadSettings(memory) });
  }

  #select(selection: Selection): void {
    const before = this.store.state.selection;
    this.store.set({ selection });
    this.#showPicture();
    this.#askSource();
    const { clip } = selection;
    // What was selected when the panel was opened was not chosen for it.
    const isChosen =
      before !== undefined && clip?.clipId !== before.clip?.clipId;
    if (clip !== undefined && isChosen) this.#openRunOf(clip);
  }

  /** Who selects one of a run's layers, or the clip beneath them, sees that run, unless something else is being done. */
  #openRunOf(clip: SelectedClip): void {
    const { view, draft, busy, runs, jobs = [], correcting } = this.store.state;
    const isFree =
      draft === undefined &&
      busy === undefined &&
      (view.kind === "clip" ||
        (view.kind === "layers" && correcting?.isPainting !== true));
    const job = isFree ? runOfClip(clip, runs, jobs) : undefined;
    if (job === undefined) return;
    if (view.kind === "layers" && view.jobId === job.id) return;
    this.showJob(job.id).catch(this.#say);
  }

  /** Asks what the selected clip's file is. */
  #askSource(): void {
    const { selection, service, source } = this.store.state;
    const path = selection?.clip?.sourcePath;
    if (path === undefined || service !== "connected") return;
    if (source?.path === path) return;
    this.store.set({ source: { path } });
    this.desk.service
      .probe(path)
      .then((facts) => {
        if (this.store.state.source?.path === path)
          this.store.set({ source: { path, facts } });
      })
      // What only the editing program can read is no obstacle; it is asked again when the service is there again, say.
      .catch(() => {
        if (this.store.state.source?.path === path)
          this.store.set({ source: undefined });
      });
  }

  #showPicture(): void {
    const { selection, service } = this.store.state;
    const thumbnail = selection?.clip?.thumbnail;
    if (thumbnail === undefined || service !== "connected") return;
    const { path, seconds } = thumbnail;
    const key = `${path} ${seconds}`;
    if (this.store.state.picture?.key === key) return;
    this.store.set({ picture: { key } });
    this.desk.service
      .picture({ path, seconds, longestSide: PICTURE_SIDE })
      .then((png) => ({ key, png }))
      // That a card has no picture is said on the card; nothing else depends on it.
      .catch((error: unknown) => ({ key, problem: describeProblem(error) }))
      .then((picture) => {
        if (this.store.state.picture?.key === key) this.store.set({ picture });
      })
      .catch(this.#say);
  }

  #hear(event: ServiceEvent): void {
    const { jobs } = this.store.state;
    switch (event.kind) {
      case "snapshot": {
        const { paused = false } = event;
        this.store.set({ jobs: event.jobs, paused });
        this.runList.learnClips().catch(this.#mention);
        if (jobs === undefined) this.#findAgain(event.jobs);
        this.#findDrafts(jobs === undefined).catch(this.#say);
        break;
      }
      case "job": {
        const { job } = event;
        const known = jobs?.some(({ id }) => id === job.id) === true;
        this.store.set({
          jobs: known
            ? jobs.map((old) => (old.id === job.id ? job : old))
            : [...(jobs ?? []), job],
        });
        if (!known) this.runList.learnClips().catch(this.#mention);
        this.#follow(job);
        break;
      }
      case "forgotten":
        this.store.set({ jobs: jobs?.filter(({ id }) => id !== event.id) });
    }
  }

  /** After the panel was opened again in mid-job, the job is what it shows. */
  #findAgain(jobs: readonly ServiceJob[]): void {
    this.#measure().catch(this.#mention);
    const busy =
      jobs.find(({ state }) => state === "running") ??
      jobs.find(({ state }) => state === "waiting");
    if (busy !== undefined && this.store.state.view.kind === "clip") {
      this.store.set({ view: { kind: "job", jobId: busy.id } });
    }
  }

  /** Who was among subjects when the panel was last there is so again. */
  async #findDrafts(isFirst: boolean): Promise<void> {
    const recalled = this.#recalled;
    await this.preparation.findAside();
    if (!isFirst) return;
    await recalled;
    const place = readPlace(this.desk.memory);
    const { aside, view } = this.store.state;
    if (place !== undefined && view.kind === "clip") {
      const job = place.of === undefined ? undefined : this.job(place.of);
      const draft = aside.find((e) => e.workspace.id === place.workspaceId);
      if (job !== undefined) await this.preparation.correct(job);
      else if (draft !== undefined) await this.preparation.goOn(draft);
      const { key } = place;
      const { subjects } = this.store.state.draft ?? { subjects: [] };
      if (key !== undefined && subjects.some((each) => each.key === key))
        this.preparation.paint(key);
    }
    this.#rememberPlace();
  }

  /** Remembers where one is, as often as that changes. */
  #rememberPlace(): void {
    if (this.#isPlaceRemembered) return;
    this.#isPlaceRemembered = true;
    let last = "";
    const remember = ({ view, draft }: PanelState): void => {
      const place = placeOf(view, draft);
      const text = JSON.stringify(place ?? null);
      // Settings are looked at in between.
      if (text === last || view.kind === "settings") return;
      last = text;
      writePlace(this.desk.memory, place);
    };
    remember(this.store.state);
    this.#stops.push(this.store.follow(remember));
  }

  /** Who watched a job to its end sees its layers. */
  #follow(job: ServiceJob): void {
    const { view } = this.store.state;
    if (job.state !== "done" || view.kind !== "job") return;
    if (view.jobId !== job.id) return;
    this.showJob(job.id).catch(this.#say);
    this.#measure().catch(this.#mention);
  }

  async #measure(): Promise<void> {
    this.store.set({ speed: await this.desk.service.speed() });
  }
}
