import type { Output } from '@pulumi/pulumi';

import { createAdmins } from './access/admins.js';
import { createAutoscalerRole } from './access/autoscaler-role.js';
import { createModelReader } from './access/model-reader.js';
import { createClusterAddons, createNodeAddons } from './cluster/addons.js';
import { createCluster } from './cluster/cluster.js';
import { kubeconfigOf } from './cluster/kubeconfig.js';
import { createContext } from './context.js';
import { createAutoscaler } from './in-cluster/autoscaler.js';
import { createDevicePlugin } from './in-cluster/device-plugin.js';
import { createKubernetesProvider } from './in-cluster/kubernetes-provider.js';
import { monthlyCost } from './monthly-cost.js';
import { createEndpoints } from './network/endpoints.js';
import { attachNodes, createEntrance, NODE_PORT, openNodePort } from './network/load-balancer.js';
import { createRoutes } from './network/routes.js';
import { createVpc } from './network/vpc.js';
import { createCpuNodes, createGpuNodes } from './nodes/node-group.js';
import { createNodeRole } from './nodes/node-role.js';
import type { Settings } from './settings.js';
import { createModelBucket } from './storage/model-bucket.js';
import { createRegistries } from './storage/registries.js';

/** What the stack says of itself; the project face-comparison-service reads it. */
export interface PlatformOutputs {
  readonly region: string;
  readonly name: string;
  readonly clusterName: Output<string>;
  readonly clusterEndpoint: Output<string>;
  readonly clusterCertificateAuthority: Output<string>;
  readonly vpcId: Output<string>;
  readonly privateSubnetIds: readonly Output<string>[];
  /** For the VPC link of a gateway. */
  readonly linkSecurityGroupId: Output<string>;
  readonly loadBalancerArn: Output<string>;
  readonly loadBalancerDnsName: Output<string>;
  /** For metrics of CloudWatch. */
  readonly loadBalancerArnSuffix: Output<string>;
  readonly targetGroupArnSuffix: Output<string>;
  readonly nodePort: number;
  readonly modelBucket: Output<string>;
  readonly modelReaderRoleArn: Output<string>;
  /** URLs to push to and pull from. */
  readonly serverRepository: Output<string>;
  readonly operatorRepository: Output<string>;
  /** Whether there is a group of nodes with GPUs. */
  readonly gpu: boolean;
  /** Holds no secret: it signs in by the AWS CLI. */
  readonly kubeconfig: Output<string>;
  readonly monthlyCost: ReturnType<typeof monthlyCost>;
}

/**
 * Makes the platform. The order in which it is destroyed follows from what depends on what: first what runs in the
 * cluster, then the nodes, then the add-ons, then the control plane, and only then what nodes and control plane need
 * until their end: policies of their roles and the ways out.
 */
export function createPlatform(settings: Settings): PlatformOutputs {
  const context = createContext(settings);

  // None of these waits for the control plane.
  const network = createVpc(context);
  const routes = createRoutes(context, network);
  const endpoints = createEndpoints(context, network, routes.privateTables);
  const entrance = createEntrance(context, network);
  const registries = createRegistries(context);
  const bucket = createModelBucket(context);
  const modelReader = createModelReader(context, bucket);
  const autoscalerRole = createAutoscalerRole(context);
  const nodeRole = createNodeRole(context);

  const cluster = createCluster(context, network.privateSubnets);
  const admins = createAdmins(context, cluster);
  const nodeAddons = createNodeAddons(context, cluster);
  openNodePort(context, entrance, cluster);

  const nodes = {
    cluster,
    nodeRoleArn: nodeRole.role.arn,
    subnets: network.privateSubnets,
    needs: [...nodeRole.policies, ...routes.wayOut, ...endpoints, ...nodeAddons],
  };
  const cpuNodes = createCpuNodes(context, nodes);
  attachNodes(context, entrance, cpuNodes, 'cpu');
  const groups = [cpuNodes];
  if (settings.gpu.enabled) {
    const gpuNodes = createGpuNodes(context, nodes);
    attachNodes(context, entrance, gpuNodes, 'gpu');
    groups.push(gpuNodes);
  }

  const clusterAddons = createClusterAddons(context, cluster, [cpuNodes]);
  const kubeconfig = kubeconfigOf(cluster, settings.region);
  const kubernetes = createKubernetesProvider(context, kubeconfig, [...admins, ...groups, ...clusterAddons]);
  createAutoscaler(context, cluster, kubernetes, autoscalerRole);
  if (settings.gpu.enabled) {
    createDevicePlugin(context, kubernetes);
  }

  return {
    region: settings.region,
    name: settings.name,
    clusterName: cluster.name,
    clusterEndpoint: cluster.endpoint,
    clusterCertificateAuthority: cluster.certificateAuthority.data,
    vpcId: network.vpc.id,
    privateSubnetIds: network.privateSubnets.map((subnet) => subnet.id),
    linkSecurityGroupId: entrance.callers.id,
    loadBalancerArn: entrance.loadBalancer.arn,
    loadBalancerDnsName: entrance.loadBalancer.dnsName,
    loadBalancerArnSuffix: entrance.loadBalancer.arnSuffix,
    targetGroupArnSuffix: entrance.targetGroup.arnSuffix,
    nodePort: NODE_PORT,
    modelBucket: bucket.bucket,
    modelReaderRoleArn: modelReader.arn,
    serverRepository: registries.server.repositoryUrl,
    operatorRepository: registries.operator.repositoryUrl,
    gpu: settings.gpu.enabled,
    kubeconfig,
    monthlyCost: monthlyCost(settings),
  };
}
