import { FakeClock } from '../../src/testing/index.js';

/**
 * A clock that advances only while the code under test sleeps on it, so that requests take no time on it, however slow the
 * machine is.
 */
export class SleepClock extends FakeClock {
  readonly #begun: number[] = [];

  override sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#begun.push(ms);
    return super.sleep(ms, signal);
  }

  /** Whether a sleep has begun that {@link passSleeps} has not passed. */
  get isAsleep(): boolean {
    return this.#begun.length > 0;
  }

  /** Advances by each sleep that has begun since the last call, and returns them in milliseconds. */
  async passSleeps(): Promise<readonly number[]> {
    const sleeps = this.#begun.splice(0);
    for (const ms of sleeps) await this.advance(ms);
    return sleeps;
  }
}
