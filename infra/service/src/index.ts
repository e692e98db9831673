import { getOrganization, getStack } from '@pulumi/pulumi';
import { readSettings } from '@face-comparison/stack-config';

import { KEYS, readClientKeys } from './client-keys.js';
import { readPlatform } from './platform-outputs.js';
import { readRegistryCredentials, REGISTRY_CREDENTIALS } from './registry-credentials.js';
import { createService, type ServiceOutputs } from './service.js';
import { rules, SETTINGS } from './settings.js';

/** What `pulumi up` runs; what it returns are the outputs of the stack. */
export default async function program(): Promise<ServiceOutputs> {
  const keys = readClientKeys();
  const settings = readSettings(SETTINGS, { rules: rules(keys?.names ?? []), secrets: [KEYS, REGISTRY_CREDENTIALS] });
  const stack = getStack();
  const platform =
    settings.target === 'aws'
      ? await readPlatform(settings.platformStack ?? `${getOrganization()}/face-comparison-platform/${stack}`)
      : undefined;
  return createService({ settings, stack, keys, registryCredentials: readRegistryCredentials(), platform });
}
