import { openCepHost } from "../host/cep-host.ts";
import type { Host } from "../host/host.ts";
import { type PanelCommand, panelCommands } from "../protocol/start-api.ts";
import type { JsonPort } from "../host/request-port.ts";
import { openUxpHost } from "../host/uxp-host.ts";
import { openCepPage } from "../start/page/cep-page.ts";
import { UxpPage } from "../start/page/uxp-page.ts";
import type { Keeper } from "./panel-memory.ts";
import type { ServiceSource } from "./service-link.ts";

/** What a page is connected to. */
export interface Connection {
  readonly host: Host;
  readonly source: ServiceSource;
  /** Keeps the keys that one paints with from the program, or leaves them to it again, where it would take them. */
  readonly keepPaintingKeys?: (keeps: boolean) => void;
  /** Remembers the settings where the page itself may have no storage. */
  readonly keeper?: Keeper;
}

/** The bridge that UXP puts on a webview's page. */
interface UxpGlobals {
  readonly uxpHost?: { postMessage(message: unknown): void };
}

/** The panel's own commands in the menus of the program. */
const labels: Readonly<Record<PanelCommand, string>> = {
  decompose: "Decompose into layers…",
  check: "Check this Premiere…",
};

/**
 * Connects the page to the program that it runs in.
 *
 * @param onCommand called when one of the panel's commands is chosen in the program's own menus
 * @returns undefined in a browser, where there is no program
 */
export function connect(
  onCommand: (command: PanelCommand) => void,
): Connection | undefined {
  const cep = openCepPage(window);
  if (cep !== undefined) {
    cep.showFlyoutMenu(
      panelCommands.map((command) => ({
        label: labels[command],
        onChosen: () => {
          onCommand(command);
        },
      })),
    );
    const host = openCepHost(cep.csInterface);
    return {
      host,
      source: { find: () => cep.startService() },
      keepPaintingKeys: (keeps) => {
        cep.keepPaintingKeys(keeps);
      },
    };
  }
  const { uxpHost } = window as UxpGlobals;
  if (uxpHost === undefined) return undefined;
  const port = messagePort(uxpHost);
  const page = new UxpPage(port, onCommand);
  return {
    host: openUxpHost(port),
    keeper: page,
    source: {
      find: () => page.findService(),
      launch: () => page.launchService(),
    },
  };
}

/** The bridge lives as long as the page, so it never closes. */
const messagePort = (
  uxpHost: NonNullable<UxpGlobals["uxpHost"]>,
): JsonPort => ({
  post: (message) => {
    uxpHost.postMessage(message);
  },
  listen: (onMessage) => {
    const listener = ({ data }: MessageEvent): void => {
      onMessage(data);
    };
    window.addEventListener("message", listener);
    return () => {
      window.removeEventListener("message", listener);
    };
  },
});
