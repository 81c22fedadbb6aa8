import { LaminaError } from "../errors/failure.ts";
import type {
  HostScriptAnswer,
  HostScriptEvent,
  HostScriptRequest,
} from "../protocol/host-script-api.ts";
import type { Host } from "./host.ts";
import type { ScriptTransport } from "./script-channel.ts";
import { ScriptedHost } from "./scripted-host.ts";

/** What is needed of Adobe's `CSInterface`. */
export interface CsInterface {
  evalScript(script: string, callback: (answer: string) => void): void;
  addEventListener(
    type: string,
    listener: (event: { readonly data: unknown }) => void,
  ): void;
  removeEventListener(
    type: string,
    listener: (event: { readonly data: unknown }) => void,
  ): void;
}

const eventType = "lamina.host";

/**
 * Connects to Premiere through CEP. The script `lamina.jsx` must have been loaded (the manifest's `ScriptPath` does that).
 */
export function openCepHost(csInterface: CsInterface): Host {
  return new ScriptedHost(cepTransport(csInterface));
}

function cepTransport(csInterface: CsInterface): ScriptTransport {
  const pending = new Set<(error: Error) => void>();
  let closed = false;

  const evaluate = (script: string): Promise<string> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new LaminaError({ code: "host-gone" }));
        return;
      }
      pending.add(reject);
      csInterface.evalScript(script, (answer) => {
        pending.delete(reject);
        resolve(answer);
      });
    });

  const stops: (() => void)[] = [];
  return {
    send: async (request) => {
      // URI encoding leaves no quote and no backslash, so the text cannot end the string that carries it.
      const text = encodeURIComponent(JSON.stringify(request));
      return readAnswer(request, await evaluate(`lamina.call("${text}")`));
    },
    onEvent: (listener) => {
      const onEvent = ({ data }: { readonly data: unknown }): void => {
        // CEP parses what looks like JSON by itself.
        const event: unknown =
          typeof data === "string" ? JSON.parse(data) : data;
        listener(event as HostScriptEvent);
      };
      csInterface.addEventListener(eventType, onEvent);
      const stop = (): void => {
        csInterface.removeEventListener(eventType, onEvent);
      };
      stops.push(stop);
      // Whoever listens looks by itself too, so a host without these events only answers more slowly.
      if (!closed) {
        csInterface.evalScript(`lamina.watch("${eventType}")`, () => undefined);
      }
      return stop;
    },
    close: () => {
      closed = true;
      for (const stop of stops) stop();
      for (const reject of pending) {
        reject(new LaminaError({ code: "host-gone" }));
      }
      pending.clear();
    },
  };
}

function readAnswer(
  { call }: HostScriptRequest,
  answer: string,
): HostScriptAnswer {
  const failed = (detail: string): LaminaError =>
    new LaminaError({ code: "host-refused", call, detail });
  if (answer === "") throw failed("the answer was empty");
  if (answer === "EvalScript error.") {
    throw failed("the script could not be run");
  }
  try {
    return JSON.parse(decodeURIComponent(answer)) as HostScriptAnswer;
  } catch (error) {
    throw new LaminaError(
      { code: "host-refused", call, detail: "the answer cannot be read" },
      { cause: error },
    );
  }
}
