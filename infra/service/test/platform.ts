import type { PlatformOutputs } from '../src/platform-outputs.js';

const ACCOUNT = '123456789012';
const REGION = 'eu-central-1';

/** What a stack of face-comparison-platform says of itself. */
export const PLATFORM: PlatformOutputs = {
  region: REGION,
  clusterName: 'face-comparison',
  privateSubnetIds: ['subnet-1', 'subnet-2'],
  linkSecurityGroupId: 'sg-link',
  loadBalancerArn: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:loadbalancer/net/faces/0123456789abcdef`,
  loadBalancerDnsName: `faces-0123456789abcdef.elb.${REGION}.amazonaws.com`,
  loadBalancerArnSuffix: 'net/faces/0123456789abcdef',
  targetGroupArnSuffix: 'targetgroup/faces/0123456789abcdef',
  nodePort: 30_080,
  modelBucket: 'faces-models',
  modelReaderRoleArn: `arn:aws:iam::${ACCOUNT}:role/faces-models`,
  serverRepository: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/face-comparison-server`,
  operatorRepository: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/face-comparison-operator`,
  gpu: true,
  kubeconfig: '{"apiVersion":"v1","kind":"Config"}',
  monthlyCost: { total: 250 },
};
