import { parseFrameRate } from "../../units/frame-rate.ts";
import type { PixelAspect } from "../../units/pixel-aspect.ts";
import { type Ticks, ticks, ticksPerFrame } from "../../units/ticks.ts";
import type { Disk } from "./disk.ts";
import { exportFrames } from "./export-frames.ts";
import { honest, type Quirks } from "./quirks.ts";
import {
  type AlphaUsage,
  markedRange,
  openMovie,
  openStills,
  ticksPerStill,
} from "./media.ts";
import { copySubsequence } from "./subsequence.ts";
import {
  type Clip,
  dropTransitions,
  type EffectValue,
  type Item,
  makeRoomOnTrack,
  overwrite,
  ownEffects,
  type Sequence,
  sequenceEnd,
  type Track,
} from "./timeline.ts";

/** What a new sequence is set to. */
export type NewSequence = Pick<
  Sequence,
  "width" | "height" | "ticksPerFrame" | "pixelAspect" | "fields"
> & { readonly name: string };

/**
 * A Premiere without a window: one project, its bins and sequences, and what scripts can do with them. It behaves as
 * documented, with its quirks as told. It knows neither of the two scripting technologies; their faces are put over it.
 */
export class SimulatedPremiere {
  readonly disk: Disk;
  readonly quirks: Quirks;
  readonly root: Item;
  readonly sequences: Sequence[] = [];
  active: Sequence | undefined;
  projectOpen = true;
  /** The project's file; empty until it was saved. */
  projectPath = "";
  /** What "Undo" would take back, the last one at the end. */
  readonly undoSteps: string[] = [];
  /** True while an export runs; nothing else is answered then. */
  exporting = false;
  /** Every sequence has a selection of its own. */
  readonly #selected = new Map<string, ReadonlySet<string>>();
  readonly #selectionListeners = new Set<() => void>();
  #lastId = 0;
  #placements = 0;
  #framesDropped = 0;
  /** How often a script has asked a clip for anything; asking a large project costs its user time. */
  clipReadings = 0;

  /** Does something a little later, as far as the simulator has time at all. */
  later: (work: () => void) => void = (work) => {
    work();
  };

  constructor(disk: Disk, quirks: Partial<Quirks> = {}) {
    this.disk = disk;
    this.quirks = { ...honest, ...quirks };
    this.root = this.#item("bin", "root");
  }

  // What a person does.

  /** Makes a sequence with empty tracks, and opens it. */
  addSequence(settings: NewSequence, videoTracks = 3): Sequence {
    const { name, ...rest } = settings;
    const item = this.#item("sequence", name);
    this.root.children.push(item);
    const sequence: Sequence = {
      ...rest,
      id: this.#newId("sequence"),
      item,
      video: [],
      audio: [],
      playhead: ticks(0n),
      properties: new Map(),
      workingColorSpace: "BT.709",
      hasObjectMask: false,
    };
    this.addTracks(sequence, videoTracks, 0);
    sequence.audio.push(this.#track("Audio 1"));
    item.sequence = sequence;
    this.sequences.push(sequence);
    this.active = sequence;
    return sequence;
  }

  /** Puts the whole item, or a part of its frames, onto a track at a frame of the sequence. */
  placeClip(
    sequence: Sequence,
    track: Track,
    item: Item,
    atFrame: number,
    trim: { readonly skip?: number; readonly frames?: number } = {},
  ): Clip {
    const clip = this.newClip(item, sequence, 0n);
    const length = sequence.ticksPerFrame;
    clip.start = ticks(BigInt(atFrame) * length);
    clip.inPoint = ticks(BigInt(trim.skip ?? 0) * length);
    clip.outPoint =
      trim.frames === undefined
        ? clip.outPoint
        : ticks(clip.inPoint + BigInt(trim.frames) * length);
    clip.end = ticks(clip.start + clip.outPoint - clip.inPoint);
    overwrite(track, clip, this.copyClip);
    return clip;
  }

  /** Selects clips of a sequence, the active one by default, and nothing else. */
  select(clips: readonly Clip[], sequence = this.active): void {
    const ids = new Set(clips.map(({ id }) => id));
    if (sequence !== undefined) this.#selected.set(sequence.id, ids);
    for (const listener of this.#selectionListeners) listener();
  }

  // What scripts can see.

  /** Whether a clip is selected. */
  isSelected(clip: Clip): boolean {
    return [...this.#selected.values()].some((ids) => ids.has(clip.id));
  }

  /** The selected clips of the active sequence with their tracks, bottom to top. */
  selection(): { clip: Clip; media: "video" | "audio"; trackIndex: number }[] {
    if (this.active === undefined) return [];
    const { video, audio } = this.active;
    return [
      { media: "video" as const, tracks: video },
      { media: "audio" as const, tracks: audio },
    ].flatMap(({ media, tracks }) =>
      tracks.flatMap(({ clips }, trackIndex) =>
        clips
          .filter((clip) => this.isSelected(clip))
          .map((clip) => ({ clip, media, trackIndex })),
      ),
    );
  }

  /** Calls back when the selection or the active sequence changes; returns what stops it. */
  onSelection(listener: () => void): () => void {
    this.#selectionListeners.add(listener);
    return () => this.#selectionListeners.delete(listener);
  }

  /** The bin that holds an item. */
  parentOf(item: Item, from: Item = this.root): Item | undefined {
    if (from.children.includes(item)) return from;
    for (const child of from.children) {
      const parent = this.parentOf(item, child);
      if (parent !== undefined) return parent;
    }
    return undefined;
  }

  /** As when another extension binds the same events: ours are heard of no more. */
  forgetListeners(): void {
    this.#selectionListeners.clear();
  }

  // What scripts can do.

  /** Opens another sequence in the timeline. */
  open(sequence: Sequence): void {
    if (this.active === sequence || this.quirks.opensNothing) return;
    this.active = sequence;
    for (const listener of this.#selectionListeners) listener();
  }

  /** Makes a bin. */
  addBin(name: string, parent: Item = this.root): Item {
    const bin = this.#item("bin", name);
    parent.children.push(bin);
    return bin;
  }

  /**
   * Imports files, each the first of numbered stills where `numbered` is true.
   *
   * @returns what Premiere would answer
   */
  importFiles(paths: readonly string[], bin: Item, numbered: boolean): boolean {
    if (this.quirks.importsNothing) return true;
    const { quirks } = this;
    const asStills = numbered && !quirks.importsOneStill;
    for (const path of paths) {
      const opened = /\.mov$/i.test(path)
        ? openMovie(this.disk, path)
        : openStills(this.disk, path, asStills);
      if (opened === undefined) {
        if (quirks.importsMissingFiles) continue;
        return false;
      }
      const stills = asStills && !opened.isMovie;
      const drops = stills && this.#framesDropped < quirks.dropsFirstFrames;
      if (drops) this.#framesDropped++;
      const media = drops
        ? { ...opened, files: opened.files.slice(1) }
        : { ...opened };
      if (quirks.guessesPremultiplied && media.hasAlpha) {
        media.alpha = "premultiplied";
      }
      const plain = path.slice(path.replaceAll("\\", "/").lastIndexOf("/") + 1);
      const name =
        stills && quirks.importsDoubleNames ? `${plain}${plain}` : plain;
      const parent = stills && quirks.importsIntoRoot ? this.root : bin;
      parent.children.push({ ...this.#item("clip", name), media });
    }
    return true;
  }

  /** Makes a sequence of items, one behind the other, with their settings, and opens it. */
  sequenceOf(name: string, items: readonly Item[], bin: Item): Sequence {
    const media = items.find((item) => item.media !== undefined)?.media;
    if (media === undefined) throw new TypeError("no clip among the items");
    const { width, height, ticksPerFrame: frame, pixelAspect, fields } = media;
    const { active } = this;
    const sequence = this.addSequence({
      name,
      width,
      height,
      ticksPerFrame: frame,
      pixelAspect,
      fields,
    });
    if (active !== undefined && !this.quirks.opensNewSequences) {
      this.active = active;
    }
    this.moveTo(sequence.item, bin);
    let at = 0n;
    for (const item of items) {
      const clip = this.newClip(item, sequence, at);
      overwrite(sequence.video[0]!, clip, this.copyClip);
      at = clip.end;
    }
    return sequence;
  }

  /** Renames a bin, an item or a clip. */
  rename(thing: Item | Clip, name: string): void {
    if (!this.quirks.forgetsNames) thing.name = name;
  }

  /** Says how an item's files are to be understood. The rate is a decimal, as scripts give it. */
  interpret(
    item: Item,
    change: {
      readonly frameRate?: number;
      readonly pixelAspect?: PixelAspect;
      readonly alpha?: AlphaUsage;
    },
  ): void {
    const { media } = item;
    if (this.quirks.forgetsInterpretation || media === undefined) return;
    if (change.frameRate !== undefined) {
      const rate = parseFrameRate(change.frameRate.toFixed(6));
      if (rate === undefined) throw new RangeError("not a frame rate");
      media.ticksPerFrame = ticksPerFrame(rate);
    }
    media.pixelAspect = change.pixelAspect ?? media.pixelAspect;
    if (change.alpha === undefined || change.alpha === media.alpha) return;
    if (media.hasAlpha) media.alpha = change.alpha;
    else if (this.quirks.refusesAlphaOfOpaque) {
      throw new Error("The media has no alpha channel");
    }
  }

  /** Says which timecode an item's media begin at. */
  startMedia({ media }: Item, start: Ticks): void {
    const { timecodes } = this.quirks;
    if (media === undefined || timecodes === "refused") {
      throw new Error("The start time cannot be set");
    }
    if (timecodes === "kept") media.start = start;
  }

  /** A time in a clip's source, as scripts are told of it. */
  told({ item }: Clip, time: Ticks): Ticks {
    const { inPointsFrom } = this.quirks;
    return inPointsFrom === "timecode"
      ? ticks(time + (item.media?.start ?? 0n))
      : time;
  }

  /** Sets a value of an effect. One that changes in time is set by its keyframes alone. */
  setValue(one: EffectValue, value: number): void {
    if (one.keyframes > 0) throw new Error("The value changes in time");
    if (!this.quirks.forgetsValues) one.value = value;
  }

  /** A point of a clip's motion, as scripts are told of it. */
  point([x, y]: readonly [number, number]): [number, number] {
    const { width = 1, height = 1 } = this.active ?? {};
    return this.quirks.motionInPixels ? [x * width, y * height] : [x, y];
  }

  /** Says in which space an item's colours are taken to be. */
  overrideColorSpace({ media }: Item, space: string): void {
    if (media !== undefined) media.colorSpace = space;
  }

  /** Moves an item into another bin. */
  moveItem(item: Item, bin: Item): void {
    if (!this.quirks.keepsItemsInPlace) this.moveTo(item, bin);
  }

  /** Moves an item, as the program itself does. */
  moveTo(item: Item, bin: Item): void {
    this.#takeOut(item);
    bin.children.push(item);
  }

  /** Removes an item or a bin with all that is in it, and their clips from all sequences. */
  removeItem(item: Item): void {
    this.#takeOut(item);
    const gone = new Set<Item>();
    const collect = (one: Item): void => {
      if (
        this.quirks.binsKeepSequences &&
        one.kind === "sequence" &&
        one !== item
      ) {
        this.root.children.push(one);
        return;
      }
      gone.add(one);
      one.children.forEach(collect);
    };
    collect(item);
    for (const { sequence } of gone) {
      if (sequence === undefined) continue;
      this.sequences.splice(this.sequences.indexOf(sequence), 1);
      if (this.active === sequence) this.active = this.sequences[0];
    }
    for (const { video, audio } of this.sequences) {
      for (const track of [...video, ...audio]) {
        track.clips = track.clips.filter((clip) => !gone.has(clip.item));
      }
    }
  }

  /** Adds empty video tracks, the first with this index. */
  addTracks(sequence: Sequence, count: number, index: number): void {
    if (this.quirks.addsNoTracks && this.active === sequence) return;
    const at = this.quirks.addsTracksAtBottom
      ? 0
      : this.quirks.addsTracksOnTop
        ? sequence.video.length
        : Math.min(index, sequence.video.length);
    const added = Array.from({ length: count }, () => this.#track(""));
    sequence.video.splice(at, 0, ...added);
    numberTracks(sequence);
  }

  /** Removes a video track with what is on it. */
  removeTrack(sequence: Sequence, index: number): void {
    if (this.quirks.keepsTracks) return;
    sequence.video.splice(index, 1);
    numberTracks(sequence);
  }

  /**
   * Overwrites a track from a time on with the whole item, its sound goes onto the first audio track; a track that is not there
   * is passed over in silence.
   */
  overwriteClip(
    sequence: Sequence,
    trackIndex: number,
    item: Item,
    start: Ticks,
  ): void {
    if (this.quirks.overwriteMakesTracks) this.#growTo(sequence, trackIndex);
    const track = sequence.video[trackIndex];
    if (track === undefined || this.#ignoresPlacement()) return;
    const clip = this.newClip(item, sequence, start);
    overwrite(track, clip, this.copyClip);
    this.#bringSound(clip, sequence.audio[0]);
  }

  /** Inserts the whole item; an index above the topmost track makes a track, for its sound as well. */
  insertClip(
    sequence: Sequence,
    trackIndex: number,
    audioIndex: number,
    item: Item,
    start: Ticks,
    limitShift: boolean,
  ): void {
    if (trackIndex >= sequence.video.length) {
      if (this.quirks.insertRefusesNewTrack) {
        throw new Error("An invalid track index was passed to the sequence");
      }
      if (this.quirks.insertMakesNoTrack) return;
      this.#growTo(sequence, sequence.video.length);
    }
    if (this.#ignoresPlacement()) return;
    const track =
      sequence.video[Math.min(trackIndex, sequence.video.length - 1)]!;
    const clip = this.newClip(item, sequence, start);
    const length = ticks(clip.end - clip.start);
    const rippled =
      limitShift && !this.quirks.insertsRippleEverywhere
        ? [track]
        : [...sequence.video, ...sequence.audio];
    for (const one of rippled)
      makeRoomOnTrack(one, start, length, this.copyClip);
    overwrite(track, clip, this.copyClip);
    if (this.#bringsSound(item) && audioIndex >= sequence.audio.length) {
      sequence.audio.push(this.#track(`Audio ${sequence.audio.length + 1}`));
    }
    this.#bringSound(clip, sequence.audio[audioIndex] ?? sequence.audio.at(-1));
  }

  /** Puts a copy of a clip onto another track, or at another time; what lies there makes room. */
  cloneClip(sequence: Sequence, clip: Clip, by: bigint, tracks: number): void {
    if (this.quirks.clonesNothing) return;
    const index = sequence.video.findIndex(({ clips }) => clips.includes(clip));
    if (this.quirks.cloneMakesTracks) this.#growTo(sequence, index + tracks);
    const target = sequence.video[index + tracks];
    if (index < 0 || target === undefined) {
      throw new Error("An invalid track index was passed to the sequence");
    }
    const copy = this.copyClip(clip);
    copy.start = ticks(clip.start + by);
    copy.end = ticks(clip.end + by);
    overwrite(target, copy, this.copyClip);
  }

  /** Calls a video track otherwise. */
  nameTrack(track: Track, name: string): void {
    if (!this.quirks.namesNoTracks) track.name = name;
  }

  /** Takes a clip from its track and leaves a gap. */
  removeClip(sequence: Sequence, clip: Clip): void {
    for (const track of [...sequence.video, ...sequence.audio]) {
      if (!track.clips.includes(clip)) continue;
      track.clips = track.clips.filter((other) => other !== clip);
      dropTransitions(track, clip);
    }
  }

  /** Enables or disables a clip. */
  setDisabled(clip: Clip, disabled: boolean): void {
    if (!this.quirks.forgetsDisabled) clip.disabled = disabled;
  }

  /** Moves the user's In or Out point; one that would lie on the wrong side of the other takes it away. */
  markInOut(
    sequence: Sequence,
    which: "inPoint" | "outPoint",
    time: Ticks | undefined,
  ): void {
    sequence[which] = time;
    const { inPoint, outPoint } = sequence;
    if (inPoint !== undefined && outPoint !== undefined && inPoint > outPoint) {
      sequence[which === "inPoint" ? "outPoint" : "inPoint"] = undefined;
    }
  }

  /**
   * Makes a sequence of a part of another one; see the quirks for which part.
   *
   * @returns undefined when there is nothing in it
   */
  createSubsequence(sequence: Sequence): Sequence | undefined {
    const { active, quirks } = this;
    const parts = copySubsequence(sequence, {
      quirks,
      isSelected: (clip) => this.isSelected(clip),
      copyClip: this.copyClip,
      newTrack: (name) => this.#track(name),
    });
    if (parts === undefined) return undefined;
    const sub = this.addSequence(
      {
        ...sequence,
        name: `${sequence.item.name}_Sub_01`,
        ...(quirks.subsequenceAtOtherRate && { ticksPerFrame: ticksPerStill }),
      },
      0,
    );
    if (!quirks.opensNewSequences) this.active = active;
    sub.workingColorSpace = sequence.workingColorSpace;
    sub.video.splice(0, sub.video.length, ...parts.video);
    sub.audio.splice(0, sub.audio.length, ...parts.audio);
    return sub;
  }

  /** Deletes a sequence and its item; answers whether it was there. */
  deleteSequence(sequence: Sequence): boolean {
    if (!this.sequences.includes(sequence)) return false;
    if (!this.quirks.keepsSequences) this.removeItem(sequence.item);
    return true;
  }

  /**
   * Renders a whole sequence into numbered PNG files.
   *
   * @param presetPath an `.epr` file; what it says is done
   * @returns what Premiere would answer
   */
  exportSequence(
    sequence: Sequence,
    outPath: string,
    presetPath: string,
  ): string {
    this.exporting = true;
    try {
      return exportFrames(
        sequence,
        outPath,
        presetPath,
        this.disk,
        this.quirks,
      );
    } finally {
      this.exporting = false;
    }
  }

  /** Notes one entry in the list of what can be undone. */
  noteStep(label: string): void {
    this.undoSteps.push(label);
  }

  /** A clip of the whole item, or of what is marked of it, at a time; not yet on a track. */
  newClip(item: Item, sequence: Sequence, start: bigint): Clip {
    const whole = this.#wholeLength(item, sequence);
    // The timeline knows whole frames only.
    const length = (whole / sequence.ticksPerFrame) * sequence.ticksPerFrame;
    const inPoint = item.media?.marks?.start ?? ticks(0n);
    return {
      id: this.#newId("clip"),
      item,
      name: item.name,
      start: ticks(start),
      end: ticks(start + length),
      inPoint,
      outPoint: ticks(inPoint + length),
      disabled: false,
      speed: 1,
      reversed: false,
      adjustmentLayer: false,
      effects: ownEffects(this.quirks.normalBlendMode),
    };
  }

  /** The same clip again, with an id of its own. */
  readonly copyClip = (clip: Clip): Clip => ({
    ...clip,
    id: this.#newId("clip"),
    effects: clip.effects.map(({ matchName, values }) => ({
      matchName,
      values: values.map(copyValue),
    })),
  });

  /** Makes a track where one of this index would be the next. */
  #growTo({ video }: Sequence, index: number): void {
    if (index === video.length) video.push(this.#track(`Video ${index + 1}`));
  }

  #wholeLength({ media, sequence: nest }: Item, around: Sequence): bigint {
    if (media !== undefined) {
      const { start, end } = markedRange(media);
      return ticks(end - start);
    }
    const frame = around.ticksPerFrame;
    if (nest === undefined) return 100n * frame;
    return sequenceEnd(nest) + (this.quirks.nestsAreLong ? frame : 0n);
  }

  #bringsSound(item: Item): boolean {
    return item.sequence === undefined
      ? item.media?.hasSound === true
      : this.quirks.nestsBringSound;
  }

  #bringSound(clip: Clip, track: Track | undefined): void {
    if (track === undefined || !this.#bringsSound(clip.item)) return;
    overwrite(track, this.copyClip(clip), this.copyClip);
  }

  #takeOut(item: Item): void {
    const siblings = this.parentOf(item)?.children;
    siblings?.splice(siblings.indexOf(item), 1);
  }

  #ignoresPlacement(): boolean {
    this.#placements++;
    const { ignoresPlacementsFrom: from, ignoresPlacementsTo: to } =
      this.quirks;
    return from > 0 && this.#placements >= from && this.#placements <= to;
  }

  #newId(kind: string): string {
    return `${kind}-${++this.#lastId}`;
  }

  #item(kind: Item["kind"], name: string): Item {
    return {
      id: this.#newId("item"),
      kind,
      name,
      children: [],
      multicam: false,
      offline: false,
    };
  }

  #track(name: string): Track {
    return { id: ++this.#lastId, name, clips: [], transitions: [] };
  }
}

/** The same value again, also where asking it throws. */
const copyValue = (value: EffectValue): EffectValue =>
  Object.defineProperties(
    {} as EffectValue,
    Object.getOwnPropertyDescriptors(value),
  );

/** Tracks that nobody has named are called by their numbers. */
function numberTracks({ video }: Sequence): void {
  for (const [i, track] of video.entries()) {
    if (/^(?:Video \d+)?$/.test(track.name)) track.name = `Video ${i + 1}`;
  }
}
