import { setImmediate as turn } from 'node:timers/promises';
import type { HttpAnswer } from '../service/http.js';
import { runLoad, throughput } from './load.js';

const answer = (status: number): HttpAnswer => ({ status, headers: {}, body: Buffer.alloc(0), durationMs: 5 });

describe('runLoad', () => {
  it('keeps exactly so many requests under way', async () => {
    let underWay = 0;
    let most = 0;
    const result = await runLoad({
      concurrency: 3,
      minDurationMs: 0,
      minRequests: 30,
      send: async () => {
        most = Math.max(most, ++underWay);
        await Promise.resolve();
        underWay--;
        return answer(200);
      },
    });
    expect(most).toBe(3);
    expect(result.durationsMs).toHaveLength(30);
    expect(throughput(result)).toBeGreaterThan(0);
  });

  it('counts no answers for throughput once requests run out', async () => {
    let nowMs = 1000;
    const underWay: ((answer: HttpAnswer) => void)[] = [];
    const running = runLoad({
      concurrency: 2,
      minDurationMs: 0,
      minRequests: 5,
      nowMs: () => nowMs,
      send: () => new Promise((resolve) => underWay.push(resolve)),
    });
    // The fourth request takes long: alone under way, it says nothing of a full load.
    for (const [request, atMs] of [
      [0, 1010],
      [1, 1020],
      [2, 1030],
      [4, 1040],
      [3, 1340],
    ] as const) {
      nowMs = atMs;
      underWay[request]?.(answer(200));
      await turn();
    }
    const result = await running;
    expect(result.durationsMs).toHaveLength(5);
    expect(result).toMatchObject({ elapsedMs: 340, full: { answers: 4, elapsedMs: 40 } });
    expect(throughput(result)).toBe(100);
  });

  it('shows each answer of 200', async () => {
    let sent = 0;
    let seen = 0;
    const send = () => Promise.resolve(answer(sent++ % 2 === 0 ? 200 : 500));
    await runLoad({ concurrency: 1, minDurationMs: 0, minRequests: 6, send, onAnswer: () => seen++ });
    expect(seen).toBe(3);
  });

  it('counts refusals and broken connections as failures and not as throughput', async () => {
    let sent = 0;
    const result = await runLoad({
      concurrency: 1,
      minDurationMs: 0,
      minRequests: 10,
      send: () => {
        sent++;
        if (sent % 5 === 0) return Promise.reject(new Error('reset'));
        return Promise.resolve(answer(sent % 5 === 1 ? 503 : 200));
      },
    });
    expect(result).toMatchObject({ failures: 4 });
    expect(result.durationsMs).toHaveLength(6);
  });

  it('gives up on a service that only refuses', async () => {
    let sent = 0;
    await runLoad({
      concurrency: 1,
      minDurationMs: 60_000,
      minRequests: 1_000_000,
      send: () => {
        sent++;
        return Promise.resolve(answer(503));
      },
    });
    expect(sent).toBeLessThan(200);
  });
});
