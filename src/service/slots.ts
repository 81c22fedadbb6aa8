/** Lets so many do something at a time; the others wait for their turn, in the order in which they came. */
export class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#free = most;
  }

  /**
   * Waits for a turn.
   *
   * @param givenUp resolves when whoever waits no longer wants it
   * @returns       gives the turn to the next; undefined when it was given up before it came
   */
  async take(givenUp: Promise<unknown>): Promise<(() => void) | undefined> {
    if (this.#free > 0) this.#free--;
    else if (!(await this.#turn(givenUp))) return undefined;
    return () => {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    };
  }

  #turn(givenUp: Promise<unknown>): Promise<boolean> {
    return new Promise((resolve) => {
      const come = (): void => {
        resolve(true);
      };
      this.#waiting.push(come);
      void givenUp.then(() => {
        const at = this.#waiting.indexOf(come);
        if (at < 0) return;
        this.#waiting.splice(at, 1);
        resolve(false);
      });
    });
  }
}
