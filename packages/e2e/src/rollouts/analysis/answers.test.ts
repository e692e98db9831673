import { podAppearances, serviceAppearances } from './appearances.js';
import { pinnedOf } from './pinned.js';
import { splitOf } from './split.js';
import { recordsOf } from './synthetic-records.js';

describe('appearances', () => {
  const records = recordsOf([
    { sentMs: 50, version: 'new' },
    { sentMs: 0, version: 'old' },
    { sentMs: 70, tookMs: 5, version: 'old' },
    { sentMs: 90, status: 503 },
    { route: 'pod', who: 'pod-1', sentMs: 10, version: 'old' },
    { route: 'pod', who: 'pod-2', sentMs: 20, version: 'new' },
    { route: 'pin', who: 'old', sentMs: 500, version: 'old' },
  ]);

  it('say when a version and a space were first and last seen through the Service', () => {
    expect(serviceAppearances(records)).toEqual({
      versions: [
        { name: 'old', answers: 2, firstMs: 30, lastMs: 75 },
        { name: 'new', answers: 1, firstMs: 80, lastMs: 80 },
      ],
      spaces: [
        { name: 'space-old', answers: 2, firstMs: 30, lastMs: 75 },
        { name: 'space-new', answers: 1, firstMs: 80, lastMs: 80 },
      ],
    });
  });

  it('say it for each pod', () => {
    const byPod = podAppearances(records);
    expect([...byPod.keys()]).toEqual(['pod-1', 'pod-2']);
    expect(byPod.get('pod-2')?.versions).toEqual([{ name: 'new', answers: 1, firstMs: 50, lastMs: 50 }]);
  });
});

describe('a split', () => {
  it('is the share of clients and of requests, with the interval of so many clients', () => {
    const records = recordsOf(
      Array.from({ length: 40 }, (_, i) => ({
        who: `client-${i % 20}`,
        sentMs: i,
        version: i % 20 < 5 ? 'new' : 'old',
      })),
    );
    const { clients, requests } = splitOf(records, 'new');
    expect(clients).toMatchObject({ total: 20, ofVersion: 5, share: 0.25, ofBoth: [] });
    expect(clients.interval.low).toBeCloseTo(0.112, 3);
    expect(clients.interval.high).toBeCloseTo(0.469, 3);
    expect(requests).toEqual({ total: 40, ofVersion: 10, share: 0.25 });
  });

  it('names the clients that got answers of both versions', () => {
    const records = recordsOf([
      { who: 'a', sentMs: 0, version: 'old' },
      { who: 'a', sentMs: 1, version: 'new' },
      { who: 'b', sentMs: 2, version: 'new' },
    ]);
    expect(splitOf(records, 'new').clients).toMatchObject({ total: 2, ofVersion: 1, ofBoth: ['a'] });
  });
});

describe('clients that insist on a version', () => {
  const pin = { route: 'pin', who: 'old' } as const;
  const unavailable = { ...pin, status: 404, code: 'model_version_unavailable' } as const;

  it('may be told that it is not there before and after, not in between', () => {
    const pinned = pinnedOf(
      recordsOf([
        { ...unavailable, sentMs: 0 },
        { ...pin, sentMs: 100, version: 'old' },
        { ...pin, sentMs: 200, version: 'old' },
        { ...unavailable, sentMs: 300 },
      ]),
      'old',
    );
    expect(pinned).toEqual({
      requests: 4,
      answered: 2,
      wrongVersion: [],
      unavailable: 2,
      failed: [],
      firstAnsweredMs: 130,
      lastAnsweredMs: 230,
      gaps: 0,
    });
  });

  it('are wronged by another version, by failures and by gaps', () => {
    const records = recordsOf([
      { ...pin, sentMs: 0, version: 'old' },
      { ...pin, sentMs: 100, version: 'new' },
      { ...pin, sentMs: 200 },
      { ...pin, sentMs: 300, status: 503 },
      { ...pin, sentMs: 400, status: 401, code: 'unauthorized' },
      { ...unavailable, sentMs: 500 },
      { ...pin, sentMs: 600, version: 'old' },
    ]);
    const pinned = pinnedOf(records, 'old');
    expect(pinned.wrongVersion).toEqual([records[1], records[2]]);
    expect(pinned.failed).toEqual([records[3], records[4]]);
    expect(pinned).toMatchObject({ requests: 7, answered: 2, unavailable: 1, gaps: 5 });
  });
});
