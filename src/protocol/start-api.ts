// What is said between the panel's page and what starts the service for it: a script in CEP's Node, or the plug-in's own page in
// UXP. Both come from the same package, so these are types and the names of the commands.

import type { WireError } from "./service-api.ts";
import type { ServiceAddress } from "./service-client.ts";

/** Where the service is, or why there is none. */
export type ServiceAnswer =
  | { readonly ok: true; readonly value: ServiceAddress }
  | { readonly ok: false; readonly error: WireError };

/** The commands that the panel has in the program's own menus. */
export const panelCommands = ["decompose", "check"] as const;

/** One of them. */
export type PanelCommand = (typeof panelCommands)[number];

/** What the panel's page may ask for. */
export type PluginQuestion =
  /** `find` reads where a service was last; `launch` asks the user's leave to start one and waits until it is there. */
  | { readonly ask: "find" | "launch" }
  /** Reads what was last remembered: a page in a web view may have no storage of its own. */
  | { readonly ask: "recall" }
  /** Keeps a text for the next time that the panel is opened. */
  | { readonly ask: "remember"; readonly text: string };

/** What the panel's page asks the plug-in's page for, over UXP's message bridge. */
export type PluginRequest = PluginQuestion & {
  readonly to: "lamina-plugin";
  readonly id: number;
};

/** Says that a command has come to the panel's page. */
export interface CommandHeard {
  readonly to: "lamina-plugin";
  readonly heard: number;
}

/** What `find` and `launch` are answered with, or the text that is remembered now: none when there never was one, or it is lost. */
export type PluginAnswer =
  ServiceAnswer | { readonly remembered: string | null };

/** What the plug-in's page says. */
export type PluginMessage =
  | {
      readonly to: "lamina-page";
      readonly id: number;
      readonly answer: PluginAnswer;
    }
  /** A command in Premiere's menu, or an entry of the panel's flyout menu, was chosen; said again, under the same number, until it is heard. */
  | {
      readonly to: "lamina-page";
      readonly command: PanelCommand;
      readonly number: number;
    };
