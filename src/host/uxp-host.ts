import { LaminaError } from "../errors/failure.ts";
import type {
  HostScriptAnswer,
  HostScriptEvent,
  HostScriptMessage,
} from "../protocol/host-script-api.ts";
import type { Host } from "./host.ts";
import { type JsonPort, PendingRequests } from "./request-port.ts";
import type { ScriptTransport } from "./script-channel.ts";
import { ScriptedHost } from "./scripted-host.ts";

/**
 * Connects to Premiere through UXP: the panel's page runs in the plug-in's webview, and the script on the plug-in's own page
 * answers over the message bridge.
 *
 * @param port posts to the plug-in (`window.uxpHost.postMessage`) and hears the page's `message` events
 */
export function openUxpHost(
  port: JsonPort,
  options?: { readonly exportStallMilliseconds?: number },
): Host {
  return new ScriptedHost(uxpTransport(port), options);
}

function uxpTransport(port: JsonPort): ScriptTransport {
  const pending = new PendingRequests<HostScriptAnswer>();
  const listeners = new Set<(event: HostScriptEvent) => void>();
  const end = (): void => {
    pending.end(new LaminaError({ code: "host-gone" }));
  };
  const stop = port.listen((data) => {
    const message = data as Partial<HostScriptMessage> | null;
    if (message?.to !== "lamina-panel") return;
    const { id, answer, event } = message;
    if (id !== undefined && answer !== undefined) pending.settle(id, answer);
    if (event !== undefined) {
      for (const listener of listeners) listener(event);
    }
  }, end);
  return {
    send: (request) =>
      pending.send((id) => {
        const message: HostScriptMessage = { to: "lamina-host", id, request };
        port.post(message);
      }),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => {
      stop();
      end();
    },
  };
}
