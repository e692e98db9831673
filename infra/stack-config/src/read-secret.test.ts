import { Config, isSecret, runtime } from '@pulumi/pulumi';
import Type from 'typebox';

import { readSecret } from './read-secret.js';
import { SettingsError } from './settings-error.js';

const Keys = Type.Record(Type.String(), Type.String({ minLength: 16 }), {
  expected: 'a map from the name of a client to its key of at least 16 characters',
});
const config = new Config('proj');

afterEach(() => delete process.env['PULUMI_CONFIG_SECRET_KEYS']);

function failure(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof SettingsError) {
      return error.message;
    }
    throw error;
  }
  throw new Error('the secret was accepted');
}

describe('readSecret', () => {
  it('gives the value as a secret output', async () => {
    runtime.setAllConfig({ 'proj:keys': '{"albums":"0123456789abcdef"}' }, ['proj:keys']);
    const keys = readSecret('keys', Keys, config);
    expect(await isSecret(keys ?? fail())).toBe(true);
    expect(await new Promise((resolve) => keys?.apply(resolve))).toEqual({ albums: '0123456789abcdef' });
  });

  it('gives nothing where the key is not set', () => {
    runtime.setAllConfig({});
    expect(readSecret('keys', Keys, config)).toBeUndefined();
    // What `pulumi config rm --path keys.albums` leaves.
    process.env['PULUMI_CONFIG_SECRET_KEYS'] = '["other:keys"]';
    runtime.setAllConfig({ 'proj:keys': '{}' });
    expect(readSecret('keys', Keys, config)).toBeUndefined();
  });

  it.each(['{"albums":"hunter2"}', '{"albums":hunter2', '"hunter2"'])(
    'does not show a value that is wrong: %s',
    (text) => {
      runtime.setAllConfig({ 'proj:keys': text });
      const message = failure(() => readSecret('keys', Keys, config));
      expect(message).toBe(
        'proj:keys is a secret that cannot be used; it must be a map from the name of a client to its key of at least 16 characters: pulumi config set --secret --path keys.NAME VALUE',
      );
    },
  );

  it('refuses a value that is stored in clear, without showing it', () => {
    process.env['PULUMI_CONFIG_SECRET_KEYS'] = '["proj:config:other"]';
    runtime.setAllConfig({ 'proj:token': 'hunter2-hunter2-hunter2' });
    expect(failure(() => readSecret('token', Type.String(), config))).toBe(
      'proj:token is stored in clear, but must be a secret: pulumi config set --secret token VALUE (and renew the value)',
    );
  });

  it('accepts a value that the engine names as a secret', () => {
    process.env['PULUMI_CONFIG_SECRET_KEYS'] = '["proj:config:token"]';
    runtime.setAllConfig({ 'proj:token': '0123456789' });
    expect(readSecret('token', Type.String(), config)).toBeDefined();
  });
});

function fail(): never {
  throw new Error('there is no secret');
}
