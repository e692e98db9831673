import { Account } from '../../test/account.js';

const day = 24 * 3600;

describe('a deleted encryption key', () => {
  test('is pending for its waiting period and listed apart', async () => {
    const account = new Account();
    account.defaultTags = { Project: 'faces' };
    const key = await account.create('kms/key', 'secrets', { deletionWindowInDays: 7 });
    expect(await account.seconds(() => account.delete(key))).toBeLessThan(60);
    expect(account.world.pendingDeletion()).toEqual([key]);
    expect(account.world.leftovers()).toEqual([]);
    expect(account.world.tagged('faces')).toEqual([]);
    account.world.clock.advance(7 * day);
    expect(account.world.pendingDeletion()).toEqual([]);
  });

  test('waits for 30 days when the program says nothing, and encrypts nothing more', async () => {
    const account = new Account();
    const key = await account.create('kms/key', 'secrets', {});
    await account.delete(key);
    account.world.clock.advance(29 * day);
    expect(account.world.pendingDeletion()).toEqual([key]);
    await expect(
      account.create('kms/alias', 'secrets', { name: 'alias/secrets', targetKeyId: key.id }),
    ).rejects.toThrow('is being deleted');
  });
});
