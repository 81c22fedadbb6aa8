import type {
  AboutFacts,
  HostScriptAnswer,
  HostScriptCalls,
  HostScriptEvent,
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
import { readJson, writeJson } from "./json.ts";
import {
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
import { errorFacts, refuse } from "./refuse.ts";

function about(): AboutFacts {
  return {
    name: "Premiere Pro " + app.version,
    technology: "extendscript",
    managesTracks: true,
    clonesClips: false,
    projectFolder: projectFolder(),
  };
}

function projectFolder(): string | null {
  if (!app.project || !app.project.path) return null;
  return String(app.project.path).replace(/[\\/][^\\/]*$/, "");
}

const calls: {
  [Name in keyof HostScriptCalls]: (
    parameters: HostScriptCalls[Name]["parameters"],
  ) => HostScriptCalls[Name]["value"];
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

function answerTo(request: HostScriptRequest): HostScriptAnswer {
  try {
    const call = Object.prototype.hasOwnProperty.call(calls, request.call)
      ? calls[request.call as "about"]
      : undefined;
    if (call === undefined) throw refuse(request.call, "there is no such call");
    return { ok: true, value: call(request.parameters as null) };
  } catch (error) {
    return { ok: false, error: errorFacts(error, request.call) };
  }
}

/**
 * Answers one request. Both are JSON in URI encoding, so that no character of a name can end the text that carries it.
 */
function call(encodedRequest: string): string {
  const request = readJson(decodeURIComponent(encodedRequest));
  return encodeURIComponent(writeJson(answerTo(request as HostScriptRequest)));
}

/**
 * Tells the panel by `CSXSEvent`s of this type when the selection changes. Binding replaces what any other extension has
 * bound, and theirs replaces this; so the panel looks by itself too, now and then.
 */
function watch(eventType: string): void {
  const library = new ExternalObject("lib:PlugPlugExternalObject");
  app.bind("onActiveSequenceSelectionChanged", function () {
    const event = new CSXSEvent();
    const said: HostScriptEvent = { kind: "selection-changed" };
    event.type = eventType;
    event.data = writeJson(said);
    event.dispatch();
    return library;
  });
}

// The one name that this script adds; all extensions share the global object.
($.global as Record<string, unknown>)["lamina"] = { call: call, watch: watch };
