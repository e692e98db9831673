import { answering, report } from '../../test/kit/pods.js';
import { countedSince, takeBaseline } from './counters.js';

const counts = (requests: number, errors: number, sumMs: number) => ({
  requests,
  errors,
  latency: { count: requests, sumMs, p50Ms: null, p95Ms: null, p99Ms: null },
});
const pod = (uid: string, requests: number, more: { startedAt?: string } = {}) =>
  answering(uid, {
    ...more,
    versions: [report('new', counts(requests, 1, requests * 10)), report('old', counts(100, 0, 1000))],
  });

it('counts what pods did since the baseline, added up', () => {
  const baseline = takeBaseline([pod('a', 10), pod('b', 20)], 'new', 'old');
  const { target, standard } = countedSince(baseline, [pod('a', 15), pod('b', 40)], 'new', 'old');
  expect(target).toEqual({ requests: 25, errors: 0, latencySumMs: 250 });
  expect(standard).toEqual({ requests: 0, errors: 0, latencySumMs: 0 });
});

it.each([
  ['a pod that was not there', pod('c', 7)],
  ['a process that began anew', pod('a', 7, { startedAt: '2026-01-02T00:00:00.000Z' })],
  ['a version that was loaded anew', pod('a', 7)],
])('counts %s from its own beginning', (_what, now) => {
  const baseline = takeBaseline([pod('a', 10)], 'new', 'old');
  expect(countedSince(baseline, [now], 'new', 'old').target.requests).toBe(7);
});

it('leaves out pods that do not answer', () => {
  const silent = { name: 'c', uid: 'c', ready: true, ending: false, unanswered: 'connection refused' };
  expect(countedSince({}, [silent], 'new', 'old').target.requests).toBe(0);
  expect(takeBaseline([silent], 'new', 'old')).toEqual({});
});
