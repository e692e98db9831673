/** What the batcher needs to know of time; tests have their own. */
export interface Clock {
  /** Milliseconds. */
  now(): number;
  /** Calls once, later; returns what prevents it. */
  after(ms: number, call: () => void): () => void;
}

const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, call) => {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

export interface BatcherOptions {
  /** Faces in a run, at most. */
  readonly maxFaces: number;
  /** How long a call may be held back for others that are on their way, in milliseconds. */
  readonly maxDelayMs: number;
  readonly clock?: Clock;
}

/** Embeds crops, one after another in `crops`, and gives a vector for each. */
export type EmbedRun = (crops: Uint8Array, count: number) => Promise<Float32Array[]>;

interface Call {
  readonly crops: Uint8Array;
  readonly count: number;
  readonly checkDeadline: () => void;
  readonly arrivedMs: number;
  /** Crops that have been taken into a run. */
  taken: number;
  readonly vectors: Float32Array[];
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (error: unknown) => void;
}

/** The crops of a call that take part in a run. */
interface Part {
  readonly call: Call;
  readonly start: number;
  readonly end: number;
}

/**
 * Embeds the faces of pictures that are worked on at the same time in common runs, for which a GPU takes little longer than
 * for one face.
 *
 * A call waits for others only if they have been announced with `expect`, and no longer than `maxDelayMs`; with enough faces
 * for a run it does not wait at all. Runs follow one another, calls are served in the order in which they came.
 */
export class Batcher {
  readonly #embed: EmbedRun;
  readonly #options: BatcherOptions;
  readonly #clock: Clock;
  readonly #calls: Call[] = [];
  #expected = 0;
  #isRunning = false;
  #cancelTimer: () => void = () => undefined;

  constructor(embed: EmbedRun, options: BatcherOptions) {
    this.#embed = embed;
    this.#options = options;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
  }

  /**
   * Announces a call that may come.
   * @returns to be called when it has come, or will not; more than once does no harm
   */
  expect(): () => void {
    let isExpected = true;
    this.#expected++;
    return () => {
      if (!isExpected) return;
      isExpected = false;
      this.#expected--;
      this.#look();
    };
  }

  /**
   * Embeds the crops of one picture; see Embedder.
   *
   * @param checkDeadline throws when the time for the picture is over; asked before each run
   * @param arrive what `expect` returned, where the call was announced
   * @throws whatever `checkDeadline` or a run that one of the crops was part of threw
   */
  embed(
    crops: Uint8Array,
    count: number,
    checkDeadline: () => void,
    arrive = (): void => this.#look(),
  ): Promise<Float32Array[]> {
    return new Promise((resolve, reject) => {
      const arrivedMs = this.#clock.now();
      if (count === 0) resolve([]);
      else this.#calls.push({ crops, count, checkDeadline, arrivedMs, taken: 0, vectors: [], resolve, reject });
      arrive();
    });
  }

  /** Begins a run if there is something to run and nothing to wait for. */
  #look(): void {
    if (this.#isRunning) return;
    this.#cancelTimer();
    this.#dropLate();
    const [oldest] = this.#calls;
    if (oldest === undefined) return;
    const faces = this.#calls.reduce((sum, { count, taken }) => sum + count - taken, 0);
    const waitMs = oldest.arrivedMs + this.#options.maxDelayMs - this.#clock.now();
    if (faces < this.#options.maxFaces && this.#expected > 0 && waitMs > 0) {
      this.#cancelTimer = this.#clock.after(waitMs, () => this.#look());
      return;
    }
    this.#isRunning = true;
    void this.#run(this.#take()).finally(() => {
      this.#isRunning = false;
      this.#look();
    });
  }

  #dropLate(): void {
    for (const call of [...this.#calls]) {
      try {
        call.checkDeadline();
      } catch (error) {
        this.#fail(call, error);
      }
    }
  }

  /** The next crops, as many as fit into a run. */
  #take(): Part[] {
    const parts: Part[] = [];
    let room = this.#options.maxFaces;
    for (const call of this.#calls) {
      if (room === 0) break;
      const start = call.taken;
      call.taken = Math.min(call.count, start + room);
      room -= call.taken - start;
      parts.push({ call, start, end: call.taken });
    }
    return parts;
  }

  async #run(parts: readonly Part[]): Promise<void> {
    try {
      const crops = parts.map(({ call, start, end }) => {
        const bytes = call.crops.length / call.count;
        return call.crops.subarray(start * bytes, end * bytes);
      });
      const count = parts.reduce((sum, { start, end }) => sum + end - start, 0);
      const vectors = await this.#embed(Buffer.concat(crops), count);
      let at = 0;
      for (const { call, start, end } of parts) {
        call.vectors.push(...vectors.slice(at, (at += end - start)));
        if (end < call.count) continue;
        this.#remove(call);
        call.resolve(call.vectors);
      }
    } catch (error) {
      for (const { call } of parts) this.#fail(call, error);
    }
  }

  #fail(call: Call, error: unknown): void {
    this.#remove(call);
    call.reject(error);
  }

  #remove(call: Call): void {
    const at = this.#calls.indexOf(call);
    if (at >= 0) this.#calls.splice(at, 1);
  }
}
