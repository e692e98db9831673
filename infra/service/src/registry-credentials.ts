import { readSecret } from '@face-comparison/stack-config';
import type { Config, Output } from '@pulumi/pulumi';
import Type from 'typebox';

/** The key of the config that holds credentials of the registry. */
export const REGISTRY_CREDENTIALS = 'registryCredentials';

const SCHEMA = Type.String({
  pattern: '^\\s*\\{[^]*"auths"\\s*:',
  expected: 'the content of a Docker config.json with "auths"',
});

/**
 * Reads the secret `registryCredentials` of the stack: the content of a Docker config.json.
 *
 * @throws SettingsError where it is in clear or something else
 */
export function readRegistryCredentials(config?: Config): Output<string> | undefined {
  return readSecret(REGISTRY_CREDENTIALS, SCHEMA, config);
}
