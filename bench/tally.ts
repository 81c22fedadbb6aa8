/** A mean in the making: a sum and what it is divided by. */
export class Tally {
  #sum = 0;
  #weight = 0;

  add(value: number, weight: number): void {
    this.#sum += value;
    this.#weight += weight;
  }

  /** Undefined when nothing was counted. */
  mean(): number | undefined {
    return this.#weight === 0 ? undefined : this.#sum / this.#weight;
  }

  /** The mean taken as a squared error in 8-bit levels, in dB, at most 99. */
  psnr(): number | undefined {
    const mean = this.mean();
    return mean === undefined
      ? undefined
      : Math.min(99, 10 * Math.log10(255 ** 2 / Math.max(mean, 1e-9)));
  }
}
