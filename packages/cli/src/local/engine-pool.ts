/** Something that is lent to one borrower at a time. */
export interface Lendable {
  readonly hasEnded: boolean;
  end(): void;
}

/** At most so many engines; they are made when they are needed, and again when one has ended. */
export class EnginePool<T extends Lendable> {
  readonly #make: () => Promise<T>;
  readonly #all = new Set<T>();
  readonly #idle: T[] = [];
  readonly #waiting: (() => void)[] = [];
  #free: number;

  constructor(size: number, make: () => Promise<T>) {
    this.#free = size;
    this.#make = make;
  }

  /** Runs a task with an engine of its own; waits while there is none. */
  async use<R>(task: (engine: T) => Promise<R>, signal: AbortSignal): Promise<R> {
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free--;
    try {
      signal.throwIfAborted();
      const engine = this.#idle.pop() ?? (await this.#make());
      this.#all.add(engine);
      try {
        return await unlessAborted(task(engine), signal);
      } finally {
        // One that still works on what nobody waits for any more is not lent again.
        if (signal.aborted) engine.end();
        if (signal.aborted || engine.hasEnded) this.#all.delete(engine);
        else this.#idle.push(engine);
      }
    } finally {
      this.#free++;
      this.#waiting.shift()?.();
    }
  }

  end(): void {
    for (const engine of this.#all) engine.end();
  }
}

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    work.catch(() => undefined);
  }
}
