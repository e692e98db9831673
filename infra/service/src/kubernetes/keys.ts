import { createHash } from 'node:crypto';
import { Secret } from '@pulumi/kubernetes/core/v1/secret.js';
import { type CustomResourceOptions, type Input, secret } from '@pulumi/pulumi';

import type { ClientKeys } from '../client-keys.js';
import type { Client, Settings } from '../settings.js';

/** Entry of the Secret that the pods mount as their keys file. */
export const KEYS_FILE = 'keys.json';

/** A client in the keys file of the server: docs/reference/configuration.md. */
interface KeysFileClient {
  readonly name: string;
  readonly sha256: string;
  readonly operations?: readonly string[];
  readonly requestsPerSecond?: number;
}

export interface KeysFileOptions {
  readonly clients: Readonly<Record<string, Client>>;
  /**
   * Whether each pod counts requests. Where a gateway counts them over all pods, a pod that is given more than its share
   * would refuse what the gateway has let through.
   */
  readonly limitInPods: boolean;
}

/** The keys file: only digests, so that who reads the Secret has no key. */
export function keysFile(keys: Readonly<Record<string, string>>, { clients, limitInPods }: KeysFileOptions): string {
  const entries = Object.entries(keys)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, key]): KeysFileClient => {
      const { operations, requestsPerSecond } = clients[name] ?? {};
      return {
        name,
        sha256: createHash('sha256').update(key).digest('hex'),
        ...(operations === undefined ? {} : { operations }),
        ...(requestsPerSecond === undefined || !limitInPods ? {} : { requestsPerSecond }),
      };
    });
  return JSON.stringify({ clients: entries });
}

/** The Secret with the keys file. A new key is in the pods within a minute or so, without a restart. */
export function createKeysSecret(
  settings: Settings,
  keys: ClientKeys,
  namespace: Input<string>,
  options: CustomResourceOptions,
): Secret {
  const file = keys.values.apply((values) =>
    keysFile(values, { clients: settings.clients, limitInPods: settings.target === 'kubernetes' }),
  );
  return new Secret(
    'keys',
    {
      metadata: { name: `${settings.name}-keys`, namespace },
      type: 'Opaque',
      data: secret({ [KEYS_FILE]: file.apply((text) => Buffer.from(text).toString('base64')) }),
    },
    { ...options, additionalSecretOutputs: ['data', 'stringData'] },
  );
}
