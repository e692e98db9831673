import fc from 'fast-check';
import { Batcher, type Clock } from './batcher.js';

/** Time that passes when the test says so. */
class FakeClock implements Clock {
  #now = 0;
  readonly #timers = new Set<{ readonly at: number; readonly call: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { at: this.#now + ms, call };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timers(): number {
    return this.#timers.size;
  }

  pass(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers]) {
      if (timer.at > this.#now) continue;
      this.#timers.delete(timer);
      timer.call();
    }
  }
}

/** A run that ends when the test says so. A crop is one byte here, and its vector has that number. */
interface FakeRun {
  readonly crops: number[];
  readonly end: () => void;
  readonly fail: (error: Error) => void;
}

interface Fixture {
  readonly clock: FakeClock;
  readonly runs: FakeRun[];
  readonly batcher: Batcher;
}

function fixture(maxFaces = 4): Fixture {
  const clock = new FakeClock();
  const runs: FakeRun[] = [];
  const embed = (crops: Uint8Array, count: number): Promise<Float32Array[]> =>
    new Promise((resolve, reject) => {
      expect(crops).toHaveLength(count);
      runs.push({
        crops: [...crops],
        end: () => resolve(Array.from(crops, (crop) => Float32Array.of(crop))),
        fail: reject,
      });
    });
  return { clock, runs, batcher: new Batcher(embed, { maxFaces, maxDelayMs: 2, clock }) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const inTime = (): void => undefined;

/** Embeds crops; gives the numbers in their vectors. */
async function embed(batcher: Batcher, crops: readonly number[], checkDeadline = inTime): Promise<number[]> {
  const vectors = await batcher.embed(Uint8Array.from(crops), crops.length, checkDeadline);
  return vectors.flatMap((vector) => [...vector]);
}

describe('a batcher', () => {
  it('begins at once when nothing else is under way', () => {
    const { batcher, runs, clock } = fixture();
    void embed(batcher, [1, 2]);
    expect(runs.map(({ crops }) => crops)).toEqual([[1, 2]]);
    expect(clock.timers).toBe(0);
  });

  it('waits for what is under way, and embeds it in the same run', async () => {
    const { batcher, runs } = fixture();
    const others = [batcher.expect(), batcher.expect()];
    const first = embed(batcher, [1]);
    const second = embed(batcher, [2, 3]);
    others[0]?.();
    expect(runs).toEqual([]);
    others[1]?.(); // it has no faces
    expect(runs.map(({ crops }) => crops)).toEqual([[1, 2, 3]]);
    runs[0]?.end();
    expect(await Promise.all([first, second])).toEqual([[1], [2, 3]]);
  });

  it('does not wait for the call that was announced and is here, with or without faces', async () => {
    const { batcher, runs, clock } = fixture();
    void batcher.embed(Uint8Array.of(1), 1, inTime, batcher.expect());
    expect(runs).toHaveLength(1);
    runs[0]?.end();
    await turn();
    const other = batcher.expect();
    void embed(batcher, [2]);
    expect(await batcher.embed(new Uint8Array(0), 0, inTime, other)).toEqual([]);
    expect(runs).toHaveLength(2);
    expect(clock.timers).toBe(0);
  });

  it('waits no longer than it may', () => {
    const { batcher, runs, clock } = fixture();
    batcher.expect();
    void embed(batcher, [1]);
    clock.pass(1.5);
    void embed(batcher, [2]);
    expect(runs).toEqual([]);
    clock.pass(0.5);
    expect(runs.map(({ crops }) => crops)).toEqual([[1, 2]]);
  });

  it('does not wait when there are enough faces for a run', () => {
    const { batcher, runs } = fixture(3);
    batcher.expect();
    void embed(batcher, [1, 2]);
    void embed(batcher, [3, 4]);
    expect(runs.map(({ crops }) => crops)).toEqual([[1, 2, 3]]);
  });

  it('embeds more faces than fit into a run in several, with those of others in the last', async () => {
    const { batcher, runs } = fixture(3);
    const many = embed(batcher, [1, 2, 3, 4]);
    const one = embed(batcher, [5]);
    runs[0]?.end();
    await turn();
    expect(runs.map(({ crops }) => crops)).toEqual([
      [1, 2, 3],
      [4, 5],
    ]);
    runs[1]?.end();
    expect(await Promise.all([many, one])).toEqual([[1, 2, 3, 4], [5]]);
  });

  it('counts a call that was announced once, however often it is said to have come', () => {
    const { batcher, runs } = fixture();
    const [once] = [batcher.expect(), batcher.expect()];
    once();
    once();
    void embed(batcher, [1]);
    expect(runs).toEqual([]);
  });

  it('fails with the error of a run all calls that were part of it, and no other', async () => {
    const { batcher, runs } = fixture(3);
    const calls = [embed(batcher, [1]), embed(batcher, [2]), embed(batcher, [3, 4]), embed(batcher, [5])];
    const results = Promise.allSettled(calls);
    runs[0]?.end();
    await turn();
    expect(runs[1]?.crops).toEqual([2, 3, 4]);
    runs[1]?.fail(new Error('out of memory'));
    await turn();
    expect(runs[2]?.crops).toEqual([5]);
    runs[2]?.end();
    expect(
      (await results).map((result) => (result.status === 'fulfilled' ? result.value : String(result.reason))),
    ).toEqual([[1], 'Error: out of memory', 'Error: out of memory', [5]]);
  });

  it('does not run the rest of a call that has failed', async () => {
    const { batcher, runs } = fixture(2);
    const many = embed(batcher, [1, 2, 3]);
    runs[0]?.fail(new Error('out of memory'));
    await expect(many).rejects.toThrow('out of memory');
    await turn();
    expect(runs).toHaveLength(1);
  });

  it('drops before a run what has become too late, and asks again before each', async () => {
    const { batcher, runs } = fixture(2);
    let isLate = false;
    const checkDeadline = (): void => {
      if (isLate) throw new Error('late');
    };
    const running = embed(batcher, [1]);
    const waiting = embed(batcher, [2, 3, 4], checkDeadline);
    const other = embed(batcher, [5]);
    runs[0]?.end();
    await running;
    await turn();
    isLate = true;
    runs[1]?.end();
    await expect(waiting).rejects.toThrow('late');
    await turn();
    expect(runs.map(({ crops }) => crops)).toEqual([[1], [2, 3], [5]]);
    runs[2]?.end();
    expect(await other).toEqual([5]);
  });

  it('has nothing to do for a picture without faces', async () => {
    const { batcher, runs } = fixture();
    expect(await embed(batcher, [])).toEqual([]);
    expect(runs).toEqual([]);
  });
});

it('gives each call its own vectors in order, in runs that are never too large and never empty', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('embed' as const), faces: fc.integer({ min: 0, max: 9 }) }),
    fc.record({ kind: fc.constantFrom('expect' as const, 'leave' as const, 'end' as const) }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(3) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 40 }), async (maxFaces, steps) => {
      const { batcher, runs, clock } = fixture(maxFaces);
      const calls: { readonly crops: number[]; readonly vectors: Promise<number[]> }[] = [];
      const expected: (() => void)[] = [];
      let faces = 0;
      let ended = 0;
      const endRun = async (): Promise<void> => {
        runs[ended]?.end();
        if (runs[ended] !== undefined) ended++;
        await turn();
      };
      for (const now of steps) {
        if (now.kind === 'embed') {
          const crops = Array.from({ length: now.faces }, () => faces++);
          calls.push({ crops, vectors: embed(batcher, crops) });
        }
        if (now.kind === 'expect') expected.push(batcher.expect());
        if (now.kind === 'leave') expected.pop()?.();
        if (now.kind === 'pass') clock.pass(now.ms);
        if (now.kind === 'end') await endRun();
        expect(runs.length - ended).toBeLessThanOrEqual(1);
      }
      for (const leave of expected) leave();
      while (ended < runs.length) await endRun();
      for (const { crops, vectors } of calls) expect(await vectors).toEqual(crops);
      expect(runs.flatMap(({ crops }) => crops)).toEqual(Array.from({ length: faces }, (_, i) => i));
      for (const { crops } of runs) {
        expect(crops.length).toBeGreaterThan(0);
        expect(crops.length).toBeLessThanOrEqual(maxFaces);
      }
      expect(clock.timers).toBe(0);
    }),
    { numRuns: 300 },
  );
});
