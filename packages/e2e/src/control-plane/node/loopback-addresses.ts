/** Every address of 127.0.0.0/8 answers on Linux, so that each pod can have one with ports of its own. */
export class LoopbackAddresses {
  readonly #second: number;
  #given = 0;

  /** @param seed keeps runs at the same time apart, e.g. the process's id */
  constructor(seed: number) {
    this.#second = 32 + (seed % 192);
  }

  /** An address that was not given before. */
  next(): string {
    const n = this.#given++;
    if (n >= 250 * 250) throw new Error('no loopback addresses are left');
    return `127.${this.#second}.${1 + Math.floor(n / 250)}.${1 + (n % 250)}`;
  }
}
