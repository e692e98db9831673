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

/** Lanes that answer when the test says so. */
class FakePool implements LanePool {
  /** What the lanes work on, in the order in which it was begun. */
  readonly begun: {
    readonly image: string;
    readonly budgetMs: number;
    readonly end: (result: LaneAnswer | Error) => void;
  }[] = [];
  #idle: number;

  constructor(lanes: number) {
    this.#idle = lanes;
  }

  acquire(): JobRunner | undefined {
    if (this.#idle === 0) return undefined;
    this.#idle--;
    return {
      run: (_job, images, budgetMs) =>
        new Promise((resolve, reject) => {
          const image = Buffer.concat(images).toString();
          const end = (result: LaneAnswer | Error): void =>
            result instanceof Error ? reject(result) : resolve(result);
          this.begun.push({ image, budgetMs, end });
        }),
    };
  }

  release(): void {
    this.#idle++;
  }

  get images(): string[] {
    return this.begun.map(({ image }) => image);
  }

  /** Ends the job of an image. */
  end(image: string, result: LaneAnswer | Error = ANSWER): void {
    this.begun.find((job) => job.image === image)?.end(result);
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

const schedulers = new Set<Scheduler>();

// Ends the timers of what still waits.
afterEach(() => {
  for (const scheduler of schedulers) scheduler.close();
  schedulers.clear();
});

const submit = (
  scheduler: Scheduler,
  pool: LanePool,
  image: string,
  { inMs = 60_000, signal }: { readonly inMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ScheduledAnswer> => {
  schedulers.add(scheduler);
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
    expect(good.images).toEqual([]);
    const deadline = performance.now() + 20_000;
    while (good.images.length === 0 && performance.now() < deadline) await turn();
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
    await expect(submit(scheduler, pool, 'b', { inMs: 5 })).rejects.toThrow(DeadlineExceededError);
    pool.end('a');
    await turn();
    expect(pool.images).toEqual(['a']);
    expect(scheduler).toMatchObject({ running: 0, queued: 0 });
  });

  it('tells a lane how much time is left', () => {
    const pool = new FakePool(1);
    void submit(new Scheduler({ slots: 1, queueLimit: 1 }), pool, 'a', { inMs: 5000 });
    expect(pool.begun[0]?.budgetMs).toBeLessThanOrEqual(5000);
    expect(pool.begun[0]?.budgetMs).toBeGreaterThan(4000);
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
