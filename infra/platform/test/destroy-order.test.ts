import type { GraphResource, ResourceGraph } from '@face-comparison/resource-graph';

import { forAnySettings } from './any-settings.js';

const NODE_GROUP = 'aws:eks/nodeGroup:NodeGroup';
const CLUSTER = 'aws:eks/cluster:Cluster';

/** Names of those of `late` that may be gone while one of `early` still is there. */
function destroyedTooEarly(
  graph: ResourceGraph,
  late: readonly GraphResource[],
  early: readonly GraphResource[],
): string[] {
  return late.flatMap((resource) =>
    early
      .filter((other) => !graph.isDestroyedAfter(resource, other))
      .map((other) => `${resource.type} ${resource.name} may go before ${other.type} ${other.name}`),
  );
}

describe('whatever the settings, destroy', () => {
  it.each([
    ['policies of roles', 'aws:iam/rolePolicyAttachment:RolePolicyAttachment'],
    ['routes', 'aws:ec2/route:Route'],
    ['route tables', 'aws:ec2/routeTable:RouteTable'],
    ['associations of route tables', 'aws:ec2/routeTableAssociation:RouteTableAssociation'],
    ['NAT gateways', 'aws:ec2/natGateway:NatGateway'],
    ['their addresses', 'aws:ec2/eip:Eip'],
    ['the internet gateway', 'aws:ec2/internetGateway:InternetGateway'],
    ['endpoints of S3 and ECR', 'aws:ec2/vpcEndpoint:VpcEndpoint'],
    ['subnets', 'aws:ec2/subnet:Subnet'],
    ['the VPC', 'aws:ec2/vpc:Vpc'],
    ['the control plane', CLUSTER],
    ['the roles of control plane and nodes', 'aws:iam/role:Role'],
  ])('keeps %s until the last node is gone', async (_, type) => {
    await forAnySettings((graph) => {
      const late = graph.ofType(type).filter(({ name }) => !/-(model-reader|autoscaler)$/.test(name));
      expect(late.length).toBeGreaterThan(0);
      expect(destroyedTooEarly(graph, late, graph.ofType(NODE_GROUP))).toEqual([]);
    });
  });

  it('keeps the add-ons that nodes need until the last node is gone', async () => {
    await forAnySettings((graph) => {
      const late = graph.ofType('aws:eks/addon:Addon').filter(({ inputs }) => isNodeAddon(inputs['addonName']));
      expect(late).toHaveLength(3);
      expect(destroyedTooEarly(graph, late, graph.ofType(NODE_GROUP))).toEqual([]);
    });
  });

  it('takes away everything of Kubernetes before the first node', async () => {
    await forAnySettings((graph) => {
      const inCluster = graph.ofType(/^kubernetes:/);
      const onNodes = graph.ofType('aws:eks/addon:Addon').filter(({ inputs }) => !isNodeAddon(inputs['addonName']));
      expect(inCluster.length).toBeGreaterThan(0);
      expect(onNodes).toHaveLength(2);
      expect(destroyedTooEarly(graph, graph.ofType(NODE_GROUP), inCluster)).toEqual([]);
      const cpu = graph.ofType(NODE_GROUP).filter(({ name }) => name.endsWith('-cpu'));
      expect(destroyedTooEarly(graph, cpu, onNodes)).toEqual([]);
    });
  });

  it('lets the nodes out of the load balancer before they go', async () => {
    await forAnySettings((graph) => {
      const attachments = graph.ofType('aws:autoscaling/attachment:Attachment');
      const groups = graph.ofType(NODE_GROUP);
      expect(attachments).toHaveLength(groups.length);
      for (const nodes of groups) {
        expect(attachments.some((attachment) => graph.isDestroyedAfter(nodes, attachment))).toBe(true);
      }
    });
  });

  it('keeps the right to speak to the cluster until nothing is left in it', async () => {
    await forAnySettings((graph) => {
      const rights = graph.ofType(/^aws:eks\/access/);
      expect(destroyedTooEarly(graph, rights, graph.ofType('kubernetes:helm.sh/v3:Release'))).toEqual([]);
    });
  });

  it('keeps what the control plane needs until it is gone', async () => {
    await forAnySettings((graph) => {
      const late = [
        ...graph
          .ofType('aws:iam/rolePolicyAttachment:RolePolicyAttachment')
          .filter(({ name }) => name.endsWith('-cluster')),
        ...graph.ofType('aws:iam/rolePolicy:RolePolicy').filter(({ name }) => name.endsWith('-no-log-group')),
        ...graph.ofType('aws:cloudwatch/logGroup:LogGroup'),
        ...graph.ofType('aws:kms/key:Key'),
        ...graph.ofType('aws:ec2/subnet:Subnet').filter(({ name }) => name.includes('-private-')),
      ];
      expect(late.length).toBeGreaterThanOrEqual(6);
      expect(destroyedTooEarly(graph, late, graph.ofType(CLUSTER))).toEqual([]);
    });
  });

  it('keeps the credentials of the autoscaler until the autoscaler is gone', async () => {
    await forAnySettings((graph) => {
      const late = [
        ...graph.ofType('aws:eks/podIdentityAssociation:PodIdentityAssociation'),
        ...graph.ofType('aws:iam/rolePolicy:RolePolicy').filter(({ name }) => name.endsWith('-autoscaler')),
      ];
      const release = graph.ofType('kubernetes:helm.sh/v3:Release').filter(({ name }) => name.endsWith('-autoscaler'));
      expect(late).toHaveLength(2);
      expect(release).toHaveLength(1);
      expect(destroyedTooEarly(graph, late, release)).toEqual([]);
    });
  });

  it('is protected by nothing and leaves nothing, unless the settings keep the data', async () => {
    await forAnySettings((graph, settings) => {
      expect(graph.resources.filter(({ protect }) => protect)).toEqual([]);
      const retained = new Set(
        graph.resources.filter((one) => one.retainOnDelete).map(({ type }) => type.split('/')[0]),
      );
      expect([...retained].sort()).toEqual(settings.keepData ? ['aws:ecr', 'aws:s3'] : []);
      const emptied = [
        ...graph.ofType('aws:s3/bucket:Bucket').map(({ inputs }) => inputs['forceDestroy']),
        ...graph.ofType('aws:ecr/repository:Repository').map(({ inputs }) => inputs['forceDelete']),
      ];
      expect(emptied).toEqual([!settings.keepData, !settings.keepData, !settings.keepData]);
    });
  });
});

describe('whatever the settings, the minutes of the control plane', () => {
  it('are waited for by nothing that does not need it', async () => {
    await forAnySettings((graph) => {
      const [cluster] = graph.ofType(CLUSTER);
      const waiting = graph.resources.filter(
        (resource) => cluster !== undefined && graph.isMadeAfter(resource, cluster),
      );
      expect([...new Set(waiting.map(({ type }) => type))].filter((type) => !NEEDS_CLUSTER.has(type))).toEqual([]);
      // Of security group rules one alone is on the side of the cluster.
      const rules = waiting.filter(({ type }) => type === RULE);
      expect(rules.map(({ name }) => name.replace(/^.*-node-port$/, 'node-port'))).toEqual(['node-port']);
    });
  });

  it('start with nothing but subnets, role, key and log group', async () => {
    await forAnySettings((graph) => {
      const [cluster] = graph.ofType(CLUSTER);
      const before = graph.resources.filter(
        (resource) => cluster !== undefined && resource.custom && graph.isMadeAfter(cluster, resource),
      );
      expect([...new Set(before.map(({ type }) => type))].sort()).toEqual([
        'aws:cloudwatch/logGroup:LogGroup',
        'aws:ec2/subnet:Subnet',
        'aws:ec2/vpc:Vpc',
        'aws:iam/role:Role',
        'aws:iam/rolePolicy:RolePolicy',
        'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
        'aws:kms/key:Key',
        'pulumi:providers:aws',
      ]);
    });
  });
});

const RULE = 'aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule';

/** What can only be made once there is a cluster. */
const NEEDS_CLUSTER = new Set([
  'aws:autoscaling/attachment:Attachment',
  'aws:eks/accessEntry:AccessEntry',
  'aws:eks/accessPolicyAssociation:AccessPolicyAssociation',
  'aws:eks/addon:Addon',
  NODE_GROUP,
  'aws:eks/podIdentityAssociation:PodIdentityAssociation',
  RULE,
  'kubernetes:helm.sh/v3:Release',
  'pulumi:providers:kubernetes',
]);

function isNodeAddon(name: unknown): boolean {
  return ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'].includes(String(name));
}
