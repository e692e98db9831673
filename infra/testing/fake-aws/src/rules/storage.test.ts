import { Account } from '../../test/account.js';

describe('a bucket', () => {
  test('stays while it has files, unless the program said otherwise', async () => {
    const account = new Account();
    const bucket = await account.create('s3/bucket', 'models', { bucket: 'models' });
    account.world.putObject('models', 'model.bin');
    await expect(account.delete(bucket)).rejects.toThrow('BucketNotEmpty');
    await account.update(bucket, { forceDestroy: true });
    await account.delete(bucket);
    expect(account.world.leftovers()).toEqual([]);
  });

  test('has a name that nobody in the world has', async () => {
    const account = new Account();
    account.world.takenBuckets.add('models');
    await expect(account.create('s3/bucket', 'models', { bucket: 'models' })).rejects.toThrow('BucketAlreadyExists');
  });

  test('takes its settings along', async () => {
    const account = new Account();
    const bucket = await account.create('s3/bucket', 'models', { bucket: 'models' });
    await account.create('s3/bucketVersioning', 'models', {
      bucket: 'models',
      versioningConfiguration: { status: 'Enabled' },
    });
    await account.delete(bucket);
    expect(account.world.leftovers()).toEqual([]);
  });
});

test('a registry stays while it has images, unless the program said otherwise', async () => {
  const account = new Account();
  const registry = await account.create('ecr/repository', 'server', { name: 'server' });
  account.world.pushImage('server');
  await expect(account.delete(registry)).rejects.toThrow('RepositoryNotEmptyException');
  await account.update(registry, { forceDelete: true });
  await account.delete(registry);
  expect(account.world.leftovers()).toEqual([]);
});
