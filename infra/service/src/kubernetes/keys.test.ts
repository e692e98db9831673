import { createHash } from 'node:crypto';

import { keysFile } from './keys.js';

const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');
const KEYS = { checkin: 'c'.repeat(24), albums: 'a'.repeat(24) };
const LIMITS = { albums: { operations: ['analyzeFaces' as const], requestsPerSecond: 5, burst: 9 } };

describe('the keys file of the pods', () => {
  it('has digests and no key, in an order that does not change', () => {
    const text = keysFile(KEYS, { clients: LIMITS, limitInPods: true });
    expect(JSON.parse(text)).toEqual({
      clients: [
        { name: 'albums', sha256: sha256(KEYS.albums), operations: ['analyzeFaces'], requestsPerSecond: 5 },
        { name: 'checkin', sha256: sha256(KEYS.checkin) },
      ],
    });
    expect(text).not.toContain(KEYS.albums);
    expect(keysFile({ albums: KEYS.albums, checkin: KEYS.checkin }, { clients: LIMITS, limitInPods: true })).toBe(text);
  });

  it('leaves it to the gateway to count, where there is one', () => {
    const text = keysFile(KEYS, { clients: LIMITS, limitInPods: false });
    expect(JSON.parse(text)).toMatchObject({ clients: [{ name: 'albums', operations: ['analyzeFaces'] }, {}] });
    expect(text).not.toContain('requestsPerSecond');
  });
});
