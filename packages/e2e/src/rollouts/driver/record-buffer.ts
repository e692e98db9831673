import type { DriverRecord } from './protocol.js';

/** Keeps the latest records until they are fetched, and counts those that had to go before. */
export class RecordBuffer {
  readonly #limit: number;
  readonly #records: DriverRecord[] = [];
  #count = 0;
  #lost = 0;

  /** @param limit how many are kept at most */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get lost(): number {
    return this.#lost;
  }

  push(record: Omit<DriverRecord, 'n'>): void {
    this.#records.push({ n: ++this.#count, ...record });
    if (this.#records.length > this.#limit) {
      this.#records.shift();
      this.#lost++;
    }
  }

  /** The records after the one with the given number, `max` at most; those up to it are forgotten. */
  after(n: number, max: number): DriverRecord[] {
    const first = this.#records[0]?.n ?? this.#count + 1;
    this.#records.splice(0, Math.max(0, n - first + 1));
    return this.#records.slice(0, max);
  }
}
