import type { CsInterface } from "../../host/cep-host.ts";
import type { ServiceAddress } from "../../protocol/service-client.ts";
import type { ServiceAnswer } from "../../protocol/start-api.ts";
import type { Surroundings } from "../../protocol/surroundings.ts";
import { paintingKeys } from "./cep-keys.ts";
import { openServiceAnswer } from "./service-answer.ts";

/** The object that CEP puts on the panel's page. */
interface AdobeCep extends CsInterface {
  getSystemPath(which: "extension"): string;
  invokeSync(call: "setPanelFlyoutMenu", menu: string): void;
  /** Replaces what was registered before. */
  registerKeyEventsInterest(keys: string): void;
}

/** Node's `require`, of the script that finds or starts the service. */
type Require = (file: string) => {
  startService: (
    folder: string,
    surroundings: Surroundings,
  ) => Promise<ServiceAnswer>;
};

/** What CEP adds to a page's globals, with Node's own beside the browser's. */
export interface CepGlobals extends Surroundings {
  readonly __adobe_cep__?: AdobeCep;
  readonly navigator: { readonly platform: string };
  readonly require?: Require;
  /** Node's globals, which in some versions are here alone. */
  readonly cep_node?: { readonly require?: Require };
}

/** The panel's page in CEP. */
export interface CepPage {
  /** For `openCepHost`. */
  readonly csInterface: CsInterface;
  /**
   * Finds the service or starts it; to be called again when it is gone.
   *
   * @throws RemoteError
   */
  startService(): Promise<ServiceAddress>;
  /** Puts entries into the panel's flyout menu, in place of those before. */
  showFlyoutMenu(entries: readonly FlyoutEntry[]): void;
  /** Keeps the keys that one paints with from Premiere, or leaves them to it again. */
  keepPaintingKeys(keeps: boolean): void;
}

/** An entry of the flyout menu. */
interface FlyoutEntry {
  readonly label: string;
  readonly onChosen: () => void;
}

const entryId = (index: number): string => `lamina-entry-${index}.`;

/**
 * Looks whether the page runs in CEP.
 *
 * @param page `window`
 * @returns    undefined elsewhere
 */
export function openCepPage(page: CepGlobals): CepPage | undefined {
  const { __adobe_cep__: cep, navigator } = page;
  const require = page.require ?? page.cep_node?.require;
  if (cep === undefined || require === undefined) return undefined;
  const folder = filePathOf(cep.getSystemPath("extension"));
  return {
    csInterface: cep,
    startService: async () => {
      const { startService } = require(`${folder}/dist/cep/service.cjs`);
      return openServiceAnswer(await startService(folder, page));
    },
    keepPaintingKeys: (keeps) => {
      const isMac = navigator.platform.startsWith("Mac");
      cep.registerKeyEventsInterest(keeps ? paintingKeys(isMac) : "[]");
    },
    showFlyoutMenu: (entries) => {
      const items = entries.map(
        ({ label }, i) =>
          `<MenuItem Id="${entryId(i)}" Label="${label}" Enabled="true" Checked="false"/>`,
      );
      cep.invokeSync("setPanelFlyoutMenu", `<Menu>${items.join("")}</Menu>`);
      cep.addEventListener(
        "com.adobe.csxs.events.flyoutMenuClicked",
        ({ data }) => {
          // Text in some versions, an object in others.
          const said = JSON.stringify(data);
          entries.find((_, i) => said.includes(entryId(i)))?.onChosen();
        },
      );
    },
  };
}

/** `file:///C:/panel` or `file:///Users/me/panel` as a path; CEP may or may not have encoded it. */
function filePathOf(address: string): string {
  const path = decodeURI(address).replace(/^file:\/\//, "");
  return path.replace(/^\/(?=[A-Za-z]:)/, "");
}
