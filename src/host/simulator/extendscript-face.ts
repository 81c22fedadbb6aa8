import { pixelAspectValue } from "../../units/pixel-aspect.ts";
import {
  parseTicks,
  type Ticks,
  ticks,
  ticksPerSecond,
} from "../../units/ticks.ts";
import { extendScriptFiles } from "./extendscript-files.ts";
import { alphaUsages, markedRange } from "./media.ts";
import type { SimulatedPremiere } from "./premiere.ts";
import type { Clip, Effect, Item, Sequence, Track } from "./timeline.ts";
import { unsetMarkTicks } from "./unset-mark.ts";

/** What the world around the face does for it. */
export interface FaceSurroundings {
  /** Makes an array of the script's own realm, which has fewer methods than ours. */
  readonly list: (items: readonly unknown[]) => unknown;
  /** Carries a `CSXSEvent` to the panel. */
  readonly dispatch: (type: string, data: string) => void;
}

/**
 * Premiere as ExtendScript sees it: the global objects that a script finds. Only what exists in Premiere is there; every
 * setter is one step of undo.
 */
export function extendScriptGlobals(
  premiere: SimulatedPremiere,
  { list, dispatch }: FaceSurroundings,
): Record<string, unknown> {
  const step = (label: string): void => {
    premiere.noteStep(label);
  };
  const handlers = new Map<string, () => void>();
  premiere.onSelection(() =>
    handlers.get("onActiveSequenceSelectionChanged")?.(),
  );

  const time = (value: Ticks) => ({
    ticks: value.toString(),
    seconds: Number(value) / Number(ticksPerSecond),
  });

  /** Seconds fall onto the nearest frame of the sequence. */
  const secondsToTicks = (seconds: number, sequence: Sequence): Ticks => {
    const frame = Number(sequence.ticksPerFrame) / Number(ticksPerSecond);
    return ticks(BigInt(Math.round(seconds / frame)) * sequence.ticksPerFrame);
  };

  const collection = (
    count: "numItems" | "numTracks" | "numSequences",
    members: readonly unknown[],
  ): unknown =>
    Object.assign(Object.fromEntries(members.entries()), {
      [count]: members.length,
    });

  const itemOf = (face: unknown): Item => {
    const item = items.get(face as object);
    if (item === undefined) throw new TypeError("Illegal Parameter type");
    return item;
  };
  const items = new WeakMap<object, Item>();

  const projectItem = (item: Item): unknown => {
    const isRoot = item === premiere.root;
    const face = {
      get name() {
        return item.name;
      },
      set name(name: string) {
        step("Rename");
        premiere.rename(item, name);
      },
      nodeId: item.id,
      type: isRoot ? 3 : item.kind === "bin" ? 2 : 1,
      get children() {
        return item.kind === "bin"
          ? collection("numItems", item.children.map(projectItem))
          : undefined;
      },
      isSequence: () => item.kind === "sequence",
      isMulticamClip: () => item.multicam,
      isOffline: () => item.offline,
      getMediaPath: () => item.media?.path ?? "",
      getInPoint: () => time(item.media?.marks?.start ?? ticks(0n)),
      getOutPoint: () =>
        time(
          item.media === undefined ? ticks(0n) : markedRange(item.media).end,
        ),
      startTime: () => {
        if (item.media === undefined) throw new Error("No media");
        return time(item.media.start);
      },
      setStartTime: (at: unknown) => {
        step("Modify Timecode");
        const { startTakes } = premiere.quirks;
        if (startTakes === "ticks" && typeof at !== "string") {
          throw new TypeError("Illegal Parameter type");
        }
        const start =
          startTakes === "ticks"
            ? parseTicks(at as string)
            : ticks(BigInt(Math.round(Number(at) * Number(ticksPerSecond))));
        premiere.startMedia(item, start);
      },
      setOverrideColorSpace: (space: string) => {
        step("Interpret Footage");
        premiere.overrideColorSpace(item, space);
      },
      getColorSpace: () => item.media?.colorSpace ?? "sRGB",
      moveBin: (bin: unknown) => {
        step("Move");
        premiere.moveItem(item, itemOf(bin));
      },
      createBin: (name: string) => {
        step("New Bin");
        return projectItem(premiere.addBin(name, item));
      },
      deleteBin: () => {
        if (item.kind !== "bin" || isRoot) throw new Error("Not a bin");
        step("Delete Bin");
        premiere.removeItem(item);
      },
      setOverrideFrameRate: (frameRate: number) => {
        step("Interpret Footage");
        premiere.interpret(item, { frameRate });
        return true;
      },
      setOverridePixelAspectRatio: (numerator: number, denominator: number) => {
        step("Interpret Footage");
        premiere.interpret(item, { pixelAspect: { numerator, denominator } });
        return true;
      },
      getFootageInterpretation: () => {
        const { media } = item;
        if (media === undefined) return undefined;
        return {
          alphaUsage: alphaUsages.indexOf(media.alpha),
          frameRate: Number(ticksPerSecond) / Number(media.ticksPerFrame),
          pixelAspectRatio: pixelAspectValue(media.pixelAspect),
          fieldType: media.fields,
        };
      },
      setFootageInterpretation: (interpretation: { alphaUsage: number }) => {
        step("Interpret Footage");
        const alpha = alphaUsages[interpretation.alphaUsage];
        if (alpha === undefined) throw new RangeError("Illegal alpha usage");
        premiere.interpret(item, { alpha });
        return true;
      },
    };
    items.set(face, item);
    return face;
  };

  const trackItem = (
    clip: Clip,
    sequence: Sequence,
    media: "Video" | "Audio",
    trackIndex: number,
  ): unknown =>
    counted({
      nodeId: clip.id,
      get components() {
        return premiere.quirks.hidesEffects
          ? undefined
          : collection("numItems", clip.effects.map(component));
      },
      get name() {
        return clip.name;
      },
      set name(name: string) {
        step("Rename");
        premiere.rename(clip, name);
      },
      mediaType: media,
      type: 1,
      parentTrackIndex: trackIndex,
      get projectItem() {
        return projectItem(clip.item);
      },
      get start() {
        return time(clip.start);
      },
      get end() {
        return time(clip.end);
      },
      set end(value: { ticks: string }) {
        step("Trim");
        clip.end = parseTicks(value.ticks);
      },
      get inPoint() {
        return time(premiere.told(clip, clip.inPoint));
      },
      get outPoint() {
        return time(premiere.told(clip, clip.outPoint));
      },
      set outPoint(value: { ticks: string }) {
        step("Trim");
        const by = premiere.told(clip, clip.outPoint) - parseTicks(value.ticks);
        clip.outPoint = ticks(clip.outPoint - by);
      },
      get disabled() {
        return clip.disabled;
      },
      set disabled(disabled: boolean) {
        step("Enable");
        premiere.setDisabled(clip, disabled);
      },
      getSpeed: () => clip.speed,
      isSpeedReversed: () => (clip.reversed ? 1 : 0),
      isAdjustmentLayer: () => clip.adjustmentLayer,
      isSelected: () => premiere.isSelected(clip),
      setSelected: (selected: boolean) => {
        const others = premiere
          .selection()
          .map((one) => one.clip)
          .filter((other) => other !== clip);
        premiere.select(selected ? [...others, clip] : others);
      },
      remove: (ripple: boolean) => {
        if (ripple) throw new Error("The simulator does not ripple");
        step("Clear");
        premiere.removeClip(sequence, clip);
        return true;
      },
      move: (seconds: number) => {
        step("Move");
        const by = secondsToTicks(seconds, sequence);
        clip.start = ticks(clip.start + by);
        clip.end = ticks(clip.end + by);
        return true;
      },
    });

  /** Every question to a clip is counted. */
  const counted = <Face extends object>(made: Face): Face =>
    new Proxy(made, {
      get: (face, key) => {
        premiere.clipReadings++;
        return Reflect.get(face, key) as unknown;
      },
    });

  const component = ({ matchName, values }: Effect): unknown => ({
    matchName,
    displayName: matchName.replace(/^AE\.ADBE /, ""),
    properties: collection(
      "numItems",
      values.map((one) => ({
        displayName: one.name,
        getValue: () =>
          typeof one.value === "number"
            ? one.value
            : list(premiere.point(one.value)),
        isTimeVarying: () => one.keyframes > 0,
        setValue: (value: number) => {
          step("Set value");
          premiere.setValue(one, value);
          return true;
        },
      })),
    ),
  });

  const trackFace = (
    sequence: Sequence,
    track: Track,
    index: number,
    media: "Video" | "Audio",
  ): unknown => ({
    get name() {
      return track.name;
    },
    id: track.id,
    mediaType: media,
    get clips() {
      return collection(
        "numItems",
        track.clips.map((clip) => trackItem(clip, sequence, media, index)),
      );
    },
    get transitions() {
      return collection(
        "numItems",
        track.transitions.map(({ start, end }) => ({
          start: time(start),
          end: time(end),
        })),
      );
    },
    overwriteClip: (item: unknown, at: unknown) => {
      step("Overwrite");
      const start = placementTime(at, sequence);
      premiere.overwriteClip(sequence, index, itemOf(item), start);
      return true;
    },
  });

  const placementTime = (at: unknown, sequence: Sequence): Ticks => {
    const { overwriteTime } = premiere.quirks;
    if (overwriteTime === "seconds") {
      return secondsToTicks(Number(at), sequence);
    }
    if (typeof at === "string") return parseTicks(at);
    if (typeof at !== "number") throw new TypeError("Illegal Parameter type");
    return overwriteTime === "ticks"
      ? ticks(BigInt(Math.round(at)))
      : secondsToTicks(at, sequence);
  };

  /** An In or Out point that is not set is a time long before the beginning. */
  const secondsOf = (mark: Ticks | undefined): string =>
    String(Number(mark ?? unsetMarkTicks) / Number(ticksPerSecond));

  const mark = (
    sequence: Sequence,
    which: "inPoint" | "outPoint",
    at: unknown,
  ): void => {
    const { inOutTakes } = premiere.quirks;
    if (inOutTakes === "nothing") return;
    const value = Number(at);
    const seconds =
      inOutTakes === "seconds" ? value : value / Number(ticksPerSecond);
    // What is before the sequence's beginning takes the mark away.
    const wanted = seconds < 0 ? undefined : secondsToTicks(seconds, sequence);
    premiere.markInOut(sequence, which, wanted);
  };

  const sequenceOf = (face: { sequenceID: string }): Sequence => {
    const found = premiere.sequences.find(({ id }) => id === face.sequenceID);
    if (found === undefined) throw new TypeError("Illegal Parameter type");
    return found;
  };

  const tracksFace = (
    sequence: Sequence,
    tracks: readonly Track[],
    media: "Video" | "Audio",
  ): unknown =>
    collection(
      "numTracks",
      tracks.map((track, i) => trackFace(sequence, track, i, media)),
    );

  const sequenceFace = (sequence: Sequence): unknown => ({
    sequenceID: sequence.id,
    get name() {
      return sequence.item.name;
    },
    timebase: sequence.ticksPerFrame.toString(),
    frameSizeHorizontal: sequence.width,
    frameSizeVertical: sequence.height,
    projectItem: projectItem(sequence.item),
    get videoTracks() {
      return tracksFace(sequence, sequence.video, "Video");
    },
    get audioTracks() {
      return tracksFace(sequence, sequence.audio, "Audio");
    },
    getInPoint: () => secondsOf(sequence.inPoint),
    getOutPoint: () => secondsOf(sequence.outPoint),
    setInPoint: (at: unknown) => {
      mark(sequence, "inPoint", at);
    },
    setOutPoint: (at: unknown) => {
      mark(sequence, "outPoint", at);
    },
    getPlayerPosition: () => time(sequence.playhead),
    setPlayerPosition: (at: string) => {
      sequence.playhead = parseTicks(at);
    },
    getSettings: () => ({
      workingColorSpace: sequence.workingColorSpace,
      workingColorSpaceList: list(["BT.709", "BT.2020 HLG", "BT.2020 PQ"]),
      videoPixelAspectRatio: `${sequence.pixelAspect.numerator}:${sequence.pixelAspect.denominator}`,
      videoFieldType: sequence.fields,
      videoFrameWidth: sequence.width,
      videoFrameHeight: sequence.height,
    }),
    getSelection: () =>
      list(
        premiere.active === sequence
          ? premiere
              .selection()
              .map(({ clip, media, trackIndex }) =>
                trackItem(
                  clip,
                  sequence,
                  media === "video" ? "Video" : "Audio",
                  trackIndex,
                ),
              )
          : [],
      ),
    createSubsequence: () => {
      step("Make Subsequence");
      const sub = premiere.createSubsequence(sequence);
      return sub === undefined ? 0 : sequenceFace(sub);
    },
    exportAsMediaDirect: (out: string, preset: string, range: number) => {
      if (range !== 0) throw new Error("The simulator exports whole sequences");
      return premiere.exportSequence(sequence, out, preset);
    },
  });

  const project = {
    get path() {
      return premiere.projectPath;
    },
    get rootItem() {
      return projectItem(premiere.root);
    },
    get sequences() {
      return collection("numSequences", premiere.sequences.map(sequenceFace));
    },
    get activeSequence() {
      const { active } = premiere;
      return active === undefined ? undefined : sequenceFace(active);
    },
    set activeSequence(face: unknown) {
      premiere.open(sequenceOf(face as { sequenceID: string }));
    },
    openSequence: (id: string) => {
      const found = premiere.sequences.find((sequence) => sequence.id === id);
      if (found === undefined) return false;
      premiere.open(found);
      return true;
    },
    importFiles: (
      paths: ArrayLike<string>,
      _quietly: boolean,
      bin: unknown,
      numbered: boolean,
    ) => {
      step("Import");
      return premiere.importFiles(Array.from(paths), itemOf(bin), numbered);
    },
    createNewSequenceFromClips: (
      name: string,
      clips: ArrayLike<unknown>,
      bin: unknown,
    ) => {
      step("New Sequence");
      const made = premiere.sequenceOf(
        name,
        Array.from(clips, itemOf),
        itemOf(bin),
      );
      return sequenceFace(made);
    },
    deleteSequence: (face: { sequenceID: string }) => {
      step("Delete Sequence");
      return premiere.deleteSequence(sequenceOf(face));
    },
  };

  const qe = {
    project: {
      getActiveSequence: () => {
        const sequence = premiere.active;
        if (sequence === undefined) return undefined;
        return {
          addTracks: (videos: number, second: number, third: number) => {
            step("Add Tracks");
            const index =
              premiere.quirks.addTracksArguments === "documented"
                ? second
                : third;
            premiere.addTracks(sequence, videos, index);
            return true;
          },
          getVideoTrackAt: (index: number) => ({
            setName: (name: string) => {
              premiere.nameTrack(sequence.video[index]!, name);
            },
          }),
          removeVideoTrack: (index: number) => {
            step("Delete Track");
            premiere.removeTrack(sequence, index);
            return true;
          },
        };
      },
    },
  };

  const globals: Record<string, unknown> = {
    $: { fileName: "lamina.jsx", writeln: () => undefined },
    ...extendScriptFiles(premiere.disk, list),
    ExternalObject: function ExternalObject() {
      return undefined;
    },
    CSXSEvent: function CSXSEvent(this: Record<string, unknown>) {
      this["dispatch"] = () => {
        dispatch(String(this["type"]), String(this["data"]));
      };
    },
    Time: function Time(this: Record<string, unknown>) {
      this["ticks"] = "0";
    },
  };
  globals["app"] = {
    version: "25.6.1",
    get project() {
      return premiere.projectOpen ? project : undefined;
    },
    enableQE: () => {
      globals["qe"] = qe;
    },
    bind: (name: string, handler: () => void) => {
      handlers.set(name, handler);
    },
    unbind: (name: string) => {
      handlers.delete(name);
    },
  };
  return globals;
}
