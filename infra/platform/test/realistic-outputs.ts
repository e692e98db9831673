import type { MockResource } from '@face-comparison/resource-graph';

type Outputs = Readonly<Record<string, unknown>>;

/** What AWS adds to resources of a type, as far as the program hands it on. */
const BY_TYPE: Readonly<Record<string, (name: string, inputs: Outputs) => Outputs>> = {
  'aws:eks/cluster:Cluster': (name, inputs) => ({
    endpoint: `https://${name}.eks.example`,
    certificateAuthority: { data: 'Y2VydGlmaWNhdGU=' },
    vpcConfig: { ...(inputs['vpcConfig'] as object), clusterSecurityGroupId: 'sg-cluster' },
  }),
  'aws:eks/nodeGroup:NodeGroup': (name) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${name}` }], remoteAccessSecurityGroupId: '' }],
  }),
  'aws:ec2/launchTemplate:LaunchTemplate': () => ({ latestVersion: 3 }),
  'aws:lb/loadBalancer:LoadBalancer': (name) => ({ dnsName: `${name}.elb.example`, arnSuffix: `net/${name}/1` }),
  'aws:lb/targetGroup:TargetGroup': (name) => ({ arnSuffix: `targetgroup/${name}/1` }),
  'aws:ecr/repository:Repository': (name) => ({ repositoryUrl: `123456789012.dkr.ecr.example/${name}` }),
  'aws:s3/bucket:Bucket': (name) => ({ bucket: name }),
};

/** Outputs of a resource of the platform, for a program that runs without AWS. */
export function realisticOutputs({ type, name, inputs }: MockResource): Outputs {
  return {
    name: inputs['name'] ?? name,
    arn: `arn:aws:${type.split(':')[1] ?? ''}::${name}`,
    ...BY_TYPE[type]?.(name, inputs),
  };
}

/** Answers of the functions that the program calls. */
export const functions = {
  'aws:index/getAvailabilityZones:getAvailabilityZones': () => ({ names: ['zone-c', 'zone-a', 'zone-b', 'zone-d'] }),
};
