import type { GraphResource, ResourceGraph } from '@face-comparison/resource-graph';

import { forAnySettings } from './any-settings.js';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

/**
 * Actions that AWS knows no resource for, so that a policy must say "*" (Service Authorization Reference): looking at
 * groups of instances, images and instance types, which the autoscaler does.
 */
const WITHOUT_RESOURCE = new Set([
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeAutoScalingInstances',
  'autoscaling:DescribeLaunchConfigurations',
  'autoscaling:DescribeScalingActivities',
  'autoscaling:DescribeTags',
  'ec2:DescribeImages',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:GetInstanceTypesFromInstanceRequirements',
]);

/** Policies of AWS that a role may have: no more than EKS asks for. */
const MANAGED = [
  'AmazonEKSClusterPolicy',
  'AmazonEKSWorkerNodePolicy',
  'AmazonEKS_CNI_Policy',
  'AmazonEC2ContainerRegistryPullOnly',
];

const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

function statements(policy: GraphResource): Statement[] {
  return (JSON.parse(String(policy.inputs['policy'])) as { Statement: Statement[] }).Statement;
}

function inputsOf(graph: ResourceGraph, type: string): unknown[] {
  return graph.ofType(type).map(({ inputs }) => inputs);
}

describe('whatever the settings, roles', () => {
  it('are allowed nothing on all resources but what AWS has no resource for', async () => {
    await forAnySettings((graph) => {
      const allowed = graph
        .ofType(/^aws:iam\/rolePolicy:/)
        .flatMap(statements)
        .filter(({ Effect }) => Effect === 'Allow');
      expect(allowed.length).toBeGreaterThan(4);
      const broad = allowed
        .filter(({ Resource }) => list(Resource).includes('*'))
        .flatMap(({ Action }) => list(Action));
      expect(broad.filter((action) => !WITHOUT_RESOURCE.has(action))).toEqual([]);
      expect(allowed.flatMap(({ Action }) => list(Action)).filter((action) => action.includes('*'))).toEqual([]);
    });
  });

  it('have the managed policies that EKS asks for, and no other', async () => {
    await forAnySettings((graph) => {
      const arns = graph
        .ofType('aws:iam/rolePolicyAttachment:RolePolicyAttachment')
        .map(({ inputs }) => inputs['policyArn']);
      expect(arns.map((arn) => String(arn).split('/').at(-1)).sort()).toEqual([...MANAGED].sort());
    });
  });

  it('are in the partition of the region', async () => {
    await forAnySettings((graph, { region }) => {
      const partition = region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
      const arns = [
        ...graph.ofType('aws:iam/rolePolicyAttachment:RolePolicyAttachment').map(({ inputs }) => inputs['policyArn']),
        ...graph
          .ofType('aws:eks/accessPolicyAssociation:AccessPolicyAssociation')
          .map(({ inputs }) => inputs['policyArn']),
      ];
      expect(new Set(arns.map((arn) => String(arn).split(':')[1]))).toEqual(new Set([partition]));
      const trusted = graph.ofType('aws:iam/role:Role').map(({ inputs }) => String(inputs['assumeRolePolicy']));
      expect(trusted.filter((policy) => policy.includes('amazonaws.com.cn'))).toHaveLength(
        partition === 'aws-cn' ? 1 : 0,
      );
    });
  });

  it('let pods read models and nothing else', async () => {
    await forAnySettings((graph, { name }) => {
      const [bucket] = graph.ofType('aws:s3/bucket:Bucket');
      const arn = `arn:aws:s3/bucket::${bucket?.name ?? ''}`;
      expect(statements(graph.get('aws:iam/rolePolicy:RolePolicy', `${name}-model-reader`))).toEqual([
        { Effect: 'Allow', Action: 's3:ListBucket', Resource: arn },
        { Effect: 'Allow', Action: 's3:GetObject', Resource: `${arn}/*` },
      ]);
      expect(graph.get('aws:iam/role:Role', `${name}-model-reader`).inputs['assumeRolePolicy']).toContain(
        '"Principal":{"Service":"pods.eks.amazonaws.com"}',
      );
    });
  });

  it('let the autoscaler change the groups of this cluster alone', async () => {
    await forAnySettings((graph, { name }) => {
      const scale = statements(graph.get('aws:iam/rolePolicy:RolePolicy', `${name}-autoscaler`)).filter(({ Action }) =>
        list(Action).some((action) => !/:(Describe|Get)/.test(action)),
      );
      expect(scale).toEqual([
        expect.objectContaining({
          Condition: { StringEquals: { [`aws:ResourceTag/k8s.io/cluster-autoscaler/${name}-test`]: 'owned' } },
        }),
      ]);
    });
  });
});

describe('whatever the settings, the cluster', () => {
  it('knows its users by access entries, encrypts secrets, and lets in the addresses of the settings alone', async () => {
    await forAnySettings((graph, settings) => {
      expect(inputsOf(graph, 'aws:eks/cluster:Cluster')).toEqual([
        expect.objectContaining({
          accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: true },
          encryptionConfig: {
            provider: { keyArn: `arn:aws:kms/key::${settings.name}-secrets` },
            resources: ['secrets'],
          },
          vpcConfig: expect.objectContaining({
            endpointPrivateAccess: true,
            publicAccessCidrs: settings.apiAccess.cidrs,
          }) as unknown,
          enabledClusterLogTypes: settings.logs.types,
          version: settings.kubernetesVersion,
        }),
      ]);
      expect(graph.ofType('aws:eks/accessEntry:AccessEntry').map(({ inputs }) => inputs['principalArn'])).toEqual(
        settings.admins,
      );
    });
  });

  it('writes its log to a group of ours, whose lines have an end', async () => {
    await forAnySettings((graph, { name, logs }) => {
      expect(inputsOf(graph, 'aws:cloudwatch/logGroup:LogGroup')).toEqual([
        expect.objectContaining({ name: `/aws/eks/${name}-test/cluster`, retentionInDays: logs.retentionDays }),
      ]);
    });
  });

  it('has a kubeconfig without a secret in it', async () => {
    await forAnySettings((graph) => {
      const [provider] = graph.ofType('pulumi:providers:kubernetes');
      const kubeconfig = String(provider?.inputs['kubeconfig']);
      expect(graph.outputs['kubeconfig']).toBe(kubeconfig);
      expect(JSON.parse(kubeconfig)).toMatchObject({ users: [{ user: { exec: { command: 'aws' } } }] });
      expect(kubeconfig).not.toMatch(/"token"|client-key|password/);
    });
  });

  it('owns no load balancer and no volume', async () => {
    await forAnySettings((graph) => {
      expect(graph.ofType(/^kubernetes:/).map(({ type }) => type)).toEqual(
        graph.ofType(/^kubernetes:/).map(() => 'kubernetes:helm.sh/v3:Release'),
      );
      const values = JSON.stringify(graph.ofType(/^kubernetes:/).map(({ inputs }) => inputs['values']));
      expect(values).not.toMatch(/LoadBalancer|ingress|persistentVolume|storageClass/i);
      const tags = JSON.stringify(graph.ofType('aws:ec2/subnet:Subnet').map(({ inputs }) => inputs['tags']));
      expect(tags).not.toContain('kubernetes.io');
    });
  });
});

describe('whatever the settings, nodes', () => {
  it('give metadata by token and to themselves alone, and have encrypted volumes', async () => {
    await forAnySettings((graph, { gpu }) => {
      const templates = inputsOf(graph, 'aws:ec2/launchTemplate:LaunchTemplate');
      expect(templates).toHaveLength(gpu.enabled ? 2 : 1);
      for (const template of templates) {
        expect(template).toMatchObject({
          metadataOptions: { httpTokens: 'required', httpPutResponseHopLimit: 1 },
          blockDeviceMappings: [{ ebs: { volumeType: 'gp3', encrypted: 'true', deleteOnTermination: 'true' } }],
        });
      }
    });
  });

  it('are in private subnets, without a key to sign in with', async () => {
    await forAnySettings((graph, settings) => {
      for (const { inputs } of graph.ofType('aws:eks/nodeGroup:NodeGroup')) {
        expect(inputs['subnetIds']).toEqual(
          Array.from({ length: settings.zones }, (_, index) => `${settings.name}-private-${index + 1}-id`),
        );
        expect(inputs).not.toHaveProperty('remoteAccess');
      }
    });
  });

  it('of the GPU group take only pods that want a GPU, and their number is the autoscaler’s', async () => {
    await forAnySettings((graph, { gpu, cpu }) => {
      const groups = graph.ofType('aws:eks/nodeGroup:NodeGroup');
      const ofGpu = groups.filter(({ name }) => name.endsWith('-gpu'));
      expect(ofGpu).toHaveLength(gpu.enabled ? 1 : 0);
      for (const { inputs } of ofGpu) {
        expect(inputs).toMatchObject({
          amiType: 'AL2023_x86_64_NVIDIA',
          taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NO_SCHEDULE' }],
          labels: { 'nvidia.com/gpu.present': 'true' },
          instanceTypes: gpu.instanceTypes,
          capacityType: gpu.capacity,
          scalingConfig: { minSize: gpu.minNodes, maxSize: gpu.maxNodes },
        });
      }
      const ofCpu = groups.filter(({ name }) => name.endsWith('-cpu'));
      expect(ofCpu.map(({ inputs }) => inputs)).toEqual([
        expect.objectContaining({
          amiType: 'AL2023_x86_64_STANDARD',
          scalingConfig: { minSize: cpu.minNodes, maxSize: cpu.maxNodes, desiredSize: cpu.minNodes },
        }),
      ]);
      expect(new Set(groups.flatMap(({ ignoreChanges }) => ignoreChanges))).toEqual(
        new Set(['scalingConfig.desiredSize']),
      );
    });
  });
});

describe('whatever the settings, the network', () => {
  it('has a way out per zone or one, and ranges that do not overlap', async () => {
    await forAnySettings((graph, settings) => {
      expect(graph.ofType('aws:ec2/natGateway:NatGateway')).toHaveLength(settings.nat === 'one' ? 1 : settings.zones);
      const ranges = graph.ofType('aws:ec2/subnet:Subnet').map(({ inputs }) => String(inputs['cidrBlock']));
      expect(new Set(ranges).size).toBe(2 * settings.zones);
      const zones = new Set(graph.ofType('aws:ec2/subnet:Subnet').map(({ inputs }) => inputs['availabilityZone']));
      expect([...zones].sort()).toEqual(['zone-a', 'zone-b', 'zone-c'].slice(0, settings.zones));
      expect(graph.ofType('aws:ec2/vpcEndpoint:VpcEndpoint')).toHaveLength(settings.endpoints.ecr ? 3 : 1);
    });
  });

  it('lets in nobody from outside', async () => {
    await forAnySettings((graph, settings) => {
      const rules = graph.ofType('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule');
      const sources = rules.map(({ inputs }) => inputs['cidrIpv4']).filter((range) => range !== undefined);
      expect(sources.filter((range) => range !== settings.vpcCidr)).toEqual([]);
      expect(inputsOf(graph, 'aws:lb/loadBalancer:LoadBalancer')).toEqual([
        expect.objectContaining({ internal: true }),
      ]);
      expect(graph.ofType('aws:ec2/securityGroup:SecurityGroup').filter(({ inputs }) => 'ingress' in inputs)).toEqual(
        [],
      );
      const open = graph
        .ofType('aws:ec2/subnet:Subnet')
        .filter(({ inputs }) => inputs['mapPublicIpOnLaunch'] !== false);
      expect(open).toEqual([]);
    });
  });

  it('leads from the callers over the load balancer to the port of every node', async () => {
    await forAnySettings((graph, { name }) => {
      const rule = (label: string): unknown =>
        graph.get('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', `${name}-${label}`).inputs;
      expect(rule('callers')).toMatchObject({
        securityGroupId: `${name}-load-balancer-id`,
        referencedSecurityGroupId: `${name}-callers-id`,
        fromPort: 80,
        toPort: 80,
      });
      expect(rule('node-port')).toMatchObject({
        securityGroupId: 'sg-cluster',
        referencedSecurityGroupId: `${name}-load-balancer-id`,
        fromPort: 30_080,
        toPort: 30_080,
      });
      expect(graph.get('aws:lb/targetGroup:TargetGroup', name).inputs).toMatchObject({
        port: 30_080,
        targetType: 'instance',
      });
    });
  });
});

describe('whatever the settings, what is stored', () => {
  it('is private, encrypted and versioned, and travels by TLS alone', async () => {
    await forAnySettings((graph) => {
      expect(inputsOf(graph, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')).toEqual([
        expect.objectContaining({
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        }),
      ]);
      expect(inputsOf(graph, 'aws:s3/bucketVersioning:BucketVersioning')).toEqual([
        expect.objectContaining({ versioningConfiguration: { status: 'Enabled' } }),
      ]);
      expect(
        inputsOf(graph, 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration'),
      ).toHaveLength(1);
      expect(graph.ofType('aws:s3/bucketPolicy:BucketPolicy').flatMap(statements)).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 's3:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]);
      for (const repository of inputsOf(graph, 'aws:ecr/repository:Repository')) {
        expect(repository).toMatchObject({
          imageTagMutability: 'IMMUTABLE',
          imageScanningConfiguration: { scanOnPush: true },
        });
      }
    });
  });
});

describe('whatever the settings, tags', () => {
  it('are on everything of AWS by the one provider, and on instances, volumes and interfaces by their template', async () => {
    await forAnySettings((graph, settings) => {
      const tags = { Project: 'face-comparison', Stack: 'test', ManagedBy: 'pulumi', ...settings.tags };
      const providers = graph.ofType('pulumi:providers:aws');
      expect(providers.map(({ inputs }) => JSON.parse(String(inputs['defaultTags'])) as unknown)).toEqual([{ tags }]);
      const elsewhere = graph.ofType(/^aws:/).filter(({ provider }) => provider !== providers[0]?.urn);
      expect(elsewhere).toEqual([]);
      for (const { inputs } of graph.ofType('aws:ec2/launchTemplate:LaunchTemplate')) {
        expect(inputs['tagSpecifications']).toEqual(
          ['instance', 'volume', 'network-interface'].map((resourceType) => ({
            resourceType,
            tags: expect.objectContaining(tags) as unknown,
          })),
        );
      }
      const cni = graph.ofType('aws:eks/addon:Addon').filter(({ inputs }) => inputs['addonName'] === 'vpc-cni');
      expect(cni.map(({ inputs }) => inputs['configurationValues'])).toEqual([
        JSON.stringify({ env: { ADDITIONAL_ENI_TAGS: JSON.stringify(tags) } }),
      ]);
    });
  });
});
