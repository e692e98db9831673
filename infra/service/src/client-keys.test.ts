import { runtime } from '@pulumi/pulumi';

import { readClientKeys } from './client-keys.js';

const KEY = 'k'.repeat(48);

async function set(keys: unknown): Promise<void> {
  await runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'p', 'test');
  runtime.setAllConfig(keys === undefined ? {} : { 'p:keys': JSON.stringify(keys) });
}

describe('readClientKeys', () => {
  it('tells the names in clear and keeps the keys a secret', async () => {
    await set({ checkin: KEY, albums: `${KEY}2` });
    const keys = readClientKeys();
    expect(keys?.names).toEqual(['albums', 'checkin']);
    const values = keys?.values as unknown as { isSecret: Promise<boolean>; promise(): Promise<unknown> };
    expect(await values.isSecret).toBe(true);
    expect(await values.promise()).toEqual({ checkin: KEY, albums: `${KEY}2` });
  });

  it('has nothing where nothing is set', async () => {
    await set(undefined);
    expect(readClientKeys()).toBeUndefined();
    await set({});
    expect(readClientKeys()).toBeUndefined();
  });

  it.each([
    ['a short key', { checkin: 'hunter2' }],
    ['a long key', { checkin: 'hunter2'.repeat(20) }],
    ['a key with a space', { checkin: `hunter2 ${KEY}` }],
    ['a name that the keys file does not allow', { 'check in': `hunter2${KEY}` }],
  ])('refuses %s without showing it', async (_, keys) => {
    await set(keys);
    expect(() => readClientKeys()).toThrow('p:keys is a secret that cannot be used; it must be keys of 20 to 128');
    expect(() => readClientKeys()).not.toThrow(/hunter2/);
  });
});
