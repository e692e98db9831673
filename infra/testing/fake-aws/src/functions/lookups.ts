import type { Entity } from '../account/entity.js';
import { AwsError } from '../account/aws-error.js';
import { notFoundCode } from '../account/not-found.js';
import { textAt } from '../account/paths.js';
import type { AwsFunction, Caller } from './aws-function.js';

function mustFind({ world }: Caller, row: string, value: string): Entity {
  world.settle();
  const entity = world.entities.find(row, value);
  if (!entity) throw new AwsError(notFoundCode(row), `no ${row} ${value}`);
  return entity;
}

/** Functions that look something up in the account. */
export const lookups: Readonly<Record<string, AwsFunction>> = {
  'aws:eks/getCluster:getCluster': (args, caller) => ({
    ...mustFind(caller, 'eks/cluster', textAt(args, 'name')).outputs,
  }),
  'aws:eks/getClusterAuth:getClusterAuth': (args) => ({ ...args, id: args['name'], token: 'k8s-aws-v1.fake' }),
  'aws:eks/getAddonVersion:getAddonVersion': (args) => ({
    ...args,
    id: args['addonName'],
    version: 'v1.0.0-eksbuild.1',
  }),
  'aws:ssm/getParameter:getParameter': (args) => ({
    ...args,
    id: args['name'],
    type: 'String',
    value: 'ami-0123456789abcdef0',
    insecureValue: 'ami-0123456789abcdef0',
    version: 1,
    arn: '',
  }),
  'aws:route53/getZone:getZone': (args, caller) => {
    const zone = mustFind(caller, 'route53/zone', textAt(args, 'zoneId') || textAt(args, 'name').replace(/\.$/, ''));
    return { ...zone.outputs, name: zone.name, zoneId: zone.id, id: zone.id };
  },
  'aws:acm/getCertificate:getCertificate': (args, { world }) => {
    world.settle();
    const domain = textAt(args, 'domain');
    const certificate = world.entities.of('acm/certificate').find((entity) => entity.inputs['domainName'] === domain);
    if (!certificate) throw new AwsError('ResourceNotFoundException', `no certificate for ${domain}`);
    return { ...certificate.outputs, domain };
  },
  'aws:ec2/getVpc:getVpc': (args, caller) => ({ ...mustFind(caller, 'ec2/vpc', textAt(args, 'id')).outputs }),
  'aws:ec2/getManagedPrefixList:getManagedPrefixList': (args) => ({
    ...args,
    id: 'pl-00000000',
    entries: [],
    addressFamily: 'IPv4',
    version: 1,
  }),
};
