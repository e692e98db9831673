import { summarisePhases, phasesOf } from './phases.js';
import { isUnavailable } from './pinned.js';
import { recordsOf } from './synthetic-records.js';
import { summariseTraffic } from './traffic.js';

describe('the summary of traffic', () => {
  const records = recordsOf([
    { who: 'a', sentMs: 0, tookMs: 10, version: '1' },
    { who: 'a', sentMs: 10, tookMs: 20, version: '1' },
    { who: 'b', sentMs: 20, tookMs: 30, version: '2' },
    { who: 'c', sentMs: 30, tookMs: 90, version: '1' },
    { who: 'c', sentMs: 40, tookMs: 90, version: '2' },
    { who: 'd', sentMs: 50, status: 503, code: 'overloaded' },
    { who: 'd', sentMs: 60, status: 0, code: 'ECONNREFUSED' },
    { who: 'd', sentMs: 70, status: 429, code: 'rate_limited' },
  ]);

  it('counts no answer, 500 or more and unexpected answers of 4xx as failures', () => {
    const { requests, failures, failureCodes, refused } = summariseTraffic(records);
    expect({ requests, failures, refused }).toEqual({ requests: 8, failures: 3, refused: 0 });
    expect(failureCodes).toEqual({ '503 overloaded': 1, '0 ECONNREFUSED': 1, '429 rate_limited': 1 });
  });

  it('does not count what was expected, unless it is no answer or 500 or more', () => {
    expect(summariseTraffic(records, () => true)).toMatchObject({ failures: 2, refused: 1 });
  });

  it('shares requests and clients among versions, and names no version for a client that saw two', () => {
    const { versions, clientsOfSeveral } = summariseTraffic(records);
    expect(versions).toEqual([
      { version: '1', requests: 3, requestShare: 0.6, clients: 1, clientShare: 1 / 3 },
      { version: '2', requests: 2, requestShare: 0.4, clients: 1, clientShare: 1 / 3 },
    ]);
    expect(clientsOfSeveral).toBe(1);
  });

  it('times answers only', () => {
    expect(summariseTraffic(records).latency).toEqual({ medianMs: 30, p95Ms: 90 });
    expect(summariseTraffic(recordsOf([{ sentMs: 0, status: 503 }])).latency).toBeUndefined();
  });
});

describe('phases', () => {
  const marks = [
    { atMs: 300, label: 'flipped' },
    { atMs: 100, label: 'patched' },
  ];

  it('go from mark to mark, from the start to the end', () => {
    expect(phasesOf({ startedMs: 0, endedMs: 500, marks })).toEqual([
      { label: 'start', fromMs: 0, toMs: 100 },
      { label: 'patched', fromMs: 100, toMs: 300 },
      { label: 'flipped', fromMs: 300, toMs: 500 },
    ]);
  });

  it('hold the requests that were sent in them, each route by itself', () => {
    const run = {
      name: 'x',
      what: 'x',
      startedMs: 0,
      endedMs: 500,
      marks,
      figures: {},
      records: recordsOf([
        { sentMs: 99, tookMs: 100, version: '1' },
        { sentMs: 100, version: '1' },
        { sentMs: 310, status: 500 },
        { sentMs: 320, route: 'pin', who: '2', status: 404, code: 'model_version_unavailable' },
        { sentMs: 330, route: 'pod', who: 'pod-1', status: 0 },
      ]),
    };
    const counts = summarisePhases(run, isUnavailable).map(({ label, service, pinned }) => [
      label,
      service.requests,
      service.failures,
      pinned.requests,
      pinned.failures,
    ]);
    expect(counts).toEqual([
      ['start', 1, 0, 0, 0],
      ['patched', 1, 0, 0, 0],
      ['flipped', 1, 1, 1, 0],
    ]);
  });
});
