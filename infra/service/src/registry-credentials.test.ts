import { runtime } from '@pulumi/pulumi';

import { readRegistryCredentials } from './registry-credentials.js';

async function set(text: string | undefined): Promise<void> {
  await runtime.setMocks({ newResource: () => ({ id: '', state: {} }), call: () => ({}) }, 'p', 'test');
  runtime.setAllConfig(text === undefined ? {} : { 'p:registryCredentials': text });
}

describe('readRegistryCredentials', () => {
  it('takes the content of a Docker config.json, as a secret', async () => {
    const text = '{\n  "auths": {"registry.example.com": {"auth": "hunter2"}}\n}';
    await set(text);
    const credentials = readRegistryCredentials() as unknown as {
      isSecret: Promise<boolean>;
      promise(): Promise<string>;
    };
    expect([await credentials.isSecret, await credentials.promise()]).toEqual([true, text]);
  });

  it('has nothing where nothing is set', async () => {
    await set(undefined);
    expect(readRegistryCredentials()).toBeUndefined();
  });

  it('refuses something else without showing it', async () => {
    await set('user:hunter2');
    expect(() => readRegistryCredentials()).toThrow(
      'p:registryCredentials is a secret that cannot be used; it must be the content of a Docker config.json with "auths"',
    );
    expect(() => readRegistryCredentials()).not.toThrow(/hunter2/);
  });
});
