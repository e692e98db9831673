import { between } from './outcome.js';
import { flipOf } from './flip.js';
import { recordsOf, type Told } from './synthetic-records.js';

/** A pod that is asked each 20 ms and changes at an instant; it decides 10 ms after a request was sent. */
function podThatChangesAt(who: string, atMs: number): Told[] {
  return Array.from({ length: 50 }, (_, i) => i * 20).map((sentMs) => ({
    route: 'pod',
    who,
    sentMs,
    version: sentMs + 10 < atMs ? 'old' : 'new',
  }));
}

describe('a flip', () => {
  it('holds when all pods change at one instant', () => {
    const records = recordsOf([...podThatChangesAt('a', 500), ...podThatChangesAt('b', 500)]);
    const flip = flipOf(records, 'old', 'new', 500);
    expect(flip).toMatchObject({ holds: true, wrong: [], window: { fromMs: 480, toMs: 530 } });
    expect(flip.skew).toEqual({ atLeastMs: 0, atMostMs: 50 });
  });

  it('allows for requests that were under way at the flip', () => {
    const records = recordsOf([
      { sentMs: 480, tookMs: 300, version: 'old' },
      { sentMs: 490, tookMs: 20, version: 'new' },
    ]);
    expect(flipOf(records, 'old', 'new', 500).holds).toBe(true);
    expect(flipOf(records, 'old', 'new').holds).toBe(true);
  });

  it('is wrong when the new version answered before it', () => {
    const records = recordsOf([
      { sentMs: 400, version: 'new' },
      { sentMs: 410, version: 'old' },
      { sentMs: 600, version: 'new' },
    ]);
    const flip = flipOf(records, 'old', 'new', 500);
    expect(flip.holds).toBe(false);
    expect(flip.wrong).toEqual([{ why: 'new before the flip', record: records[0] }]);
  });

  it('is wrong when the old version answered a request that was sent after it', () => {
    const records = recordsOf([
      { sentMs: 400, version: 'old' },
      { sentMs: 495, version: 'new' },
      { sentMs: 501, version: 'old' },
    ]);
    const flip = flipOf(records, 'old', 'new', 500);
    expect(flip.wrong).toEqual([{ why: 'old after the flip', record: records[2] }]);
    expect(flip.holds).toBe(false);
  });

  it('needs no instant to see that a request sent after a new answer got an old one', () => {
    const records = recordsOf([
      { sentMs: 0, version: 'old' },
      { sentMs: 100, tookMs: 30, version: 'new' },
      { sentMs: 131, version: 'old' },
    ]);
    const flip = flipOf(records, 'old', 'new');
    expect(flip.window).toEqual({ fromMs: 131, toMs: 130 });
    expect(flip.wrong).toEqual([{ why: 'old after the flip', record: records[2] }]);
  });

  it('is wrong when one pod changes late, and says how late at least and at most', () => {
    const records = recordsOf([...podThatChangesAt('a', 500), ...podThatChangesAt('b', 700)]);
    const flip = flipOf(records, 'old', 'new');
    expect(flip.holds).toBe(false);
    expect(flip.wrong.every(({ record }) => record.who === 'b')).toBe(true);
    // Pod a changed in 480..530, pod b in 680..730.
    expect(flip.skew).toEqual({ atLeastMs: 150, atMostMs: 250 });
    expect(flip.pods.map(({ pod, lastOld, firstNew }) => [pod, lastOld?.sentMs, firstNew?.receivedMs])).toEqual([
      ['a', 480, 530],
      ['b', 680, 730],
    ]);
  });

  it('is wrong when a version answers in two spaces, or a third version answers', () => {
    const records = recordsOf([
      { sentMs: 0, version: 'old' },
      { sentMs: 10, version: 'old', space: 'another' },
      { sentMs: 50, version: 'third' },
      { sentMs: 100, version: 'new' },
    ]);
    expect(flipOf(records, 'old', 'new').wrong).toEqual([
      { why: 'neither old nor new', record: records[2] },
      { why: 'another space', record: records[1] },
    ]);
  });

  it('does not hold when one of the versions never answered', () => {
    expect(flipOf(recordsOf([{ sentMs: 0, version: 'old' }]), 'old', 'new').holds).toBe(false);
    expect(flipOf(recordsOf([{ sentMs: 0, version: 'new' }]), 'old', 'new').holds).toBe(false);
    expect(flipOf([], 'old', 'new')).toMatchObject({ holds: false, skew: undefined });
  });

  it('is none of the clients that insist on a version, nor of failures', () => {
    const records = recordsOf([
      { sentMs: 0, version: 'old' },
      { sentMs: 100, version: 'new' },
      { sentMs: 200, route: 'pin', who: 'old', version: 'old' },
      { sentMs: 200, status: 503, version: 'old' },
    ]);
    expect(flipOf(records, 'old', 'new').holds).toBe(true);
  });

  it('and its way back are judged one by one', () => {
    const records = recordsOf([
      { sentMs: 0, version: 'old' },
      { sentMs: 100, version: 'new' },
      { sentMs: 200, version: 'new' },
      { sentMs: 300, version: 'old' },
    ]);
    expect(flipOf(records, 'old', 'new').holds).toBe(false);
    expect(flipOf(between(records, 0, 150), 'old', 'new').holds).toBe(true);
    expect(flipOf(between(records, 150, 400), 'new', 'old').holds).toBe(true);
  });
});
