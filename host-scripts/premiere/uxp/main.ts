import type {
  HostScriptAnswer,
  HostScriptCalls,
  HostScriptError,
  HostScriptMessage,
  HostScriptRequest,
} from "../../../src/protocol/host-script-api.ts";
import {
  addVideoTracks,
  createBin,
  createSequence,
  edit,
  importFiles,
  nameTracks,
  removeVideoTrack,
} from "./edit.ts";
import { note, setNote } from "./notes.ts";
import { opacities } from "./opacity.ts";
import { cutOut, deleteSequence, exportSequence } from "./export.ts";
import {
  copyFile,
  listFiles,
  makeFolder,
  readBytes,
  removeFiles,
  removeFolder,
  renameFiles,
  writeBytes,
  writeText,
} from "./files.ts";
import { ppro, Refused } from "./premiere.ts";
import {
  about,
  interpretation,
  items,
  look,
  mediaStart,
  playhead,
  selection,
  sequences,
  setPlayhead,
  timeline,
} from "./read.ts";

const calls: {
  readonly [Name in keyof HostScriptCalls]: (
    parameters: HostScriptCalls[Name]["parameters"],
  ) => Promise<HostScriptCalls[Name]["value"]>;
} = {
  about,
  selection,
  sequences,
  timeline,
  items,
  createBin,
  importFiles,
  createSequence,
  look,
  opacities,
  nameTracks,
  note,
  setNote,
  playhead,
  setPlayhead,
  interpretation,
  mediaStart,
  edit,
  addVideoTracks,
  removeVideoTrack,
  cutOut,
  deleteSequence,
  exportSequence,
  listFiles,
  makeFolder,
  writeText,
  writeBytes,
  readBytes,
  copyFile,
  renameFiles,
  removeFiles,
  removeFolder,
};

async function answerTo({
  call,
  parameters,
}: HostScriptRequest): Promise<HostScriptAnswer> {
  try {
    if (!Object.hasOwn(calls, call)) {
      throw new Refused(call, "there is no such call");
    }
    const work = calls[call as "about"];
    return { ok: true, value: await work(parameters as null) };
  } catch (error) {
    return { ok: false, error: errorFacts(error, call) };
  }
}

const errorFacts = (error: unknown, call: string): HostScriptError =>
  error instanceof Refused
    ? { call: error.call, detail: error.detail }
    : { call, detail: error instanceof Error ? error.message : String(error) };

/** The part of the plug-in's page that is used: the view that the panel's page runs in, and the bridge to it. */
interface PluginPage {
  readonly document: {
    querySelector(name: "webview"): {
      postMessage(message: HostScriptMessage, targetOrigin?: string): void;
    } | null;
  };
  addEventListener(
    type: "message",
    listener: (event: { readonly data: unknown }) => void,
  ): void;
}

const page = globalThis as unknown as PluginPage;
const view = page.document.querySelector("webview");
if (view === null) throw new Error("bug: the plug-in's page has no webview");

const say = (message: HostScriptMessage): void => {
  view.postMessage(message, "*");
};

page.addEventListener("message", ({ data }) => {
  const message = data as Partial<HostScriptMessage> | null;
  if (message?.to !== "lamina-host" || message.request === undefined) return;
  const { id, request } = message;
  void answerTo(request).then((answer) => {
    say({ to: "lamina-panel", id: id!, answer });
  });
});

const tellSelection = (): void => {
  say({ to: "lamina-panel", event: { kind: "selection-changed" } });
};
const { SequenceEvent } = ppro.Constants;
for (const event of [
  SequenceEvent.SELECTION_CHANGED,
  SequenceEvent.ACTIVATED,
]) {
  ppro.EventManager.addGlobalEventListener(event, tellSelection);
}
