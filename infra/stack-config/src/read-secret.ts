import { Config, secret, type Output, type Unwrap } from '@pulumi/pulumi';
import type Type from 'typebox';
import type { Static } from 'typebox';
import { Check } from 'typebox/value';

import { expectation } from './expectation.js';
import { asNode, isText } from './schema-node.js';
import { secretKeys } from './secret-keys.js';
import { SettingsError } from './settings-error.js';
import { withDefaults } from './with-defaults.js';

/**
 * Reads a setting that must not be seen: the value comes as a secret output, so that Pulumi encrypts it in the state and
 * masks it in what it prints. Errors name the key and never the value.
 *
 * @returns undefined where the key is not set.
 * @throws SettingsError where the value is stored in clear, or is not what `schema` asks for.
 */
export function readSecret<S extends Type.TSchema>(
  key: string,
  schema: S,
  config: Config = new Config(),
): Output<Unwrap<Static<S>>> | undefined {
  const text = config.get(key);
  // `pulumi config rm --path` of the last member leaves an empty object, in clear.
  if (text === undefined || text === '{}') {
    return undefined;
  }
  const fullKey = `${config.name}:${key}`;
  const node = asNode(schema);
  const command = isText(node)
    ? `pulumi config set --secret ${key} VALUE`
    : `pulumi config set --secret --path ${key}.NAME VALUE`;
  if (secretKeys()?.has(fullKey) === false) {
    throw new SettingsError([
      { key: fullKey, problem: 'is stored in clear, but must be a secret', fix: `${command} (and renew the value)` },
    ]);
  }
  const value = withDefaults(node, isText(node) ? text : parsed(text));
  if (!Check(schema, value)) {
    throw new SettingsError([
      { key: fullKey, problem: `is a secret that cannot be used; it must be ${expectation(node)}`, fix: command },
    ]);
  }
  return secret(value);
}

/** JSON.parse quotes what it cannot read in its error: that error must not get out. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
