import { succeeded, type Outcome } from '../pulumi/stack.js';
import type { StackState } from '../pulumi/state.js';
import type { ProgramName } from '../timeline/timeline.js';
import { Bench } from './bench.js';

/** An account in which a program is up, and how that went. It is only ever copied. */
export interface Ready {
  readonly bench: Bench;
  readonly up: Outcome;
  readonly state: StackState;
  /** How many operations the providers were asked for. */
  readonly operations: number;
}

/** Accounts that scenarios begin in. Each is made once, when it is first asked for, and copied for each use. */
export class Shelf {
  #empty: Promise<Bench> | undefined;
  readonly #ready = new Map<ProgramName, Promise<Ready>>();

  /** An account with nothing in it, and the stack of the platform. */
  async empty(): Promise<Bench> {
    this.#empty ??= (async () => {
      const bench = await Bench.open();
      await bench.createStack('platform');
      return bench;
    })();
    return (await this.#empty).fork();
  }

  /** An account in which a program is not up yet, and all that it builds on is. */
  async before(program: ProgramName): Promise<Bench> {
    if (program === 'platform') return this.empty();
    const bench = await this.with('platform');
    await bench.createStack('service');
    return bench;
  }

  /** An account in which a program is up, and all that it builds on. */
  async with(program: ProgramName): Promise<Bench> {
    return (await this.ready(program)).bench.fork();
  }

  /** How a program went up, for those who only look. */
  ready(program: ProgramName): Promise<Ready> {
    const known = this.#ready.get(program) ?? this.#bringUp(program);
    this.#ready.set(program, known);
    return known;
  }

  async close(): Promise<void> {
    const ready = await Promise.allSettled(this.#ready.values());
    for (const one of ready) if (one.status === 'fulfilled') await one.value.bench.close();
    await (await this.#empty?.catch(() => undefined))?.close();
  }

  async #bringUp(program: ProgramName): Promise<Ready> {
    const bench = await this.before(program);
    const stack = await bench.stack(program);
    const before = bench.world.spans.length;
    const up = succeeded(await stack.up());
    return { bench, up, state: await stack.state(), operations: bench.world.spans.length - before };
  }
}
