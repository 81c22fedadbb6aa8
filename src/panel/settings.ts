import * as v from "valibot";
import { backendChoices } from "../job-contract/backend.ts";
import { defaultQuality, qualities } from "../job-contract/quality.ts";
import type { RunArrangement } from "../host/host.ts";
import { computeChoices, type ServiceJob } from "../protocol/service-api.ts";

const settingsSchema = v.object({
  quality: v.picklist(qualities),
  backend: v.picklist(backendChoices),
  /** Where layers are kept: an absolute path, or empty for a folder beside the clip's media. */
  layersFolder: v.string(),
  /** Also write a ProRes 4444 movie per layer. */
  prores: v.boolean(),
  /** Also write OpenEXR files per layer. Settings of an earlier version do not say. */
  exr: v.optional(v.boolean(), false),
  /** How layers come to lie in the timeline. */
  arrangement: v.picklist(["tracks", "nested"]),
  /** What is imported of them. Settings of an earlier version do not say. */
  files: v.optional(v.picklist(["stills", "movies"]), "stills"),
  /** Who does runs. */
  compute: v.optional(v.picklist(computeChoices), "here"),
});

/** What is remembered from one decomposition to the next. */
export type Settings = v.InferOutput<typeof settingsSchema>;

/** As long as the user has not said otherwise. */
export const usualSettings: Settings = {
  quality: defaultQuality,
  backend: "auto",
  layersFolder: "",
  prores: false,
  exr: false,
  arrangement: "tracks",
  files: "stills",
  compute: "here",
};

/** As much of a browser's `localStorage` as is used. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  /** Fetches what is remembered elsewhere than in the page, where there is such a place. */
  recall?(): Promise<void>;
}

const key = "lamina.settings";

/** Reads the settings; those of another version, which do not fit, count for nothing. */
export function loadSettings(memory: Memory): Settings {
  const text = memory.getItem(key);
  if (text === null) return usualSettings;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return usualSettings;
  }
  const result = v.safeParse(settingsSchema, value);
  return result.success ? result.output : usualSettings;
}

/** Remembers the settings. */
export const writeSettings = (memory: Memory, settings: Settings): void => {
  memory.setItem(key, JSON.stringify(settings));
};

/** What each quality is for. */
export const qualityTexts: Readonly<
  Record<ServiceJob["request"]["quality"], { label: string; hint: string }>
> = {
  draft: { label: "Draft", hint: "a quick look" },
  standard: { label: "Standard", hint: "for most clips" },
  best: { label: "Best", hint: "trains longer, several times" },
};

/** What each way to lie in the timeline is. */
export const arrangementTexts: Readonly<
  Record<RunArrangement, { label: string; hint: string }>
> = {
  tracks: {
    label: "Onto tracks",
    hint: "each layer on a track of its own above the clip",
  },
  nested: {
    label: "Into a nested sequence",
    hint: "a sequence of their own that lies above the clip as one clip",
  },
};

/** What each kind of file is good for. */
export const filesTexts: Readonly<
  Record<Settings["files"], { label: string; hint: string }>
> = {
  stills: {
    label: "Numbered stills",
    hint: "exact to the last bit",
  },
  movies: {
    label: "ProRes movies",
    hint: "one file per layer, almost exact, where Premiere has trouble with stills; needs ffmpeg",
  },
};

/** Who each choice has do the runs. */
export const computeTexts: Readonly<
  Record<Settings["compute"], { label: string; hint: string }>
> = {
  here: { label: "This machine", hint: "the local service does runs" },
  farm: {
    label: "The farm",
    hint: "workers on other machines do; clips are copied to them for the while, runs go on without this machine",
  },
};

/** What each place to train is. */
export const backendTexts: Readonly<
  Record<ServiceJob["request"]["backend"], { label: string; hint: string }>
> = {
  auto: { label: "Automatic", hint: "the GPU where it is exact and quicker" },
  cpu: { label: "Processor", hint: "works everywhere" },
  webgpu: { label: "GPU", hint: "WebGPU in a hidden window" },
  wasm: { label: "WebAssembly", hint: "a hidden window without a GPU" },
};
