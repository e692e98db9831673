/** Passes on in order what comes in any order. What is early waits in memory: texts, of a few photos at most. */
export class InOrder {
  readonly #pass: (text: string) => Promise<void>;
  readonly #early = new Map<number, string>();
  #next = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(pass: (text: string) => Promise<void>) {
    this.#pass = pass;
  }

  /** Resolves when all that could be passed on has been. @param index from 0, each once */
  put(index: number, text: string): Promise<void> {
    this.#early.set(index, text);
    this.#last = this.#last.then(async () => {
      for (let ready = this.#early.get(this.#next); ready !== undefined; ready = this.#early.get(this.#next)) {
        this.#early.delete(this.#next++);
        await this.#pass(ready);
      }
    });
    return this.#last;
  }
}
