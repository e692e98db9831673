/** Bytes of images that may be held at once over all requests. */
export class ByteBudget {
  readonly #limit: number;
  #used = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  get used(): number {
    return this.#used;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Takes bytes out of the budget; nothing when there are too few left. */
  reserve(bytes: number): Reservation | undefined {
    if (this.#used + bytes > this.#limit) return undefined;
    this.#used += bytes;
    return new Reservation(bytes, (given) => (this.#used -= given));
  }
}

/** Bytes taken out of a budget until they are released. */
export class Reservation {
  #bytes: number;
  readonly #giveBack: (bytes: number) => void;

  constructor(bytes: number, giveBack: (bytes: number) => void) {
    this.#bytes = bytes;
    this.#giveBack = giveBack;
  }

  /** Gives back what turned out not to be needed. */
  shrinkTo(bytes: number): void {
    if (bytes >= this.#bytes) return;
    this.#giveBack(this.#bytes - bytes);
    this.#bytes = bytes;
  }

  /** Gives everything back; more than once does no harm. */
  release(): void {
    this.shrinkTo(0);
  }
}
