import { runtime } from '@pulumi/pulumi';

import { readClientKeys } from './client-keys.js';

const KEY = 'k'.repeat(48);

function set(keys: unknown): void {
  runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'p', 'test');
  runtime.setAllConfig(keys === undefined ? {} : { 'p:keys': JSON.stringify(keys) });
}

describe('readClientKeys', () => {
  it('tells the names in clear and keeps the keys a secret', async () => {
    set({ checkin: KEY, albums: `${KEY}2` });
    const keys = readClientKeys();
    expect(keys?.names).toEqual(['albums', 'checkin']);
    const values = keys?.values as unknown as { isSecret: Promise<boolean>; promise(): Promise<unknown> };
    expect(await values.isSecret).toBe(true);
    expect(await values.promise()).toEqual({ checkin: KEY, albums: `${KEY}2` });
  });

  it('has nothing where nothing is set', () => {
    set(undefined);
    expect(readClientKeys()).toBeUndefined();
    set({});
    expect(readClientKeys()).toBeUndefined();
  });

  it.each([
    ['a short key', { checkin: 'hunter2' }],
    ['a long key', { checkin: 'hunter2'.repeat(20) }],
    ['a key with a space', { checkin: `hunter2 ${KEY}` }],
    ['a name that the keys file does not allow', { 'check in': `hunter2${KEY}` }],
  ])('refuses %s without showing it', (_, keys) => {
    set(keys);
    expect(() => readClientKeys()).toThrow('p:keys is a secret that cannot be used; it must be keys of 20 to 128');
    expect(() => readClientKeys()).not.toThrow(/hunter2/);
  });
});
