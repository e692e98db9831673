import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { dependency, holds, names, partOf } from './reference.js';

const nameRule = {
  pattern: /^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/,
  says: '1 to 32 letters, digits and hyphens, no hyphen first or last',
};

/** Load balancers, and the Auto Scaling groups that register with them. */
export const elb: Rows = {
  'lb/loadBalancer': {
    id: '{arn}',
    arn: 'arn:aws:elasticloadbalancing:{region}:{account}:loadbalancer/net/{name}/{digits}',
    autoname: 'name',
    nameRule,
    unique: { by: ['name'], code: 'DuplicateLoadBalancerName' },
    latency: seconds(155, 5, 15, 'estimate: a network load balancer is seen to take two to three minutes until active'),
    replaceOn: ['name', 'namePrefix', 'internal', 'loadBalancerType'],
    references: [
      holds('subnets', 'ec2/subnet', dependency),
      holds('subnetMappings[].subnetId', 'ec2/subnet', dependency),
      holds('securityGroups', 'ec2/securityGroup', dependency),
    ],
    failsForGood: true,
    interfacesLingerSeconds: 60,
    outputs: ({ name, digits, region }) => ({
      dnsName: `${name}-${digits}.elb.${region}.amazonaws.com`,
      zoneId: 'Z18D5FSROUN65G',
      arnSuffix: `net/${name}/${digits}`,
      vpcId: '',
      internal: false,
      ipAddressType: 'ipv4',
      enableDeletionProtection: false,
    }),
  },
  'lb/targetGroup': {
    id: '{arn}',
    arn: 'arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{digits}',
    autoname: 'name',
    nameRule,
    unique: { by: ['name'], code: 'DuplicateTargetGroupName' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix', 'port', 'protocol', 'targetType', 'vpcId', 'protocolVersion', 'ipAddressType'],
    references: [names('vpcId', 'ec2/vpc')],
    outputs: ({ name, digits }) => ({ arnSuffix: `targetgroup/${name}/${digits}`, loadBalancerArns: [] }),
  },
  'lb/listener': {
    id: '{arn}',
    arn: '{loadBalancerListener}/{digits}',
    unique: { by: ['loadBalancerArn', 'port'], code: 'DuplicateListener' },
    latency: oneCall,
    replaceOn: ['loadBalancerArn'],
    references: [
      partOf('loadBalancerArn', 'lb/loadBalancer'),
      holds('defaultActions[].targetGroupArn', 'lb/targetGroup', 'ResourceInUse'),
    ],
    outputs: () => ({ sslPolicy: '' }),
  },
  'lb/targetGroupAttachment': {
    id: '{targetGroupArn}-{digits}',
    latency: oneCall,
    replaceOn: ['targetGroupArn', 'targetId', 'port'],
    references: [partOf('targetGroupArn', 'lb/targetGroup')],
  },
  'autoscaling/attachment': {
    id: '{autoscalingGroupName}-{digits}',
    latency: seconds(2, 1, 5, 'estimate: the call; deregistration is not waited for'),
    replaceOn: ['autoscalingGroupName', 'lbTargetGroupArn', 'elb'],
    references: [holds('lbTargetGroupArn', 'lb/targetGroup', 'ResourceInUse')],
  },
  'autoscaling/tag': {
    id: '{autoscalingGroupName},{tag.key}',
    latency: oneCall,
    replaceOn: ['autoscalingGroupName', 'tag.key'],
  },
};
