import { startFakeService } from '../../test/fake-service.js';
import { seededRandom } from '../statistics/random.js';
import { memoryTrend } from './memory-trend.js';
import type { SoakRequest } from './requests.js';
import { runSoak } from './run-soak.js';

const kind = (name: string, expected: readonly number[]): SoakRequest => ({
  name,
  method: 'POST',
  path: `/${name}`,
  contentType: 'image/jpeg',
  body: Buffer.from('x'),
  expected,
});

describe('runSoak', () => {
  it('counts answers by kind, and names those that the contract does not allow', async () => {
    const service = await startFakeService((request) => ({
      status: request.url === '/good' ? 200 : request.url === '/bad' ? 422 : 500,
      json: {},
    }));
    try {
      let memory = 0;
      const result = await runSoak({
        baseUrl: service.baseUrl,
        kinds: [kind('good', [200]), kind('bad', [400]), kind('broken', [200])],
        requests: 60,
        concurrency: 4,
        batch: 25,
        random: seededRandom(1),
        measureMemory: () => ({ pssBytes: ++memory, pssByProcess: { 7: memory } }),
      });
      const count = (name: string, status: number): number => result.answers.get(name)?.get(status) ?? 0;
      expect(count('good', 200) + count('bad', 422) + count('broken', 500)).toBe(60);
      expect(result.serverErrors).toBe(count('broken', 500));
      expect(result.unexpected).toEqual([
        `bad: expected 400, got 422 ${count('bad', 422)} times`,
        `broken: expected 200, got 500 ${count('broken', 500)} times`,
      ]);
      expect(result.samples.map((sample) => sample.requests)).toEqual([0, 25, 50, 60]);
    } finally {
      await service.close();
    }
  });

  it('does not expect an answer when the client goes away', async () => {
    const service = await startFakeService(() => ({ status: 200, json: {} }));
    await service.close();
    const gone = { ...kind('gone', [200]), abandonAfterMs: 10 };
    const result = await runSoak({
      baseUrl: service.baseUrl,
      kinds: [gone],
      requests: 3,
      concurrency: 1,
      batch: 3,
      random: seededRandom(1),
      measureMemory: undefined,
    });
    expect(result.unexpected).toEqual([]);
    expect(result.samples).toEqual([]);
  });
});

describe('memoryTrend', () => {
  const samples = (bytesAt: (requests: number) => number): Parameters<typeof memoryTrend>[0] =>
    Array.from({ length: 21 }, (_, i) => ({ requests: 100 * i, pssBytes: bytesAt(100 * i), pssByProcess: {} }));

  it('does not take filling up for a leak', () => {
    const trend = memoryTrend(
      samples((requests) => 4e8 * Math.min(1, requests / 500)),
      0.3,
    );
    expect(trend).toMatchObject({ bytesPer1000Requests: 0, medianBytes: 4e8, peakBytes: 4e8 });
  });

  it('finds a leak of a kilobyte a request', () => {
    const trend = memoryTrend(
      samples((requests) => 4e8 + 1000 * requests),
      0.3,
    );
    expect(trend?.bytesPer1000Requests).toBeCloseTo(1e6, 3);
    expect(trend?.interval.low).toBeCloseTo(1e6, 3);
  });

  it('gives no trend for too few samples', () => {
    expect(memoryTrend(samples(() => 1).slice(0, 3), 0)).toBeUndefined();
  });
});
