import { Account, cluster } from '../../test/account.js';
import type { Props } from '../catalogue/kind.js';
import { callFunction } from './functions.js';

const call = (account: Account, token: string, args: Props = {}): Props =>
  callFunction(token, args, { world: account.world, region: 'us-west-2', defaultTags: { Project: 'faces' } });

test('a hosted zone is found by its name or id', () => {
  const account = new Account();
  const zone = account.world.seed('aws:route53/zone:Zone', { name: 'example.com' });
  expect(call(account, 'aws:route53/getZone:getZone', { name: 'example.com.' })['zoneId']).toBe(zone.id);
  expect(call(account, 'aws:route53/getZone:getZone', { zoneId: zone.id })['name']).toBe('example.com');
  expect(() => call(account, 'aws:route53/getZone:getZone', { name: 'example.org' })).toThrow('NoSuchHostedZone');
});

test('a certificate is found by its domain', () => {
  const account = new Account();
  const certificate = account.world.seed('aws:acm/certificate:Certificate', { domainName: 'faces.example.com' });
  const found = call(account, 'aws:acm/getCertificate:getCertificate', { domain: 'faces.example.com' });
  expect(found['arn']).toBe(certificate.arn);
  expect(() => call(account, 'aws:acm/getCertificate:getCertificate', { domain: 'other' })).toThrow(
    'no certificate for other',
  );
});

test('a cluster and a VPC are found as they are', async () => {
  const account = new Account();
  const parts = await cluster(account);
  expect(call(account, 'aws:eks/getCluster:getCluster', { name: 'faces' })['endpoint']).toBe(
    parts.cluster.outputs['endpoint'],
  );
  expect(call(account, 'aws:ec2/getVpc:getVpc', { id: parts.vpcId })['cidrBlock']).toBe('10.0.0.0/16');
  expect(() => call(account, 'aws:eks/getCluster:getCluster', { name: 'other' })).toThrow('ResourceNotFoundException');
});

test.each([
  ['aws:index/getPartition:getPartition', { partition: 'aws' }],
  ['aws:index/getDefaultTags:getDefaultTags', { tags: { Project: 'faces' } }],
  ['aws:eks/getClusterAuth:getClusterAuth', { token: 'k8s-aws-v1.fake' }],
  ['aws:ssm/getParameter:getParameter', { type: 'String' }],
])('%s answers', (token, answer) => {
  expect(call(new Account(), token)).toMatchObject(answer);
});
