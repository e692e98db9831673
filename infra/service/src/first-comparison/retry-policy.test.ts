import { judge, type Attempt } from './retry-policy.js';

const answer = (status: number): Attempt => ({ kind: 'answer', status, body: '' });
const DEADLINE_MS = 60_000;

describe('judge', () => {
  it('is content with 200', () => {
    expect(judge(answer(200), 1, 0, DEADLINE_MS)).toEqual({ next: 'succeed' });
    expect(judge(answer(200), 9, 2 * DEADLINE_MS, DEADLINE_MS)).toEqual({ next: 'succeed' });
  });

  it.each([401, 403, 404, 408, 429, 500, 502, 503, 504])('tries again after %d', (status) => {
    expect(judge(answer(status), 1, 0, DEADLINE_MS)).toEqual({ next: 'retry', afterMs: 500 });
  });

  it('tries again where nobody answered', () => {
    expect(judge({ kind: 'failure', message: 'ECONNREFUSED' }, 1, 0, DEADLINE_MS)).toMatchObject({ next: 'retry' });
  });

  it.each([301, 400, 413, 415, 422])('gives up after %d, which stays so', (status) => {
    expect(judge(answer(status), 1, 0, DEADLINE_MS)).toEqual({ next: 'give-up', because: 'refused' });
  });

  it('waits twice as long each time, five seconds at most', () => {
    const waits = [1, 2, 3, 4, 5, 60].map((attempts) => judge(answer(503), attempts, 0, DEADLINE_MS));
    expect(waits.map((verdict) => (verdict.next === 'retry' ? verdict.afterMs : undefined))).toEqual([
      500, 1000, 2000, 4000, 5000, 5000,
    ]);
  });

  it('gives up when the deadline would pass while it waits', () => {
    expect(judge(answer(503), 1, DEADLINE_MS - 500, DEADLINE_MS)).toMatchObject({ next: 'retry' });
    expect(judge(answer(503), 1, DEADLINE_MS - 499, DEADLINE_MS)).toEqual({ next: 'give-up', because: 'deadline' });
  });
});
