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

  /**
   * @param page   `window`
   * @param keeper keeps one text, which is enough for one key
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
    this.#keeper?.remember(value).catch(() => undefined);
  }
}
