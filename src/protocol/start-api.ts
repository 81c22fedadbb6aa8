// What is said between the panel's page and what starts the service for it: a script in CEP's Node, or the plug-in's own page in
// UXP. Both come from the same package, so these are only types.

import type { WireError } from "./service-api.ts";
import type { ServiceAddress } from "./service-client.ts";

/** Where the service is, or why there is none. */
export type ServiceAnswer =
  | { readonly ok: true; readonly value: ServiceAddress }
  | { readonly ok: false; readonly error: WireError };

/** What the panel's page asks the plug-in's page for, over UXP's message bridge. */
export interface PluginRequest {
  readonly to: "lamina-plugin";
  readonly id: number;
  /** `find` reads where a service was last; `launch` asks the user's leave to start one and waits until it is there. */
  readonly ask: "find" | "launch";
}

/** What the plug-in's page says. */
export type PluginMessage =
  | {
      readonly to: "lamina-page";
      readonly id: number;
      readonly answer: ServiceAnswer;
    }
  /** The command in Premiere's menu, or the panel's flyout entry, was chosen. */
  | { readonly to: "lamina-page"; readonly command: "decompose" };
