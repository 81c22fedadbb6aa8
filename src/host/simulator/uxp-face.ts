import {
  type PixelAspect,
  pixelAspectValue,
} from "../../units/pixel-aspect.ts";
import {
  parseTicks,
  type Ticks,
  ticks,
  ticksPerSecond,
} from "../../units/ticks.ts";
import { alphaUsages, markedRange, mediaLength } from "./media.ts";
import type { SimulatedPremiere } from "./premiere.ts";
import type { Clip, Effect, Item, Sequence, Track } from "./timeline.ts";
import { unsetMarkTicks } from "./unset-mark.ts";

/** A change that waits for its transaction. */
interface Action {
  readonly run: () => void;
}

interface TickTime {
  readonly ticks: string;
  readonly seconds: number;
}

/**
 * Premiere as UXP sees it: what `require("premierepro")` answers. Reading takes a promise, changing takes an action that is
 * made inside the project's lock and run by a transaction, which is one step of undo.
 */
export function premiereProModule(premiere: SimulatedPremiere): object {
  let locked = false;
  const soon = <Value>(value: Value): Promise<Value> => Promise.resolve(value);

  const action = (run: () => void): Action => {
    if (!locked) {
      throw new Error("Actions must be created inside project.lockedAccess");
    }
    return { run };
  };

  const time = (value: Ticks): TickTime => ({
    ticks: value.toString(),
    seconds: Number(value) / Number(ticksPerSecond),
  });
  const tickTime = {
    createWithTicks: (text: string) => time(parseTicks(text)),
  };

  /** Faces are made anew on every reading, and stand for the same thing. */
  const behind = new WeakMap<object, unknown>();
  const face = <Face extends object>(thing: unknown, made: Face): Face => {
    behind.set(made, thing);
    return made;
  };
  const item = (of: object): Item => known(of) as Item;
  const sequence = (of: object): Sequence => known(of) as Sequence;
  const known = (of: object | undefined): unknown => {
    const thing = of === undefined ? undefined : behind.get(of);
    if (thing === undefined) throw new TypeError("Illegal Parameter type");
    return thing;
  };

  const parentBin = (one: Item): object => {
    const parent = premiere.parentOf(one);
    if (parent === undefined) throw new Error("The item is not in the project");
    return folderItem(parent);
  };

  const projectItem = (one: Item): object =>
    face(one, {
      getId: () => one.id,
      type: one === premiere.root ? 3 : one.kind === "bin" ? 2 : 1,
      name: one.name,
      getParentBin: () => parentBin(one),
      createSetNameAction: (name: string) =>
        action(() => {
          premiere.rename(one, name);
        }),
    });

  const folderItem = (one: Item): object =>
    face(one, {
      type: 2,
      name: one.name,
      getItems: () => soon(one.children.map(projectItem)),
      createBinAction: (name: string) =>
        action(() => {
          premiere.addBin(name, one);
        }),
      createMoveItemAction: (child: object, bin: object) => {
        const [moved, target] = [item(child), item(bin)];
        return action(() => {
          premiere.moveItem(moved, target);
        });
      },
      createRemoveItemAction: (child: object) => {
        const gone = item(child);
        return action(() => {
          premiere.removeItem(gone);
        });
      },
    });

  const clipProjectItem = (one: Item): object =>
    face(one, {
      getMediaFilePath: () => soon(one.media?.path ?? ""),
      getMedia: () => {
        const { media } = one;
        if (media === undefined) throw new Error("The item has no media");
        return soon({
          start: time(media.start),
          duration: time(mediaLength(media)),
          createSetStartAction: (start: TickTime) =>
            action(() => {
              premiere.startMedia(one, parseTicks(start.ticks));
            }),
        });
      },
      getInPoint: () => soon(time(one.media?.marks?.start ?? ticks(0n))),
      getOutPoint: () =>
        soon(
          time(
            one.media === undefined ? ticks(0n) : markedRange(one.media).end,
          ),
        ),
      isOffline: () => soon(one.offline),
      isMulticamClip: () => soon(one.multicam),
      isSequence: () => soon(one.kind === "sequence"),
      getFootageInterpretation: () => soon(interpretation(one)),
      createSetFootageInterpretationAction: (
        wanted: ReturnType<typeof interpretation>,
      ) =>
        action(() => {
          premiere.interpret(one, {
            frameRate: wanted.getFrameRate(),
            pixelAspect: aspectOf(wanted.getPixelAspectRatio()),
            alpha: alphaUsages[wanted.getAlphaUsage()]!,
          });
        }),
    });

  const interpretation = ({ media }: Item) => {
    if (media === undefined) throw new Error("The item has no footage");
    let alpha = alphaUsages.indexOf(media.alpha);
    let rate = Number(ticksPerSecond) / Number(media.ticksPerFrame);
    let aspect = pixelAspectValue(media.pixelAspect);
    return {
      ALPHACHANNEL_NONE: 0,
      ALPHACHANNEL_STRAIGHT: 1,
      ALPHACHANNEL_PREMULTIPLIED: 2,
      ALPHACHANNEL_IGNORE: 3,
      getAlphaUsage: () => alpha,
      setAlphaUsage: (value: number) => {
        alpha = value;
        return true;
      },
      getFrameRate: () => rate,
      setFrameRate: (value: number) => {
        rate = value;
        return true;
      },
      getPixelAspectRatio: () => aspect,
      setPixelAspectRatio: (value: number) => {
        aspect = value;
        return true;
      },
    };
  };

  const trackItem = (
    clip: Clip,
    trackIndex: number,
    media: "video" | "audio",
  ): object =>
    face(
      clip,
      counted({
        getComponentChain: () => {
          if (premiere.quirks.hidesEffects) throw failed();
          return soon({
            getComponentCount: () => clip.effects.length,
            getComponentAtIndex: (index: number) =>
              component(clip.effects[index]!),
          });
        },
        ...(media === "video"
          ? { createAddVideoTransitionAction: () => action(() => undefined) }
          : {}),
        getName: () => soon(clip.name),
        getProjectItem: () => soon(projectItem(clip.item)),
        getStartTime: () => soon(time(clip.start)),
        getEndTime: () => soon(time(clip.end)),
        getInPoint: () => soon(time(premiere.told(clip, clip.inPoint))),
        getOutPoint: () => soon(time(premiere.told(clip, clip.outPoint))),
        getTrackIndex: () => soon(trackIndex),
        getSpeed: () => soon(clip.speed),
        isSpeedReversed: () => soon(clip.reversed ? 1 : 0),
        isAdjustmentLayer: () => soon(clip.adjustmentLayer),
        isDisabled: () => soon(clip.disabled),
        createSetDisabledAction: (disabled: boolean) =>
          action(() => {
            premiere.setDisabled(clip, disabled);
          }),
        createSetNameAction: (name: string) =>
          action(() => {
            if (premiere.quirks.failsClipNames) throw failed();
            premiere.rename(clip, name);
          }),
        createMoveAction: (by: TickTime) =>
          action(() => {
            clip.start = ticks(clip.start + parseTicks(by.ticks));
            clip.end = ticks(clip.end + parseTicks(by.ticks));
          }),
        createSetEndAction: (end: TickTime) =>
          action(() => {
            if (premiere.quirks.failsTrims) throw failed();
            const by = parseTicks(end.ticks) - clip.end;
            clip.end = ticks(clip.end + by);
            clip.outPoint = ticks(clip.outPoint + by);
          }),
      }),
    );

  const failed = (): Error => new Error("Script action failed to execute");

  /** Every question to a clip is counted. */
  const counted = <Face extends object>(made: Face): Face =>
    new Proxy(made, {
      get: (target, key) => {
        premiere.clipReadings++;
        return Reflect.get(target, key) as unknown;
      },
    });

  const component = ({ matchName, values }: Effect): object => ({
    getMatchName: () => soon(matchName),
    getDisplayName: () => soon(matchName.replace(/^AE\.ADBE /, "")),
    getParamCount: () => values.length,
    getParam: (index: number) => {
      const one = values[index]!;
      const value = () =>
        typeof one.value === "number"
          ? one.value
          : {
              x: premiere.point(one.value)[0],
              y: premiere.point(one.value)[1],
            };
      return {
        displayName: one.name,
        isTimeVarying: () => one.keyframes > 0,
        getStartValue: () => soon({ value: { value: value() } }),
        createKeyframe: (given: number) => ({ value: { value: given } }),
        createSetValueAction: (keyframe: { value: { value: number } }) =>
          action(() => {
            premiere.setValue(one, keyframe.value.value);
          }),
      };
    },
  });

  const trackFace = (
    track: Track | undefined,
    index: number,
    media: "video" | "audio",
  ): object => {
    if (track === undefined) throw new RangeError("There is no such track");
    return {
      id: track.id,
      name: track.name,
      createSetNameAction: premiere.quirks.namesNoTracks
        ? undefined
        : (name: string) =>
            action(() => {
              premiere.nameTrack(track, name);
            }),
      getTrackItems: (type: number) =>
        type === 2
          ? track.transitions.map(({ start, end }) => ({
              getStartTime: () => soon(time(start)),
              getEndTime: () => soon(time(end)),
            }))
          : track.clips.map((clip) => trackItem(clip, index, media)),
    };
  };

  const selectionFace = (clips: readonly object[]) => {
    const chosen = [...clips];
    return {
      chosen,
      addItem: (clip: object) => chosen.push(clip) > 0,
      getTrackItems: () => soon([...chosen]),
    };
  };

  const sequenceFace = (one: Sequence): object =>
    face(one, {
      guid: { toString: () => one.id },
      name: one.item.name,
      getProjectItem: () => soon(projectItem(one.item)),
      getFrameSize: () => soon({ width: one.width, height: one.height }),
      getTimebase: () => soon(one.ticksPerFrame.toString()),
      getSettings: () =>
        soon({
          getVideoPixelAspectRatio: () =>
            soon(`Pixels (${pixelAspectValue(one.pixelAspect).toFixed(4)})`),
          getVideoFieldType: () => soon(one.fields),
        }),
      getVideoTrackCount: () => soon(one.video.length),
      getAudioTrackCount: () => soon(one.audio.length),
      getVideoTrack: (index: number) =>
        soon(trackFace(one.video[index], index, "video")),
      getAudioTrack: (index: number) =>
        soon(trackFace(one.audio[index], index, "audio")),
      getSelection: () =>
        soon(
          selectionFace(
            premiere.active === one
              ? premiere
                  .selection()
                  .map(({ clip, trackIndex, media }) =>
                    trackItem(clip, trackIndex, media),
                  )
              : [],
          ),
        ),
      setSelection: ({ chosen }: { readonly chosen: readonly object[] }) => {
        premiere.select(
          chosen.map((clip) => known(clip) as Clip),
          one,
        );
        return true;
      },
      getInPoint: () => soon(time(one.inPoint ?? unsetMarkTicks)),
      getOutPoint: () => soon(time(one.outPoint ?? unsetMarkTicks)),
      createSetInPointAction: (at: TickTime) => mark(one, "inPoint", at),
      createSetOutPointAction: (at: TickTime) => mark(one, "outPoint", at),
      getPlayerPosition: () => soon(time(one.playhead)),
      setPlayerPosition: (at: TickTime) => {
        one.playhead = parseTicks(at.ticks);
        return soon(true);
      },
      createSubsequence: () => {
        premiere.noteStep("Make Subsequence");
        const sub = premiere.createSubsequence(one);
        return soon(sub === undefined ? null : sequenceFace(sub));
      },
    });

  const mark = (
    one: Sequence,
    which: "inPoint" | "outPoint",
    at: TickTime,
  ): Action =>
    action(() => {
      if (premiere.quirks.inOutTakes === "nothing") return;
      const wanted = parseTicks(at.ticks);
      premiere.markInOut(one, which, wanted < 0n ? undefined : wanted);
    });

  const properties = ({ properties: kept }: Sequence): object => {
    const change = (work: () => void): Action => {
      if (premiere.quirks.properties === "refused") throw failed();
      return action(() => {
        if (premiere.quirks.properties === "kept") work();
      });
    };
    return {
      hasValue: (name: string) => kept.has(name),
      getValue: (name: string) => kept.get(name),
      createSetValueAction: (name: string, value: string) =>
        change(() => {
          kept.set(name, value);
        }),
      createClearValueAction: (name: string) =>
        change(() => {
          kept.delete(name);
        }),
    };
  };

  const editor = (one: Sequence): object => ({
    ...cloning(one),
    ...(premiere.quirks.inserts === "missing" ? {} : inserting(one)),
    ...(premiere.quirks.overwrites === "missing" ? {} : overwriting(one)),
    createRemoveItemsAction: (selection: {
      readonly chosen: readonly object[];
    }) => {
      const clips = selection.chosen.map((clip) => known(clip) as Clip);
      return action(() => {
        for (const clip of clips) premiere.removeClip(one, clip);
      });
    },
  });

  const cloning = (one: Sequence): object => ({
    createCloneTrackItemAction: (
      clip: object,
      by: TickTime,
      tracks: number,
    ) => {
      const cloned = known(clip) as Clip;
      return action(() => {
        premiere.cloneClip(one, cloned, parseTicks(by.ticks), tracks);
      });
    },
  });

  const inserting = (one: Sequence): object => ({
    createInsertProjectItemAction: (
      what: object,
      at: TickTime,
      videoIndex: number,
      audioIndex: number,
      limitShift: boolean,
    ) => {
      const placed = item(what);
      return action(() => {
        if (premiere.quirks.failsPlacements) throw failed();
        if (premiere.quirks.inserts === "fails") throw failed();
        if (premiere.quirks.inserts === "nothing") return;
        const start = parseTicks(at.ticks);
        premiere.insertClip(
          one,
          videoIndex,
          audioIndex,
          placed,
          start,
          limitShift,
        );
      });
    },
  });

  const overwriting = (one: Sequence): object => ({
    createOverwriteItemAction: (
      what: object,
      at: TickTime,
      videoIndex: number,
    ) => {
      const placed = item(what);
      return action(() => {
        if (premiere.quirks.failsPlacements) throw failed();
        if (premiere.quirks.overwrites === "fails") throw failed();
        if (premiere.quirks.overwrites === "nothing") return;
        premiere.overwriteClip(one, videoIndex, placed, parseTicks(at.ticks));
      });
    },
  });

  const project = {
    getActiveSequence: () =>
      soon(
        premiere.active === undefined ? null : sequenceFace(premiere.active),
      ),
    setActiveSequence: (one: object) => {
      premiere.open(sequence(one));
      return soon(true);
    },
    getSequences: () => soon(premiere.sequences.map(sequenceFace)),
    deleteSequence: (one: object) => {
      premiere.noteStep("Delete Sequence");
      return soon(premiere.deleteSequence(sequence(one)));
    },
    get path() {
      return premiere.projectPath;
    },
    createSequenceFromMedia: (
      name: string,
      clips: readonly object[],
      bin: object,
    ) => {
      premiere.noteStep("New Sequence");
      return soon(
        sequenceFace(premiere.sequenceOf(name, clips.map(item), item(bin))),
      );
    },
    getRootItem: () => soon(folderItem(premiere.root)),
    importFiles: (
      paths: readonly string[],
      _quietly: boolean,
      bin: object | null | undefined,
      numbered: boolean,
    ) => {
      if (bin === undefined) throw new TypeError("Illegal Parameter type");
      premiere.noteStep("Import");
      const target = bin === null ? premiere.root : item(bin);
      return soon(premiere.importFiles(paths, target, numbered));
    },
    lockedAccess: (work: () => void) => {
      locked = true;
      try {
        work();
      } finally {
        locked = false;
      }
    },
    executeTransaction: (
      fill: (compound: { addAction: (one: Action) => boolean }) => void,
      label: string,
    ) => {
      const actions: Action[] = [];
      fill({ addAction: (one) => actions.push(one) > 0 });
      if (premiere.quirks.refusesTransactions) return false;
      // An action that fails leaves those before it done, which is the worse reading of what is not documented.
      for (const { run } of actions) run();
      premiere.noteStep(label);
      return true;
    },
  };

  const listeners = new Map<string, Set<() => void>>();
  premiere.onSelection(() => {
    for (const listener of listeners.get("selection-changed") ?? []) listener();
  });

  return {
    Application: {
      get version() {
        const version = "26.3.0";
        return premiere.quirks.promisesVersion ? soon(version) : version;
      },
    },
    Constants: {
      TrackItemType: { CLIP: 1, TRANSITION: 2 },
      MediaType: { ANY: 0, VIDEO: 2, AUDIO: 3 },
      ExportType: { IMMEDIATELY: 2 },
      SequenceEvent: {
        ACTIVATED: "sequence-activated",
        SELECTION_CHANGED: "selection-changed",
      },
    },
    Project: {
      getActiveProject: () =>
        premiere.projectOpen
          ? soon(project)
          : Promise.reject(new Error("No project is open")),
    },
    ProjectItem: { TYPE_CLIP: 1, TYPE_BIN: 2, TYPE_ROOT: 3 },
    FolderItem: { cast: (one: object) => folderItem(item(one)) },
    ClipProjectItem: {
      cast: (one: object) =>
        item(one).kind === "bin" ? null : clipProjectItem(item(one)),
    },
    ObjectMaskUtils: {
      hasObjectMask: (one: object) => sequence(one).hasObjectMask,
    },
    Properties: {
      PROPERTY_PERSISTENT: 1,
      getProperties: (one: object) => soon(properties(sequence(one))),
    },
    SequenceEditor: { getEditor: (one: object) => editor(sequence(one)) },
    TickTime: tickTime,
    TrackItemSelection: {
      createEmptySelection: (
        use: (selection: ReturnType<typeof selectionFace>) => void,
      ) => {
        use(selectionFace([]));
        return true;
      },
    },
    EncoderManager: {
      getManager: () => ({
        exportSequence: (
          one: object,
          _type: number,
          out: string,
          preset: string,
        ) => {
          const rendered = sequence(one);
          const work = (): boolean =>
            premiere.exportSequence(rendered, out, preset) === "No Error";
          if (!premiere.quirks.exportAnswersEarly) return soon(work());
          premiere.later(work);
          return soon(true);
        },
      }),
    },
    EventManager: {
      addGlobalEventListener: (name: string, listener: () => void) => {
        const all = listeners.get(name) ?? new Set();
        listeners.set(name, all.add(listener));
      },
    },
  };
}

/** The fraction that a decimal stands for. */
function aspectOf(value: number): PixelAspect {
  const [numerator, denominator] = [Math.round(value * 1e6), 1e6];
  const divisor = greatestCommonDivisor(numerator, denominator);
  return {
    numerator: numerator / divisor,
    denominator: denominator / divisor,
  };
}

const greatestCommonDivisor = (a: number, b: number): number =>
  b === 0 ? a : greatestCommonDivisor(b, a % b);
