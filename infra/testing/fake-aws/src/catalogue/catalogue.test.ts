import { catalogue, kindOf } from './catalogue.js';
import { latencySeconds } from './operation-latency.js';
import { sdkSchema } from './sdk-schema.js';

/** Made by AWS alone: no program makes them, so the SDK has no type or the fake needs no more of it. */
const withoutProgram = ['ecr/image'];
const rows = Object.entries(catalogue);

test.each(rows.filter(([row]) => !withoutProgram.includes(row)))(
  '%s is a type of @pulumi/aws, and its row uses the names of the SDK',
  (row, kind) => {
    const schema = sdkSchema(row);
    if (!schema) throw new Error(`@pulumi/aws has no ${row}`);
    const inputs = [...schema.inputs];
    expect(inputs).toEqual(expect.arrayContaining([...(kind.replaceOn ?? []).map((path) => path.split('.')[0])]));
    if (kind.autoname !== undefined) expect(inputs).toContain(kind.autoname);
    if (row !== 'ec2/networkInterface') {
      expect(inputs).toEqual(expect.arrayContaining((kind.references ?? []).map(({ at }) => at.split(/[.[]/)[0])));
    }
  },
);

test.each(rows)('the latency of %s has a source', (_, { latency }) => {
  expect(latency.source).not.toBe('');
  expect(Math.min(latency.create, latency.update, latency.delete)).toBeGreaterThan(0);
});

test('references lead to rows', () => {
  const targets = rows.flatMap(([, kind]) => (kind.references ?? []).map(({ to }) => to));
  expect(targets.filter((to) => catalogue[to] === undefined)).toEqual([]);
});

test('a type without a row is named', () => {
  expect(() => kindOf('aws:sqs/queue:Queue')).toThrow('the fake has no row for aws:sqs/queue:Queue');
});

describe('latencies', () => {
  test('know what makes a type take longer', () => {
    expect(latencySeconds('aws:eks/cluster:Cluster', {}).create).toBe(513);
    const cpu = latencySeconds('aws:eks/nodeGroup:NodeGroup', { amiType: 'AL2023_x86_64_STANDARD' }).create;
    expect(latencySeconds('aws:eks/nodeGroup:NodeGroup', { amiType: 'AL2023_x86_64_NVIDIA' }).create).toBe(cpu + 60);
    const gateway = latencySeconds('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Gateway' }).create;
    expect(gateway).toBeLessThan(
      latencySeconds('aws:ec2/vpcEndpoint:VpcEndpoint', { vpcEndpointType: 'Interface' }).create,
    );
  });

  test('know the objects of Kubernetes, and what is waited for', () => {
    const type = 'kubernetes:face-comparison.dev/v1alpha1:FaceComparison';
    const waited = { metadata: { annotations: { 'pulumi.com/waitFor': 'condition=Ready' } } };
    expect(latencySeconds(type, waited).create).toBeGreaterThan(latencySeconds(type, {}).create);
  });

  test('name a type that they do not know', () => {
    expect(() => latencySeconds('aws:sqs/queue:Queue', {})).toThrow('no row');
  });
});
