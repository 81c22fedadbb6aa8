import type { Connection } from "./connect.ts";
import { defineElements } from "./elements/define.ts";
import { Panel } from "./panel.ts";
import { PanelMemory } from "./panel-memory.ts";

/** Makes a panel for a page; it is to be put somewhere, as `panelElement` makes it. */
export const makePanel = (connection: Connection): Panel =>
  new Panel({
    ...connection,
    surroundings: window,
    memory: new PanelMemory(window, connection.keeper),
    now: () => new Date(),
  });

/** The panel's element. */
export function panelElement(panel: Panel): HTMLElement {
  defineElements();
  const element = document.createElement("lamina-panel");
  Object.assign(element, { panel });
  return element;
}
