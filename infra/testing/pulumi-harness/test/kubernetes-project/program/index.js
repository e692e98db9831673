/** Each resource is made when the stack's setting of its name is there, so that tests turn them on and off. */
import * as pulumi from '@pulumi/pulumi';
import { Provider } from '@pulumi/kubernetes/provider.js';
import { Namespace } from '@pulumi/kubernetes/core/v1/namespace.js';
import { ConfigMap } from '@pulumi/kubernetes/core/v1/configMap.js';
import { Secret } from '@pulumi/kubernetes/core/v1/secret.js';
import { CustomResource } from '@pulumi/kubernetes/apiextensions/customResource.js';
import { Release } from '@pulumi/kubernetes/helm/v3/release.js';

const config = new pulumi.Config();
const cluster = new Provider('cluster', { kubeconfig: config.require('kubeconfig') });
const namespace = new Namespace('home', { metadata: { name: 'fixture' } }, { provider: cluster });
const options = { provider: cluster, parent: namespace, dependsOn: [namespace] };
const metadata = { namespace: namespace.metadata.name };

const colour = config.get('colour');
if (colour) {
  new ConfigMap(
    'paint',
    { metadata: { ...metadata, name: 'paint' }, data: { colour, size: config.get('size') ?? 'small' } },
    { ...options, ignoreChanges: ['data.colour'] },
  );
}

const password = config.getSecret('password');
if (password) new Secret('login', { metadata: { ...metadata, name: 'login' }, stringData: { password } }, options);

const chart = config.getObject('chart');
if (chart) {
  const operator = new Release(
    'operator',
    { ...chart, name: 'operator', namespace: namespace.metadata.name, skipAwait: true },
    options,
  );
  const waitFor = config.get('waitFor');
  if (waitFor) {
    new CustomResource(
      'faces',
      {
        apiVersion: 'face-comparison.dev/v1alpha1',
        kind: 'FaceComparison',
        metadata: { ...metadata, name: 'faces', annotations: { 'pulumi.com/waitFor': waitFor } },
        spec: { model: 'default-2.0.0' },
      },
      { ...options, dependsOn: [operator], customTimeouts: { create: '3s', update: '5m' } },
    );
  }
}
