import fc from 'fast-check';
import { LaneLostError, type LaneAnswer } from './lane.js';
import type { LaneJob } from './protocol.js';
import {
  ClientGoneError,
  DeadlineExceededError,
  OverloadedError,
  Scheduler,
  SchedulerClosedError,
  type JobRunner,
  type LanePool,
  type ScheduledAnswer,
} from './scheduler.js';

/** What a fake lane works on. */
interface Begun {
  readonly image: string;
  readonly budgetMs: number;
  readonly isWide: boolean;
  readonly end: (result: LaneAnswer | Error) => void;
  /** Answers the `narrow` that the lane was asked for; undefined as long as it was not. */
  narrowed: (() => void) | undefined;
}

/** Lanes that answer when the test says so. */
class FakePool implements LanePool {
  /** What the lanes work on, in the order in which it was begun. */
  readonly begun: Begun[] = [];
  #idle: number;
  #hasWideLane: boolean;

  constructor(lanes: number, hasWideLane = false) {
    this.#idle = lanes;
    this.#hasWideLane = hasWideLane;
  }

  acquire(width: 'narrow' | 'wide'): JobRunner | undefined {
    if (this.#idle === 0 || (width === 'wide' && !this.#hasWideLane)) return undefined;
    this.#idle--;
    let job: Begun | undefined;
    return {
      run: (_job, images, budgetMs, isWide) =>
        new Promise((resolve, reject) => {
          const image = Buffer.concat(images).toString();
          const end = (result: LaneAnswer | Error): void => {
            if (result instanceof Error) reject(result);
            else resolve(result);
            setImmediate(() => job?.narrowed?.()); // a lane that has nothing to do is narrow
          };
          job = { image, budgetMs, isWide, end, narrowed: undefined };
          this.begun.push(job);
        }),
      narrow: () =>
        new Promise((resolve) => {
          if (job !== undefined) job.narrowed = resolve;
        }),
    };
  }

  release(): void {
    this.#idle++;
  }

  get images(): string[] {
    return this.begun.map(({ image }) => image);
  }

  job(image: string): Begun {
    const job = this.begun.find((each) => each.image === image);
    if (job === undefined) throw new Error(`${image} has not been begun`);
    return job;
  }

  /** Ends the job of an image. */
  end(image: string, result: LaneAnswer | Error = ANSWER): void {
    this.job(image).end(result);
  }
}

const ANSWER: LaneAnswer = {
  body: Buffer.from('{}'),
  faces: 0,
  timings: { decodeMs: 1, detectMs: 2, embedMs: 3 },
};

const JOB: LaneJob = {
  kind: 'analyze',
  fields: { faceHash: true, landmarks: false, quality: false },
  maxFaces: 1,
  detail: 'normal',
};

// Time passes only in `jest.advanceTimersByTime`.
beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'clearImmediate'] });
});
afterEach(() => jest.useRealTimers());

/** A job that has run for so long holds up no other. */
const LONG_JOB_MS = 1_000;

const submit = (
  scheduler: Scheduler,
  pool: LanePool,
  image: string,
  { inMs = 60_000, signal }: { readonly inMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ScheduledAnswer> => {
  const answer = scheduler.run({
    pool,
    job: JOB,
    images: [Buffer.from(image)],
    deadline: performance.now() + inMs,
    ...(signal === undefined ? {} : { signal }),
  });
  answer.catch(() => undefined); // a test that looks at it sees it all the same
  return answer;
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a scheduler', () => {
  it('begins jobs in the order in which they came, as lanes become free', async () => {
    const pool = new FakePool(2);
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    const answers = ['a', 'b', 'c', 'd'].map((image) => submit(scheduler, pool, image));
    expect(pool.images).toEqual(['a', 'b']);
    expect(scheduler).toMatchObject({ running: 2, queued: 2 });
    pool.end('b');
    await turn();
    expect(pool.images).toEqual(['a', 'b', 'c']);
    for (const image of ['a', 'c']) pool.end(image);
    await turn();
    pool.end('d');
    expect(await Promise.all(answers)).toHaveLength(4);
    expect(scheduler).toMatchObject({ running: 0, queued: 0 });
  });

  it('runs no more jobs at once than it has slots, however many lanes there are', () => {
    const [a, b] = [new FakePool(2), new FakePool(2)];
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    for (const pool of [a, b, a, b]) void submit(scheduler, pool, 'x');
    expect(a.begun.length + b.begun.length).toBe(2);
  });

  it('lets a version that hangs hold up its own requests and not those of another', async () => {
    const [hanging, good] = [new FakePool(1), new FakePool(1)];
    const scheduler = new Scheduler({ slots: 1, queueLimit: 10 });
    void submit(scheduler, hanging, 'hangs');
    void submit(scheduler, hanging, 'waits');
    const answer = submit(scheduler, good, 'good');
    jest.advanceTimersByTime(LONG_JOB_MS - 1);
    expect(good.images).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(good.images).toEqual(['good']);
    expect(hanging.images).toEqual(['hangs']);
    good.end('good');
    await answer;
    // What comes back late gives back what it holds, and no more.
    hanging.end('hangs');
    await turn();
    expect(hanging.images).toEqual(['hangs', 'waits']);
    expect(scheduler).toMatchObject({ running: 1, queued: 0 });
    void submit(scheduler, good, 'next');
    expect(good.images).toEqual(['good']);
  });

  it('does not let a version without a free lane hold up another', () => {
    const [busy, free] = [new FakePool(0), new FakePool(1)];
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    void submit(scheduler, busy, 'waits');
    void submit(scheduler, free, 'runs');
    expect(free.images).toEqual(['runs']);
    expect(scheduler.queued).toBe(1);
  });

  it('refuses what goes beyond its queue, and says when to come back', async () => {
    const pool = new FakePool(0);
    const scheduler = new Scheduler({ slots: 1, queueLimit: 2 });
    void submit(scheduler, pool, 'a');
    expect(scheduler.isFull).toBe(false);
    void submit(scheduler, pool, 'b');
    expect(scheduler.isFull).toBe(true);
    const refused = submit(scheduler, pool, 'c');
    await expect(refused).rejects.toThrow(OverloadedError);
    await expect(refused).rejects.toMatchObject({ limit: 2, retryAfterS: 1 });
  });

  it('gives up what waits beyond its deadline, and never begins it', async () => {
    const pool = new FakePool(1);
    const scheduler = new Scheduler({ slots: 1, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    const late = submit(scheduler, pool, 'b', { inMs: 5 });
    jest.advanceTimersByTime(4);
    expect(scheduler.queued).toBe(1);
    jest.advanceTimersByTime(1);
    await expect(late).rejects.toThrow(DeadlineExceededError);
    pool.end('a');
    await turn();
    expect(pool.images).toEqual(['a']);
    expect(scheduler).toMatchObject({ running: 0, queued: 0 });
  });

  it('tells a lane how much time is left', async () => {
    const pool = new FakePool(1);
    const scheduler = new Scheduler({ slots: 1, queueLimit: 1 });
    void submit(scheduler, pool, 'a', { inMs: 5000 });
    void submit(scheduler, pool, 'b', { inMs: 5000 });
    jest.advanceTimersByTime(300);
    pool.end('a');
    await turn();
    expect(pool.begun.map(({ budgetMs }) => budgetMs)).toEqual([5000, 4700]);
  });

  it('forgets a job whose client goes away while it waits, or had gone before', async () => {
    const pool = new FakePool(1);
    const scheduler = new Scheduler({ slots: 1, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    const leaving = new AbortController();
    const waiting = submit(scheduler, pool, 'b', { signal: leaving.signal });
    leaving.abort();
    await expect(waiting).rejects.toThrow(ClientGoneError);
    await expect(submit(scheduler, pool, 'c', { signal: leaving.signal })).rejects.toThrow(ClientGoneError);
    expect(scheduler.queued).toBe(0);
  });

  it('says of a lane that was killed after the deadline that the deadline passed', async () => {
    const pool = new FakePool(2);
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    const early = submit(scheduler, pool, 'early');
    const late = submit(scheduler, pool, 'late', { inMs: -1 });
    pool.end('early', new LaneLostError('it crashed'));
    pool.end('late', new LaneLostError('it was killed'));
    await expect(early).rejects.toThrow(LaneLostError);
    await expect(late).rejects.toThrow(DeadlineExceededError);
    expect(scheduler.running).toBe(0);
  });

  it('refuses what waits and what comes when it is closed, and finishes what runs', async () => {
    const pool = new FakePool(1);
    const scheduler = new Scheduler({ slots: 1, queueLimit: 10 });
    const running = submit(scheduler, pool, 'a');
    const waiting = submit(scheduler, pool, 'b');
    scheduler.close();
    await expect(waiting).rejects.toThrow(SchedulerClosedError);
    await expect(submit(scheduler, pool, 'c')).rejects.toThrow(SchedulerClosedError);
    pool.end('a');
    expect((await running).faces).toBe(0);
  });
});

describe('a job that has the service to itself', () => {
  it('runs wide where its version has a lane for that, and holds all slots', async () => {
    const pool = new FakePool(3, true);
    const scheduler = new Scheduler({ slots: 3, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    expect(pool.job('a').isWide).toBe(true);
    void submit(scheduler, pool, 'b');
    await turn();
    expect(pool.images).toEqual(['a']);
    pool.end('a');
    await turn();
    // It was in the queue alone, and nothing runs.
    expect(pool.job('b').isWide).toBe(true);
    expect(scheduler.wideJobs).toBe(2);
  });

  it.each<[string, number, boolean]>([
    ['its version has no lane for that', 2, false],
    ['there is one core', 1, true],
  ])('runs narrow where %s', (_what, slots, hasWideLane) => {
    const pool = new FakePool(slots, hasWideLane);
    const scheduler = new Scheduler({ slots, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    expect(pool.job('a').isWide).toBe(false);
    expect(scheduler.wideJobs).toBe(0);
  });

  it('is not what waits with others', () => {
    const pool = new FakePool(0, true);
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    for (const image of ['a', 'b']) void submit(scheduler, pool, image);
    for (let lane = 0; lane < 2; lane++) pool.release();
    scheduler.dispatch();
    expect(pool.begun.map(({ isWide }) => isWide)).toEqual([false, false]);
  });

  it('is not asked for anything once it has ended', async () => {
    const [pool, other] = [new FakePool(2, true), new FakePool(2)];
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    pool.end('a');
    await turn();
    for (const image of ['b', 'c']) void submit(scheduler, other, image);
    expect(pool.job('a').narrowed).toBeUndefined();
    expect(other.images).toEqual(['b', 'c']);
  });

  it('becomes narrow when others come, which begin once it is', async () => {
    const [pool, other] = [new FakePool(3, true), new FakePool(3, true)];
    const scheduler = new Scheduler({ slots: 3, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    void submit(scheduler, pool, 'b');
    void submit(scheduler, other, 'c');
    void submit(scheduler, pool, 'd');
    await turn();
    expect(pool.images).toEqual(['a']);
    pool.job('a').narrowed?.();
    await turn();
    // Two of its three slots are theirs now.
    expect([...pool.images, ...other.images]).toEqual(['a', 'b', 'c']);
    expect([pool.job('b').isWide, other.job('c').isWide]).toEqual([false, false]);
    pool.end('a');
    await turn();
    expect(pool.job('d').isWide).toBe(false);
  });

  it('gives everything back when it ends while it is asked to be narrow', async () => {
    const pool = new FakePool(2, true);
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    void submit(scheduler, pool, 'a');
    void submit(scheduler, pool, 'b');
    pool.end('a', new LaneLostError('it crashed'));
    await turn();
    void submit(scheduler, pool, 'c');
    void submit(scheduler, pool, 'd');
    await turn();
    pool.job('b').narrowed?.();
    await turn();
    expect(pool.images).toEqual(['a', 'b', 'c']);
  });

  it('holds nobody up for long when it hangs', () => {
    const [hanging, good] = [new FakePool(2, true), new FakePool(2, true)];
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    void submit(scheduler, hanging, 'hangs');
    void submit(scheduler, good, 'a');
    void submit(scheduler, good, 'b');
    jest.advanceTimersByTime(LONG_JOB_MS - 1);
    expect(good.images).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(good.images).toEqual(['a', 'b']);
    // What is beside a job that never ended is not alone.
    expect([good.job('a').isWide, good.job('b').isWide]).toEqual([false, false]);
  });

  it('is asked to be narrow also when it has run for long, and others need not wait for it', () => {
    const pool = new FakePool(2, true);
    const scheduler = new Scheduler({ slots: 2, queueLimit: 10 });
    void submit(scheduler, pool, 'long');
    jest.advanceTimersByTime(LONG_JOB_MS);
    void submit(scheduler, pool, 'next');
    expect(pool.job('next').isWide).toBe(false);
    expect(pool.job('long').narrowed).toBeDefined();
  });
});

type Step =
  { readonly kind: 'submit'; readonly version: number } | { readonly kind: 'end' | 'narrowed'; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('submit' as const), version: fc.nat(1) }),
  fc.record({ kind: fc.constantFrom('end' as const, 'narrowed' as const), at: fc.nat(20) }),
);

it('never uses more threads than it has slots, loses no job, and begins those of a version in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), async (slots, steps) => {
      const pools = [new FakePool(slots, true), new FakePool(slots, true)] as const;
      const scheduler = new Scheduler({ slots, queueLimit: 1000 });
      const threads = new Map<Begun, number>();
      const submitted: [string[], string[]] = [[], []];
      const answers: Promise<ScheduledAnswer>[] = [];
      const look = async (): Promise<void> => {
        await turn();
        for (const job of pools.flatMap(({ begun }) => begun)) {
          if (!threads.has(job)) threads.set(job, job.isWide ? slots : 1);
        }
        expect([...threads.values()].reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(slots);
      };
      const end = (job: Begun): void => {
        threads.set(job, 0);
        job.end(ANSWER);
      };
      const underWay = (): Begun[] => [...threads].flatMap(([job, count]) => (count > 0 ? [job] : []));
      for (const now of steps) {
        const job = now.kind === 'submit' ? undefined : underWay()[now.at % Math.max(1, underWay().length)];
        if (now.kind === 'submit') {
          const image = `${answers.length}`;
          submitted[now.version === 0 ? 0 : 1].push(image);
          answers.push(submit(scheduler, pools[now.version === 0 ? 0 : 1], image));
        } else if (now.kind === 'end' && job !== undefined) {
          end(job);
        } else if (job?.narrowed !== undefined) {
          threads.set(job, 1);
          job.narrowed();
        }
        await look();
        // As few jobs wait as can: whoever is alone is begun.
        if (underWay().length === 0) expect(scheduler.queued).toBe(0);
      }
      while (underWay().length > 0) {
        for (const job of underWay()) end(job);
        await look();
      }
      await Promise.all(answers);
      expect(pools.map(({ images }) => images)).toEqual(submitted);
      expect(scheduler).toMatchObject({ running: 0, queued: 0 });
    }),
    { numRuns: 200 },
  );
});
