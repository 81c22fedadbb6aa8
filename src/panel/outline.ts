import type { PaintPoint } from "./paint-mask.ts";

/** How an outline goes from corner to corner on a frame: straight, or along edges. */
export interface OutlineWays {
  /** Told of each corner before ways from there are asked for. */
  readonly from: (corner: PaintPoint) => Promise<void>;
  readonly to: (to: PaintPoint) => Promise<readonly PaintPoint[]>;
}

/** Straight lines from corner to corner. */
export const straightWays: OutlineWays = {
  from: () => Promise.resolve(),
  to: (to) => Promise.resolve([to]),
};

/**
 * An outline that is being drawn, corner by corner. The ways may take a while to find: what is asked for meanwhile waits, and of
 * places that were only looked at the last one counts.
 */
export class Outline {
  readonly first: PaintPoint;
  /** From the first corner to the last. */
  path: readonly PaintPoint[];
  /** From the last corner to where one looks. */
  preview: readonly PaintPoint[] = [];
  readonly #ways: OutlineWays;
  readonly #onChange: () => void;
  /** How long the path was before each corner, and where that was set. */
  readonly #corners: { readonly at: PaintPoint; readonly before: number }[] =
    [];
  #work: Promise<void>;
  #looksAt: PaintPoint | undefined;

  constructor(first: PaintPoint, ways: OutlineWays, onChange: () => void) {
    this.first = first;
    this.path = [first];
    this.#ways = ways;
    this.#onChange = onChange;
    this.#work = ways.from(first);
  }

  /** Shows the way to a place. */
  look(to: PaintPoint): Promise<void> {
    const waits = this.#looksAt !== undefined;
    this.#looksAt = to;
    if (waits) return this.#work;
    return this.#next(async () => {
      const place = this.#looksAt;
      this.#looksAt = undefined;
      if (place !== undefined) this.preview = await this.#ways.to(place);
    });
  }

  /** Sets a corner. */
  corner(at: PaintPoint): Promise<void> {
    return this.#next(async () => {
      this.#corners.push({ at, before: this.path.length });
      this.path = [...this.path, ...(await this.#ways.to(at))];
      this.preview = [];
      await this.#ways.from(at);
    });
  }

  /**
   * Takes the last corner back.
   *
   * @returns whether the outline is still there; without its first corner it is not
   */
  async takeBack(): Promise<boolean> {
    let isThere = false;
    await this.#next(async () => {
      const last = this.#corners.pop();
      if (last === undefined) return;
      isThere = true;
      this.path = this.path.slice(0, last.before);
      this.preview = [];
      await this.#ways.from(this.#corners.at(-1)?.at ?? this.first);
    });
    return isThere;
  }

  /** Goes back to the first corner: the whole outline. */
  async close(): Promise<readonly PaintPoint[]> {
    await this.#next(async () => {
      this.path = [...this.path, ...(await this.#ways.to(this.first))];
    });
    return this.path;
  }

  #next(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).then(this.#onChange);
    return this.#work;
  }
}
