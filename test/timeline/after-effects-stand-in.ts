import { existsSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { stripToEs3 } from "../../src/dev/run-extendscript.ts";

/** A layer of a composition, as the script has left it. */
interface StandInLayer {
  name: string;
  enabled: boolean;
  /** Absent for a solid. */
  source?: Footage | Comp;
  /** By the layer right above. */
  trackMatteType?: string;
  /** By match name, a value per key. */
  readonly keys: Map<string, { times: number[]; values: number[][] }>;
}

interface Footage {
  name: string;
  readonly path: string;
  readonly isSequence: boolean;
  parentFolder?: unknown;
  pixelAspect: number;
  readonly mainSource: { conformFrameRate: number; alphaMode: string };
}

interface Comp {
  readonly name: string;
  readonly size: readonly [width: number, height: number];
  readonly pixelAspect: number;
  readonly duration: number;
  readonly rate: number;
  displayStartTime: number;
  isOpen: boolean;
  /** Top to bottom, as After Effects counts. */
  readonly stack: StandInLayer[];
}

/** What a script has made of a project. */
export interface StandInProject {
  readonly comps: Comp[];
  readonly footage: Footage[];
  readonly alerts: string[];
  /** Groups of undo that were begun and not ended. */
  openGroups: number;
}

const UNSET = -1;

/**
 * Runs a script in a realm that has nothing newer than ECMAScript 3 and, of After Effects, what such scripts use: what they ask for beyond
 * that is undefined there, and fails.
 */
export function runInAfterEffects(script: string): StandInProject {
  const project: StandInProject = {
    comps: [],
    footage: [],
    alerts: [],
    openGroups: 0,
  };
  const { comps, footage, alerts } = project;
  const newLayer = (name: string, source?: Footage | Comp) => {
    const layer: StandInLayer = {
      name,
      enabled: true,
      ...(source && { source }),
      keys: new Map(),
    };
    return Object.assign(layer, {
      property: (group: string) => {
        if (group !== "ADBE Effect Parade") return null;
        return {
          addProperty: (effect: string) => ({
            property: (pin: string) =>
              !pin.startsWith(`${effect}-`)
                ? null
                : {
                    setValuesAtTimes: (times: number[], values: number[][]) => {
                      if (times.length !== values.length)
                        throw new Error("as many values as times");
                      // Lists of the script's realm are other lists than ours.
                      layer.keys.set(pin, {
                        times: Array.from(times),
                        values: Array.from(values, (value) => Array.from(value)), // prettier-ignore
                      });
                    },
                  },
          }),
        };
      },
    });
  };
  const items = {
    addFolder: (name: string) => ({ name }),
    addComp: (
      name: string,
      width: number,
      height: number,
      pixelAspect: number,
      duration: number,
      rate: number,
    ) => {
      const comp: Comp & Record<string, unknown> = {
        name,
        size: [width, height],
        pixelAspect,
        duration,
        rate,
        displayStartTime: UNSET,
        isOpen: false,
        stack: [],
        layers: {
          add: (source: Footage | Comp) => {
            const layer = newLayer(source.name, source);
            comp.stack.unshift(layer);
            return layer;
          },
          addSolid: (_: number[], solid: string) => {
            const layer = newLayer(solid);
            comp.stack.unshift(layer);
            return layer;
          },
        },
        openInViewer: () => {
          comp.isOpen = true;
        },
      };
      comps.push(comp);
      return comp;
    },
  };
  class File {
    readonly fsName: string;
    readonly exists: boolean;
    constructor(uri: string) {
      this.fsName = decodeURIComponent(uri);
      this.exists = existsSync(this.fsName);
    }
  }
  class ImportOptions {
    sequence = false;
    readonly file: File;
    constructor(file: File) {
      this.file = file;
    }
  }
  const app = {
    project: {
      items,
      importFile: ({ file, sequence }: ImportOptions): Footage => {
        const made: Footage = {
          name: "",
          path: file.fsName,
          isSequence: sequence,
          pixelAspect: UNSET,
          mainSource: { conformFrameRate: UNSET, alphaMode: "guessed" },
        };
        footage.push(made);
        return made;
      },
    },
    beginUndoGroup: () => project.openGroups++,
    endUndoGroup: () => project.openGroups--,
  };
  const context = createContext({});
  runInContext(stripToEs3, context);
  Object.assign(runInContext("this", context) as object, {
    app,
    File,
    ImportOptions,
    TrackMatteType: { LUMA: "luma", ALPHA: "alpha" },
    AlphaMode: { STRAIGHT: "straight", IGNORE: "ignore" },
    alert: (text: string) => alerts.push(text),
  });
  runInContext(script, context, { filename: "timeline.jsx" });
  return project;
}
