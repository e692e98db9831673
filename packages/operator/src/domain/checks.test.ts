import type { Counters } from '../api/v1alpha1/index.js';
import { judge } from './checks.js';

const checks = { minParity: 0.99, maxErrorRate: 0.01, maxLatencyRatio: 1.5, minRequests: 50, afterSwitchMs: 0 };
const counted = (requests: number, errors = 0, meanMs = 40): Counters => ({
  requests,
  errors,
  latencySumMs: requests * meanMs,
});

describe('a new version', () => {
  it.each<[string, Counters, Counters, object]>([
    ['passes with enough good requests', counted(50), counted(500), { kind: 'passed' }],
    ['waits for enough requests', counted(49), counted(500), { kind: 'waiting', message: '49 of 50 requests seen' }],
    ['may fail as often as is allowed', counted(200, 2), counted(500), { kind: 'passed' }],
    ['fails beyond that', counted(200, 3), counted(500), { kind: 'failed', reason: 'ErrorRateTooHigh' }],
    [
      'fails early once no number of good requests could mend it',
      counted(3, 1),
      counted(500),
      { kind: 'failed', reason: 'ErrorRateTooHigh' },
    ],
    ['is not to blame for what the old version has as well', counted(200, 10), counted(500, 50), { kind: 'passed' }],
    ['may be a little slower', counted(50, 0, 59), counted(500), { kind: 'passed' }],
    ['fails when it is much slower', counted(50, 0, 61), counted(500), { kind: 'failed', reason: 'LatencyTooHigh' }],
    ['is not compared with a handful of old requests', counted(50, 0, 400), counted(9), { kind: 'passed' }],
    ['is not compared with none', counted(50, 0, 400), counted(0), { kind: 'passed' }],
  ])('%s', (_what, target, standard, verdict) => {
    expect(judge(checks, { target, standard })).toMatchObject(verdict);
  });

  it('is told by what it failed', () => {
    expect(judge(checks, { target: counted(200, 3), standard: counted(0) })).toMatchObject({
      message: '3 of 200 requests failed; at most 1 % may',
    });
    expect(judge(checks, { target: counted(50, 0, 80), standard: counted(50) })).toMatchObject({
      message: 'requests take 80 ms on average, 2.00 times the 40 ms of the old version; at most 1.5 times is allowed',
    });
  });
});
