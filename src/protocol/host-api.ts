// What goes between a panel and a host that lives in another process, as JSON. Ticks travel as `{"$bigint": "123"}`.

/** The methods of the host port that are asked for by name; watching and closing have messages of their own. */
export type HostMethod =
  | "about"
  | "selection"
  | "exportClip"
  | "placeLayers"
  | "projectClips"
  | "findRuns"
  | "updateRun"
  | "removeRun"
  | "exportStack"
  | "checkProgram"
  | "adapt"
  | "playhead"
  | "movePlayhead"
  | "saveText";

/** What a panel says to a host. */
export type PanelToHost =
  | {
      readonly kind: "request";
      readonly id: number;
      readonly method: HostMethod;
      /** The method's arguments but for the options with the signal. */
      readonly parameters: readonly unknown[];
    }
  /** Ends a request early, as its signal would; it is still answered. */
  | { readonly kind: "cancel"; readonly id: number }
  /** From now on selections are told. */
  | { readonly kind: "watch" };

/** What a host says to a panel. */
export type HostToPanel =
  | {
      readonly kind: "answer";
      readonly id: number;
      readonly answer: HostAnswer;
    }
  | { readonly kind: "selection"; readonly selection: unknown }
  | { readonly kind: "watch-failed"; readonly error: HostFailure };

/** How a request ended. */
export type HostAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: HostFailure };

/** Why it failed: an expected failure with its facts, a cancel, or a bug with its message. */
export type HostFailure =
  | { readonly kind: "failure"; readonly failure: unknown }
  | { readonly kind: "cancelled" }
  | { readonly kind: "bug"; readonly message: string };

/** Writes a message as JSON text. */
export const writeHostMessage = (message: PanelToHost | HostToPanel): string =>
  JSON.stringify(message, (_, value: unknown) =>
    typeof value === "bigint" ? { $bigint: value.toString() } : value,
  );

/** More digits than any time has; to read millions of them would take minutes. */
const wholeNumberPattern = /^-?\d{1,40}$/;

/**
 * Reads a message that `writeHostMessage` wrote.
 *
 * @throws SyntaxError when the text is not JSON
 */
export const readHostMessage = (text: string): unknown =>
  JSON.parse(text, (_, value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    "$bigint" in value &&
    typeof value.$bigint === "string" &&
    wholeNumberPattern.test(value.$bigint)
      ? BigInt(value.$bigint)
      : value,
  );
