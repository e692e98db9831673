import { RateLimit } from '../program/rate-limit.js';
import type { AnalyzeCall, FaceService } from './face-service.js';
import { limitRate } from './limited-service.js';

it('each call to a limited service waits for its turn', async () => {
  const happened: string[] = [];
  const answer = { modelVersion: '1', embeddingSpace: '', requestId: '', serverTiming: [], faces: [] };
  const service: FaceService = {
    name: 'x',
    versions: () => Promise.resolve([]),
    analyze: () => {
      happened.push('call');
      return Promise.resolve(answer);
    },
    compare: () => Promise.reject(new Error('not here')),
    close: () => Promise.resolve(),
  };
  const limit = new RateLimit(2, {
    nowMs: () => 0,
    sleep: (ms) => {
      happened.push(`wait ${ms}`);
      return Promise.resolve();
    },
  });
  const limited = limitRate(service, limit);
  const call = { signal: new AbortController().signal } as AnalyzeCall;
  for (let i = 0; i < 3; i++) await limited.analyze('https://example.com/a.jpg', call);
  expect(happened).toEqual(['call', 'wait 500', 'call', 'wait 1000', 'call']);
});
