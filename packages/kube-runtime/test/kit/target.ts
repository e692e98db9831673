import { randomBytes } from 'node:crypto';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeClient, defineResource, resources, type Condition, type KubeObject } from '../../src/index.js';

/** A custom resource with a status, a list of conditions and a number. */
export interface Widget extends KubeObject {
  spec?: { size?: number; colour?: string };
  status?: { ready?: number; conditions?: Condition[] };
}

export const widgets = defineResource<Widget>({
  group: 'runtime.example.dev',
  version: 'v1',
  plural: 'widgets',
  kind: 'Widget',
  namespaced: true,
});

/** An API server under test, and a namespace of its own. */
export interface Target {
  readonly kubeConfig: KubeConfig;
  readonly client: KubeClient;
  readonly namespace: string;
}

/** Makes a namespace and a client for one suite. */
export async function openTarget(kubeConfig: KubeConfig): Promise<Target> {
  const client = new KubeClient({ kubeConfig, fieldManager: 'us', requestTimeoutMs: 300_000 });
  const namespace = `test-${randomBytes(4).toString('hex')}`;
  await client.create(resources.namespaces, { metadata: { name: namespace } });
  return { kubeConfig, client, namespace };
}

/** Makes the resource {@link widgets} known to a real API server. */
export async function installWidgets(client: KubeClient): Promise<void> {
  const condition = {
    type: 'object',
    properties: Object.fromEntries(
      ['type', 'status', 'reason', 'message', 'lastTransitionTime'].map((name) => [name, { type: 'string' }]),
    ),
    required: ['type'],
  };
  const conditions = {
    type: 'array',
    items: condition,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
  };
  const integer = { type: 'integer' };
  const openAPIV3Schema = {
    type: 'object',
    properties: {
      spec: { type: 'object', properties: { size: { ...integer, minimum: 0 }, colour: { type: 'string' } } },
      status: { type: 'object', properties: { ready: integer, conditions } },
    },
  };
  await client.apply(resources.customResourceDefinitions, {
    metadata: { name: 'widgets.runtime.example.dev' },
    spec: {
      group: widgets.group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget' },
      versions: [
        { name: 'v1', served: true, storage: true, schema: { openAPIV3Schema }, subresources: { status: {} } },
      ],
    },
  });
}
