import * as v from "valibot";
import type { Memory } from "./settings.ts";

/** What remembers for a page that has no storage, as in UXP's web view. */
export interface Keeper {
  /** What was remembered last; null when nothing was. */
  recall(): Promise<string | null>;
  /** Remembers in place of what was before. */
  remember(text: string): Promise<void>;
}

/**
 * The page's storage, which may be missing, throw or keep nothing: what is written is there as long as the page is, and is handed to
 * a keeper where there is one.
 */
export class PanelMemory implements Memory {
  readonly #texts = new Map<string, string>();
  readonly #page: { readonly localStorage?: Memory | null | undefined };
  readonly #keeper: Keeper | undefined;
  /** The keeper is not told to forget what it has not yet said. */
  #recalled: Promise<void> = Promise.resolve();

  /**
   * @param page   `window`
   * @param keeper keeps one text: all keys with what is remembered under them, as JSON
   */
  constructor(
    page: { readonly localStorage?: Memory | null | undefined },
    keeper?: Keeper,
  ) {
    this.#page = page;
    this.#keeper = keeper;
  }

  getItem(key: string): string | null {
    const written = this.#texts.get(key);
    if (written !== undefined) return written;
    try {
      // Even looking at it throws where storage is forbidden; some answer undefined for what is not there.
      return this.#page.localStorage?.getItem(key) ?? null;
    } catch {
      return null;
    }
  }

  setItem(key: string, value: string): void {
    this.#texts.set(key, value);
    try {
      this.#page.localStorage?.setItem(key, value);
    } catch {
      // It is kept above, and by the keeper.
    }
    // A keeper that fails has the panel forget when it is closed, which is no reason to disturb anybody now.
    this.#recalled
      .then(() =>
        this.#keeper?.remember(JSON.stringify(Object.fromEntries(this.#texts))),
      )
      .catch(() => undefined);
  }

  /** Takes from the keeper what was remembered when the page was last open; what has been written since then counts. */
  recall(): Promise<void> {
    this.#recalled = this.#takeFromKeeper();
    return this.#recalled;
  }

  async #takeFromKeeper(): Promise<void> {
    // Whoever cannot say what was remembered is asked for more important things, and says then what is wrong.
    const text = await this.#keeper?.recall().catch(() => null);
    if (typeof text !== "string") return;
    for (const [key, value] of Object.entries(readTexts(text)))
      if (!this.#texts.has(key)) this.#texts.set(key, value);
  }
}

/** What a keeper has kept; nothing when it is something else. */
function readTexts(text: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return {};
  }
  const result = v.safeParse(v.record(v.string(), v.string()), value);
  return result.success ? result.output : {};
}
