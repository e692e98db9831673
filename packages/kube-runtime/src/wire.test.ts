import { resources, type CustomResourceDefinition, type Lease, type NetworkPolicy } from './resources.js';
import { microTime, timestamp } from './wire.js';
import { apiVersionOf, resourceName, resourcePath } from './resource.js';

describe('instants', () => {
  it('of metav1.Time have no fractions', () => {
    expect(timestamp(Date.UTC(2026, 0, 1, 0, 0, 0, 999))).toBe('2026-01-01T00:00:00Z');
  });

  it('of metav1.MicroTime have six digits', () => {
    expect(microTime(Date.UTC(2026, 0, 1))).toBe('2026-01-01T00:00:00.000000Z');
    expect(microTime(Date.UTC(2026, 0, 1) + 1.5)).toBe('2026-01-01T00:00:00.001500Z');
    expect(microTime(Date.UTC(2026, 0, 1) + 0.9999)).toMatch(/^2026-01-01T00:00:00\.00\d{4}Z$/);
  });
});

describe('types of the wire', () => {
  it('have the names and the instants of JSON, not those of client-node', () => {
    const policy: NetworkPolicy = { spec: { podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] } };
    // @ts-expect-error client-node's name of the field, which the server does not know
    const wrong: NetworkPolicy = { spec: { podSelector: {}, ingress: [{ _from: [] }] } };
    const lease: Lease = { spec: { renewTime: microTime(0) } };
    // @ts-expect-error a Date is no JSON
    const date: Lease = { spec: { renewTime: new Date() } };
    type Schema = NonNullable<CustomResourceDefinition['spec']['versions'][0]['schema']>['openAPIV3Schema'];
    const schema: Schema = { 'x-kubernetes-validations': [{ rule: 'self > 0' }], default: 1, enum: [1, 2] };
    expect([policy, wrong, lease, date, schema]).toHaveLength(5);
  });
});

describe('a resource', () => {
  it('has a version, a name and paths', () => {
    expect(apiVersionOf(resources.pods)).toBe('v1');
    expect(apiVersionOf(resources.deployments)).toBe('apps/v1');
    expect(resourceName(resources.pods)).toBe('pods');
    expect(resourceName(resources.deployments)).toBe('deployments.apps');
    expect(resourcePath(resources.pods, undefined)).toBe('/api/v1/pods');
    expect(resourcePath(resources.deployments, 'a', 'b', 'status')).toBe(
      '/apis/apps/v1/namespaces/a/deployments/b/status',
    );
    expect(resourcePath(resources.nodes, undefined, 'n')).toBe('/api/v1/nodes/n');
  });

  it('of a namespace does not take an object without one, nor a name that leads elsewhere', () => {
    expect(() => resourcePath(resources.pods, undefined, 'a')).toThrow(
      'pods a: objects of this resource have a namespace',
    );
    expect(resourcePath(resources.pods, 'a', '../../b')).toBe('/api/v1/namespaces/a/pods/..%2F..%2Fb');
  });
});
