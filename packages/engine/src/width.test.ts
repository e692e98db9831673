import { Tensor } from 'onnxruntime-node';
import type { Session } from './session.js';
import { TwoWidthSession, Width } from './width.js';

/** A session whose runs end when the test says so. */
class FakeSession implements Session {
  readonly inputNames = ['x'];
  readonly outputNames = ['y'];
  readonly ends: ((result: Float32Array[] | Error) => void)[] = [];
  isClosed = false;

  fixedBatch(): undefined {
    return undefined;
  }

  run(): Promise<Float32Array[]> {
    return new Promise((resolve, reject) => {
      this.ends.push((result) => (result instanceof Error ? reject(result) : resolve(result)));
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

const tensor = new Tensor('float32', [1], [1]);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Fixture {
  readonly width: Width;
  readonly narrow: FakeSession;
  readonly wide: FakeSession;
  readonly session: TwoWidthSession;
  readonly run: () => Promise<Float32Array[]>;
}

async function fixture(): Promise<Fixture> {
  const [width, narrow, wide] = [new Width(), new FakeSession(), new FakeSession()];
  const session = new TwoWidthSession(narrow, width, () => Promise.resolve(wide));
  await session.widen(2);
  return { width, narrow, wide, session, run: () => session.run('x', tensor, ['y']) };
}

describe('a session of two widths', () => {
  it('runs narrow until it is told otherwise, and again after that', async () => {
    const { width, narrow, wide, run } = await fixture();
    void run();
    await turn();
    width.widen();
    void run();
    await turn();
    expect([narrow.ends.length, wide.ends.length]).toEqual([1, 1]);
    wide.ends[0]?.([]);
    await width.narrow();
    void run();
    await turn();
    expect([narrow.ends.length, wide.ends.length]).toEqual([2, 1]);
  });

  it('runs narrow as long as there is nothing else', async () => {
    const [width, narrow] = [new Width(), new FakeSession()];
    const session = new TwoWidthSession(narrow, width);
    expect(session.canWiden).toBe(false);
    await session.widen(2);
    width.widen();
    void session.run('x', tensor, ['y']);
    await turn();
    expect(narrow.ends).toHaveLength(1);
  });

  it('hears before a run what came during the run before', async () => {
    const { width, narrow, wide, run } = await fixture();
    width.widen();
    // As a lane reads its socket: when the event loop turns, which it did not while the run before computed.
    setImmediate(() => void width.narrow());
    void run();
    await turn();
    await turn();
    expect([narrow.ends.length, wide.ends.length]).toEqual([1, 0]);
  });

  it('is narrow only when the wide run that is under way has ended, well or not', async () => {
    for (const result of [[], new Error('failed')]) {
      const { width, wide, run } = await fixture();
      width.widen();
      const ended = run().catch(() => undefined);
      await turn();
      let isNarrow = false;
      const narrowed = width.narrow().then(() => (isNarrow = true));
      await turn();
      expect(isNarrow).toBe(false);
      wide.ends[0]?.(result);
      await Promise.all([ended, narrowed]);
    }
  });

  it('frees both graphs, and the wide one alone when it is to be forgotten', async () => {
    const first = await fixture();
    await first.session.forgetWide();
    expect([first.narrow.isClosed, first.wide.isClosed]).toEqual([false, true]);
    const second = await fixture();
    await second.session.close();
    expect([second.narrow.isClosed, second.wide.isClosed]).toEqual([true, true]);
  });
});
