import type { Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { dependency, holds, names, partOf } from './reference.js';

const inUse = 'ResourceInUseException';
const cluster = holds('clusterName', 'eks/cluster', inUse);

/** Clusters and their nodes: what most of the minutes are spent on. */
export const eks: Rows = {
  'eks/cluster': {
    id: '{name}',
    arn: 'arn:aws:eks:{region}:{account}:cluster/{name}',
    autoname: 'name',
    nameRule: {
      pattern: /^[0-9A-Za-z][A-Za-z0-9\-_]{0,99}$/,
      says: '1 to 100 letters, digits, - and _, a letter or digit first',
    },
    unique: { by: ['name'], code: 'ResourceInUseException' },
    latency: seconds(
      513,
      600,
      300,
      'create: 8 min 33 s, DevopsArtFactory/terraform-provisioning PR 46, November 2024 (AWS, March 2021: 9 min or less on average); ' +
        'delete: under 5 min, bitnami/kube-prod-runtime PR 512; update: estimate',
    ),
    replaceOn: [
      'name',
      'roleArn',
      'encryptionConfig',
      'bootstrapSelfManagedAddons',
      'kubernetesNetworkConfig.serviceIpv4Cidr',
      'kubernetesNetworkConfig.ipFamily',
    ],
    references: [
      names('roleArn', 'iam/role'),
      holds('vpcConfig.subnetIds', 'ec2/subnet', dependency),
      holds('vpcConfig.securityGroupIds', 'ec2/securityGroup', dependency),
      names('encryptionConfig.provider.keyArn', 'kms/key'),
    ],
    failsForGood: true,
    interfacesLingerSeconds: 30,
    outputs: ({ name, region, digits }) => ({
      status: 'ACTIVE',
      platformVersion: 'eks.1',
      version: '1.34',
      bootstrapSelfManagedAddons: true,
      createdAt: '2026-11-01T00:00:00Z',
      endpoint: `https://${digits.toUpperCase()}.gr7.${region}.eks.amazonaws.com`,
      certificateAuthority: { data: Buffer.from(`certificate authority of ${name}`).toString('base64') },
      certificateAuthorities: [{ data: Buffer.from(`certificate authority of ${name}`).toString('base64') }],
      identities: [{ oidcs: [{ issuer: `https://oidc.eks.${region}.amazonaws.com/id/${digits.toUpperCase()}` }] }],
      clusterId: '',
      kubernetesNetworkConfig: {
        ipFamily: 'ipv4',
        serviceIpv4Cidr: '172.20.0.0/16',
        serviceIpv6Cidr: '',
      },
      accessConfig: { authenticationMode: 'CONFIG_MAP' },
      upgradePolicy: { supportType: 'EXTENDED' },
      vpcConfig: {
        endpointPublicAccess: true,
        publicAccessCidrs: ['0.0.0.0/0'],
        clusterSecurityGroupId: `sg-${digits}`,
        vpcId: '',
      },
    }),
  },
  'eks/nodeGroup': {
    id: '{clusterName}:{nodeGroupName}',
    arn: 'arn:aws:eks:{region}:{account}:nodegroup/{clusterName}/{nodeGroupName}/{digits}',
    autoname: 'nodeGroupName',
    nameRule: {
      pattern: /^[0-9A-Za-z][A-Za-z0-9\-_]{0,62}$/,
      says: '1 to 63 letters, digits, - and _, a letter or digit first',
    },
    unique: { by: ['clusterName', 'nodeGroupName'], code: inUse },
    latency: seconds(
      115,
      60,
      400,
      'create: 1 min 48 s on demand, 1 min 59 s spot, DevopsArtFactory/terraform-provisioning PR 46 (a GPU group 60 s more: estimate); ' +
        'delete: upwards of 10 min with 4 instances, gruntwork-io/cloud-nuke issue 339, and less with the two of ours: estimate',
    ),
    replaceOn: [
      'clusterName',
      'nodeGroupName',
      'nodeGroupNamePrefix',
      'nodeRoleArn',
      'subnetIds',
      'instanceTypes',
      'amiType',
      'capacityType',
      'diskSize',
      'launchTemplate.id',
      'launchTemplate.name',
      'remoteAccess',
    ],
    references: [
      cluster,
      holds('subnetIds', 'ec2/subnet', dependency),
      names('nodeRoleArn', 'iam/role'),
      names('launchTemplate.id', 'ec2/launchTemplate'),
    ],
    failsForGood: true,
    outputs: ({ inputs, name, digits }) => ({
      status: 'ACTIVE',
      amiType: 'AL2023_x86_64_STANDARD',
      capacityType: 'ON_DEMAND',
      diskSize: inputs['launchTemplate'] === undefined ? 20 : 0,
      instanceTypes: ['t3.medium'],
      version: '1.34',
      releaseVersion: '1.34.1-20261101',
      nodeGroupNamePrefix: '',
      resources: [{ autoscalingGroups: [{ name: `eks-${name}-${digits}` }], remoteAccessSecurityGroupId: '' }],
      updateConfig: { maxUnavailable: 1 },
      nodeRepairConfig: { enabled: false },
    }),
  },
  'eks/addon': {
    id: '{clusterName}:{addonName}',
    arn: 'arn:aws:eks:{region}:{account}:addon/{clusterName}/{addonName}/{digits}',
    latency: seconds(35, 30, 10, 'estimate: add-ons are seen to become active within half a minute'),
    replaceOn: ['clusterName', 'addonName'],
    references: [partOf('clusterName', 'eks/cluster'), names('serviceAccountRoleArn', 'iam/role')],
    outputs: () => ({
      addonVersion: 'v1.0.0-eksbuild.1',
      configurationValues: '',
      createdAt: '2026-11-01T00:00:00Z',
      modifiedAt: '2026-11-01T00:00:00Z',
    }),
  },
  'eks/accessEntry': {
    id: '{clusterName}:{principalArn}',
    arn: 'arn:aws:eks:{region}:{account}:access-entry/{clusterName}/{digits}',
    latency: oneCall,
    replaceOn: ['clusterName', 'principalArn', 'type'],
    references: [partOf('clusterName', 'eks/cluster')],
    outputs: ({ inputs }) => ({
      accessEntryArn: '',
      kubernetesGroups: [],
      type: 'STANDARD',
      userName: inputs['principalArn'],
      createdAt: '2026-11-01T00:00:00Z',
      modifiedAt: '2026-11-01T00:00:00Z',
    }),
  },
  'eks/accessPolicyAssociation': {
    id: '{clusterName}#{principalArn}#{policyArn}',
    latency: oneCall,
    replaceOn: ['clusterName', 'principalArn', 'policyArn', 'accessScope'],
    references: [partOf('clusterName', 'eks/cluster')],
    outputs: () => ({ associatedAt: '2026-11-01T00:00:00Z', modifiedAt: '2026-11-01T00:00:00Z' }),
  },
  'eks/podIdentityAssociation': {
    id: 'a-*',
    unique: { by: ['clusterName', 'namespace', 'serviceAccount'], code: inUse },
    arn: 'arn:aws:eks:{region}:{account}:podidentityassociation/{clusterName}/{id}',
    latency: seconds(2, 1, 1, 'estimate: an API call that answers at once'),
    replaceOn: ['clusterName', 'namespace', 'serviceAccount'],
    references: [partOf('clusterName', 'eks/cluster'), names('roleArn', 'iam/role')],
    outputs: ({ id, digits, arn }) => ({
      associationId: id,
      associationArn: arn,
      externalId: digits,
      disableSessionTags: false,
    }),
  },
};
