// Everything that goes between a panel and the local service; both sides read it with these schemas. Answers and events
// are read loosely: a newer service may say more than this version knows. Requests are not: an unknown wish is refused.
import * as v from "valibot";
import { strokesSchema } from "../document/corrections-document.ts";
import { excerpt } from "../errors/excerpt.ts";
import { backendChoices } from "../job-contract/backend.ts";
import { layerFormats } from "../job-contract/image-format.ts";
import { defaultQuality, qualities } from "../job-contract/quality.ts";
import {
  alphaChoices,
  fieldChoices,
  matrixChoices,
} from "../job-contract/source-choices.ts";
import {
  frameCount,
  frameRange,
  frameRateSchema,
  pictureSide,
  seconds,
} from "./bounds.ts";
import { summaryEntries } from "./job-summary.ts";

/** Raised when a panel of an older version could no longer talk to the service. */
export const serviceProtocolVersion = 2;

/** Where all of the service's paths begin. */
export const apiRoot = "/api/v1";

/** Largest file that a workspace takes, in bytes. */
export const largestUploadBytes = 64 * 1024 * 1024;

const text = v.string();
const wholeNumber = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(wholeNumber, v.minValue(1));

// The service's working folder is nobody's business, so a relative path would mean nothing.
const absolutePath = v.pipe(
  text,
  v.check(
    (path) =>
      /^(\/|[A-Za-z]:[\\/]|\\\\[^\\]+\\)/.test(path) && !path.includes("\0"),
    "must be an absolute path",
  ),
);

const subjectName = v.pipe(
  text,
  v.trim(),
  v.nonEmpty("must not be empty"),
  v.maxLength(200, "must not be longer than 200 characters"),
);

/** Who can do a job. */
export const computeChoices = ["here", "farm"] as const;

const jobRequestSchema = v.strictObject({
  /** Folder of images or a movie. */
  clipPath: absolutePath,
  /** Bottom to top; each with a folder of images, a movie or one image, white where the subject is. */
  subjects: v.pipe(
    v.array(v.strictObject({ name: subjectName, maskPath: absolutePath })),
    v.minLength(1, "must name at least one subject"),
    v.maxLength(64, "must name fewer subjects"),
  ),
  /** Folder for `layers.json` and the layers. */
  outputPath: absolutePath,
  /** Frames to take, 0-based and half-open; the whole clip when absent. */
  range: v.exactOptional(frameRange),
  /** Overrides the movie's own rate; 24 for a folder of images. */
  frameRate: v.exactOptional(frameRateSchema),
  quality: v.optional(v.picklist(qualities), defaultQuality),
  backend: v.optional(v.picklist(backendChoices), "auto"),
  seed: v.optional(v.pipe(wholeNumber, v.maxValue(0xffffffff)), 1),
  /** Also write a ProRes 4444 movie per layer. */
  prores: v.optional(v.boolean(), false),
  /** Replace an earlier result at `outputPath`. */
  overwrite: v.optional(v.boolean(), false),
  /** Hold the last good frame where frames of the clip or a mask are damaged or missing; without it they are refused. */
  allowDamaged: v.exactOptional(v.boolean()),
  /** Let the image before stand in where numbers of a sequence are missing; without it they are refused. */
  allowGaps: v.exactOptional(v.boolean()),
  /** Reads a movie's colours with this matrix, whatever it says. */
  matrix: v.exactOptional(v.picklist(matrixChoices)),
  /** How whole frames are made of interlaced ones, which are refused without it. */
  fields: v.exactOptional(v.picklist(fieldChoices)),
  /** How a transparent clip's colours are meant, or that its alpha is left out. */
  alpha: v.exactOptional(v.picklist(alphaChoices)),
  /** What layers are written as; PNG of as many bits as the clip needs when absent. */
  format: v.exactOptional(v.picklist(layerFormats)),
  /** `farm`: the farm that the service knows does it; this machine when absent. */
  compute: v.exactOptional(v.picklist(computeChoices)),
});

/** What may be otherwise when a job is tried again: where its layers go, and what is written beside them. */
const retryChangesSchema = v.strictObject({
  outputPath: v.exactOptional(absolutePath),
  prores: v.exactOptional(v.boolean()),
  /** Write no OpenEXR files. */
  exr: v.exactOptional(v.literal(false)),
});

const atLeastNone = v.pipe(v.number(), v.minValue(0));

const measuredRunSchema = v.looseObject({
  width: pictureSide,
  height: pictureSide,
  frameCount,
  subjects: positive,
  quality: v.picklist(qualities),
  trainingSeconds: atLeastNone,
  /** Of all other stages. */
  otherSeconds: atLeastNone,
});

/** What a finished run of a machine took. */
export type MeasuredRun = v.InferOutput<typeof measuredRunSchema>;

const speedSchema = v.looseObject({
  /** How many times as long a processor takes as those that typical times were measured on. */
  slowness: v.number(),
  processors: positive,
  /** The latest last. */
  runs: v.array(measuredRunSchema),
});

/** How quick the service's machine is. */
export type MachineSpeed = v.InferOutput<typeof speedSchema>;

/** What a user says of a job; an empty text takes words away. */
const jobWordsSchema = v.strictObject({
  label: v.exactOptional(v.pipe(text, v.trim(), v.maxLength(200))),
  note: v.exactOptional(v.pipe(text, v.trim(), v.maxLength(2000))),
});

/** Words about a job. */
export type JobWords = v.InferOutput<typeof jobWordsSchema>;

const movePlacesSchema = v.strictObject({
  /** Towards the end of the queue; negative: towards its beginning. */
  places: v.pipe(v.number(), v.integer(), v.minValue(-1000), v.maxValue(1000)),
});

const pauseSchema = v.strictObject({ paused: v.boolean() });

const runSizeSchema = v.looseObject({
  /** The folders with layers that are there. */
  folders: v.array(text),
  layerBytes: wholeNumber,
  /** The clip's exported frames, masks and subjects, where no other run is made of them. */
  sourceBytes: wholeNumber,
});

/** What a run has written, and how much. */
export type RunSize = v.InferOutput<typeof runSizeSchema>;

/** What removing a run for good has left. */
const purgedSchema = v.looseObject({
  /** Folders in which something of somebody else's lies, which stays. */
  left: v.array(text),
});

/** Those that somebody has chosen. */
export type RetryChanges = v.InferOutput<typeof retryChangesSchema>;

/** A decomposition as a panel asks for it; what is left out has a default. */
export type JobRequestInput = v.InferInput<typeof jobRequestSchema>;

/** A decomposition as it is filed: nothing is left to default. */
export type JobRequest = v.InferOutput<typeof jobRequestSchema>;

const errorSchema = v.looseObject({
  /** The failure's own code, such as `disk-full`, beside which its facts stand; `bug` for what should not happen. */
  code: text,
  /** One sentence for whoever looks at the wire, and for panels that do not know the code. */
  message: text,
});

/** What went wrong, as it goes over the wire; `readWireFailure` finds the failure in it. */
export type WireError = v.InferOutput<typeof errorSchema>;

const backendSchema = v.looseObject({
  /** Where the network trains. */
  chosen: text,
  /** Why there: the end of a sentence. */
  reason: text,
});

/** A folder that was moved out of its place. */
const movedSchema = v.looseObject({ from: text, to: text });

const jobSchema = v.looseObject({
  id: text,
  /** What the user calls it; absent where it is called by its folder. */
  label: v.exactOptional(text),
  /** What the user has noted about it. */
  note: v.exactOptional(text),
  /** Only when it was deleted: its layers lie beside their place and can be brought back. */
  discarded: v.exactOptional(
    v.looseObject({
      at: text,
      /** Not before then are they removed. */
      until: text,
      bytes: wholeNumber,
      moved: v.array(movedSchema),
    }),
  ),
  state: v.picklist(["waiting", "running", "done", "failed", "cancelled"]),
  /** ISO 8601, as all times are. */
  createdAt: text,
  startedAt: v.exactOptional(text),
  endedAt: v.exactOptional(text),
  request: v.looseObject(jobRequestSchema.entries),
  /** How often the service ended unexpectedly while it ran; absent for never. */
  crashes: v.exactOptional(wholeNumber),
  /** How many jobs go before this one; only while it waits. */
  jobsAhead: v.exactOptional(wholeNumber),
  /** Only while it runs. */
  progress: v.exactOptional(
    v.looseObject({
      stage: text,
      /** Units done and to do within this stage. */
      done: v.number(),
      total: v.number(),
      /** Estimate for the whole job; absent until there is one. */
      secondsLeft: v.exactOptional(v.number()),
      /** True when an earlier run had done the stage. */
      resumed: v.boolean(),
    }),
  ),
  /** Only while it runs, once the network has learnt a little: how the layers look by now. */
  preview: v.exactOptional(
    v.looseObject({
      /** Grows with every new preview. */
      number: positive,
      /** The frame that it shows, counted from 1. */
      frame: positive,
    }),
  ),
  /** The stage in which it failed or was cancelled; those before it are finished and kept. Only when it had begun. */
  stoppedIn: v.exactOptional(text),
  /** Stages whose results an earlier run had left. */
  resumedStages: v.array(text),
  /** What the user should know, a sentence each. */
  notices: v.array(text),
  backend: v.exactOptional(backendSchema),
  /** Only when it is done. */
  summary: v.exactOptional(
    v.looseObject({
      documentPath: text,
      frameCount: positive,
      ...summaryEntries(text),
    }),
  ),
  /** Only when it failed. */
  error: v.exactOptional(errorSchema),
});

/** A job as the service tells of it. */
export type ServiceJob = v.InferOutput<typeof jobSchema>;

/** Whether a job neither waits nor runs. */
export const isOver = ({ state }: ServiceJob): boolean =>
  state === "done" || state === "failed" || state === "cancelled";

const statusSchema = v.looseObject({
  /** Of the program. */
  version: text,
  protocolVersion: positive,
  pid: positive,
  startedAt: text,
  /** Jobs that wait or run. */
  unfinishedJobs: wholeNumber,
  /** True when it is about to end. */
  stopping: v.boolean(),
  /** Where the last job trained; absent until one has. */
  backend: v.exactOptional(backendSchema),
});

/** What the service says of itself. */
export type ServiceStatus = v.InferOutput<typeof statusSchema>;

const workspaceRequestSchema = v.strictObject({
  /** Becomes part of the folder's name. */
  name: v.exactOptional(v.pipe(text, v.maxLength(200))),
});

/** What a panel says of a workspace that it wants. */
export type WorkspaceRequest = v.InferInput<typeof workspaceRequestSchema>;

const workspaceSchema = v.looseObject({ id: text, path: text });

/** A folder of the service's own, where the host exports frames and the panel puts masks. */
export type Workspace = v.InferOutput<typeof workspaceSchema>;

const storedFileSchema = v.looseObject({ path: text, sizeBytes: wholeNumber });

/** A file that a workspace has taken. */
export type StoredFile = v.InferOutput<typeof storedFileSchema>;

const colour = v.pipe(
  text,
  v.regex(/^#[0-9a-f]{6}$/, "must be a colour such as #ff0000"),
);

const labelsRequestSchema = v.strictObject({
  /** An image, or a folder of images, with one flat colour per subject. */
  path: absolutePath,
  /** The clip's length. */
  frameCount,
});

/** Images that are asked for the subjects that they hold. */
export type LabelsRequest = v.InferInput<typeof labelsRequestSchema>;

const labelsSchema = v.array(
  v.looseObject({
    /** `#rrggbb` */
    colour: text,
    /** After the colour; no two are equal. */
    name: text,
  }),
);

/** The subjects that images hold, a colour each. */
export type Labels = v.InferOutput<typeof labelsSchema>;

const maskRequestSchema = v.strictObject({
  /** What the user calls it, for messages. */
  name: subjectName,
  /** Folders of images, movies or single images; the mask is white wherever one of them is. */
  sources: v.pipe(v.array(absolutePath), v.minLength(1)),
  /** The clip's size, to which frames are resized. */
  width: pictureSide,
  height: pictureSide,
  /** The clip's length; a single image serves for all frames. */
  frameCount,
  /** The clip's rate, by which a movie of another rate and the same duration is matched. */
  frameRate: v.exactOptional(frameRateSchema),
  /** Takes one label of the sources, which are then images as `labels` was asked for. */
  label: v.exactOptional(
    v.strictObject({
      colour,
      /** The colours of all labels that they hold. */
      among: v.array(colour),
    }),
  ),
});

/** Masks to be taken into a workspace as one. */
export type MaskRequest = v.InferInput<typeof maskRequestSchema>;

const maskSchema = v.looseObject({
  /** Folder of `00001.png` ... at the clip's size. */
  path: text,
  /** The same, within the workspace. */
  folder: text,
  /** What the user should know of it, a sentence each. */
  notices: v.array(text),
  /** How much of all frames it covers, 0 to 1. */
  coverage: v.number(),
  /** The frame of which it covers most, counted from 1. */
  fullestFrame: positive,
});

/** A mask that a workspace has taken in. */
export type WorkspaceMask = v.InferOutput<typeof maskSchema>;

const maskFitRequestSchema = v.strictObject({
  /** Name of the mask's folder among the workspace's masks. */
  mask: v.pipe(text, v.regex(/^\w[\w-]*$/, "must be a folder's name")),
  /** The clip's length. */
  frameCount,
});

const maskFitSchema = v.looseObject({
  /** Whether the mask follows what the clip shows; null where that cannot be told. */
  follows: v.nullable(v.boolean()),
});

const pictureRequestSchema = v.strictObject({
  /** A movie or an image. */
  path: absolutePath,
  /** From the beginning of a movie. */
  seconds,
  /** Longest side of the picture, in pixels. */
  longestSide: v.pipe(positive, v.maxValue(1024)),
});

/** A moment of a file, to be shown small. */
export type PictureRequest = v.InferInput<typeof pictureRequestSchema>;

const probeRequestSchema = v.strictObject({
  /** A movie, an image of a sequence, or its folder. */
  path: absolutePath,
});

const probeSchema = v.looseObject({
  /** What the file is, in one line. */
  line: text,
  /** All that there is to say of it, a line each. */
  lines: v.array(text),
});

/** What a source file is. */
export type SourceFacts = v.InferOutput<typeof probeSchema>;

const listedModelSchema = v.looseObject({
  name: text,
  /** `mask-rcnn`, `yolo-segmentation`, `matte` or `promptable`; absent when its manifest cannot be read. */
  kind: v.exactOptional(text),
  licence: v.exactOptional(v.looseObject({ text, url: v.exactOptional(text) })),
  /** Why it cannot be used: the end of a sentence that begins with its name. */
  problem: v.exactOptional(text),
});

/** A model that the user brought. */
export type ListedModel = v.InferOutput<typeof listedModelSchema>;

const correctionRequestSchema = v.strictObject({
  strokes: strokesSchema,
  /** The frame that somebody looks at, counted from 1: it is composed first, then those that are nearest to it. */
  frame: frameCount,
  /** How many frames to compose now. */
  most: frameCount,
});

/** Strokes that a finished job's layers are to show. */
export type CorrectionRequest = v.InferOutput<typeof correctionRequestSchema>;

const correctedSchema = v.looseObject({
  /** The frames that were composed anew, counted from 1. */
  frames: v.array(positive),
  /** Frames that still show other strokes. */
  left: wholeNumber,
});

/** The layers bottom to top, as the panel has arranged them. */
const arrangedSchema = v.pipe(
  v.array(v.looseObject({ id: text, name: text, hidden: v.boolean() })),
  v.maxLength(1000),
);

const editsRequestSchema = v.strictObject({
  /** As `edits.json` has them; they are looked at by its own rules. */
  edits: v.pipe(v.array(v.looseObject({ use: text })), v.maxLength(200)),
  /** Absent where the layers lie as `layers.json` has them. */
  stack: v.exactOptional(arrangedSchema),
});

/** How opaque clips of edited layers are to be, in 0…1, by the layers' ids; those that are whole and not meant to be changed are left out. */
const opacitiesSchema = v.record(
  text,
  v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
);

const editsAnswerSchema = v.looseObject({
  edits: v.array(v.looseObject({ use: text })),
  stack: v.exactOptional(arrangedSchema),
  /** Absolute path of the `layers.json` that the edited layers have, or will have; absent where there are no edits. */
  edited: v.exactOptional(text),
  /** The same where strengths are rendered instead of being left to clips' opacities; absent where there are none. */
  rendered: v.exactOptional(text),
  opacities: v.exactOptional(opacitiesSchema),
});

const editedRequestSchema = v.strictObject({
  /** For a host that does not take a clip's opacity: strengths are rendered. */
  rendersStrength: v.exactOptional(v.boolean()),
});

const editedSchema = v.looseObject({
  /** Frames that are rendered, of so many. */
  done: wholeNumber,
  total: positive,
  /** The text of the edited layers' `layers.json`, once all are. */
  document: v.exactOptional(text),
  edited: text,
  opacities: v.exactOptional(opacitiesSchema),
});

/** How far the rendering of edited layers is. */
export type EditedLayers = v.InferOutput<typeof editedSchema>;

const editedFolderSchema = v.looseObject({
  /** Absolute path of its `layers.json`. */
  edited: text,
  bytes: wholeNumber,
});

/** A folder of edited layers. */
export type EditedFolder = v.InferOutput<typeof editedFolderSchema>;

const discardSchema = v.strictObject({
  /** As the list of folders names them. */
  edited: v.pipe(v.array(text), v.maxLength(1000)),
});

const letteringSchema = v.strictObject({
  text: v.pipe(text, v.maxLength(500)),
  font: v.pipe(text, v.maxLength(200)),
  colour: v.pipe(text, v.regex(/^#[0-9a-f]{6}$/i)),
});

/** Words to be drawn. */
export type LetteringRequest = v.InferInput<typeof letteringSchema>;

const farmSchema = v.strictObject({
  /** `redis://[user@]host[:port]`, `rediss://` for TLS, or the path of a socket. */
  redis: v.pipe(text, v.trim(), v.maxLength(2000)),
  /** As it was when absent and `redis` is the same. */
  password: v.exactOptional(v.pipe(text, v.maxLength(1000))),
  /** PEM file with the authority of its certificate. */
  redisCa: v.exactOptional(absolutePath),
  /** The folder that all its machines see, as this one sees it; empty when it is not named yet. */
  storage: v.union([v.literal(""), absolutePath]),
});

/** Where a farm is. */
export type FarmNaming = v.InferOutput<typeof farmSchema>;

const namedFarmSchema = v.looseObject({
  redis: text,
  redisCa: v.exactOptional(text),
  storage: text,
  /** The password itself is told to nobody. */
  hasPassword: v.boolean(),
});

/** The farm that is named. */
export type NamedFarm = v.InferOutput<typeof namedFarmSchema>;

const farmCheckRequestSchema = v.strictObject({
  /** Folder for layers, which must lie in the storage. */
  outputPath: v.exactOptional(absolutePath),
});

const farmCheckSchema = v.looseObject({
  /** Workers that lead clips, and that train. */
  workers: wholeNumber,
  training: wholeNumber,
});

/** Who is there of a farm that can be reached. */
export type FarmCheck = v.InferOutput<typeof farmCheckSchema>;

/** Where a browser opens the panel: good for one opening, within two minutes. */
const panelSchema = v.looseObject({ url: text });

const eventSchema = v.variant("kind", [
  /** Comes first on every connection: all jobs there are, oldest first. */
  v.looseObject({
    kind: v.literal("snapshot"),
    jobs: v.array(jobSchema),
    /** Whether jobs that wait are not begun; when that changes there is another snapshot. */
    paused: v.exactOptional(v.boolean()),
  }),
  /** A job is new or has changed; some changes in between are left out, the last never is. */
  v.looseObject({ kind: v.literal("job"), job: jobSchema }),
  /** A finished job is no longer listed. */
  v.looseObject({ kind: v.literal("forgotten"), id: text }),
]);

/** What `/events` tells. */
export type ServiceEvent = v.InferOutput<typeof eventSchema>;

/** Bodies of requests by what they ask for. */
export const requestSchemas = {
  job: jobRequestSchema,
  retry: retryChangesSchema,
  jobWords: jobWordsSchema,
  movePlaces: movePlacesSchema,
  pause: pauseSchema,
  workspace: workspaceRequestSchema,
  mask: maskRequestSchema,
  maskFit: maskFitRequestSchema,
  labels: labelsRequestSchema,
  picture: pictureRequestSchema,
  probe: probeRequestSchema,
  corrections: correctionRequestSchema,
  edits: editsRequestSchema,
  edited: editedRequestSchema,
  discard: discardSchema,
  lettering: letteringSchema,
  farm: farmSchema,
  farmCheck: farmCheckRequestSchema,
};

/** Values of answers by what was asked. */
export const answerSchemas = {
  status: statusSchema,
  workspace: workspaceSchema,
  workspaces: v.array(workspaceSchema),
  storedFile: storedFileSchema,
  mask: maskSchema,
  maskFit: maskFitSchema,
  labels: labelsSchema,
  probe: probeSchema,
  job: jobSchema,
  corrections: v.looseObject({ strokes: strokesSchema }),
  corrected: correctedSchema,
  edits: editsAnswerSchema,
  edited: editedSchema,
  editedFolders: v.array(editedFolderSchema),
  jobs: v.array(jobSchema),
  runSize: runSizeSchema,
  speed: speedSchema,
  purged: purgedSchema,
  models: v.array(listedModelSchema),
  panel: panelSchema,
  farm: v.nullable(namedFarmSchema),
  farmCheck: farmCheckSchema,
  nothing: v.null(),
};

/** One message of the event stream. */
export const serviceEventSchema = eventSchema;

/** An answer around a value: `{ok: true, value}`, or `{ok: false, error}`. */
export const wireAnswerSchema = v.variant("ok", [
  v.looseObject({ ok: v.literal(true), value: v.unknown() }),
  v.looseObject({ ok: v.literal(false), error: errorSchema }),
]);

/** Says of an issue where it is and what it is: `subjects.0.maskPath: must be an absolute path`. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue);
  return excerpt(place === null ? issue.message : `${place}: ${issue.message}`);
}

/** A file's place below a path of the service, each part encoded; `parts` are separated by `/`. */
export const encodePath = (parts: string): string =>
  parts.split("/").map(encodeURIComponent).join("/");
