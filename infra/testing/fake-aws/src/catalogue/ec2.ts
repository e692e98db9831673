import type { Kind, Rows } from './kind.js';
import { oneCall, seconds } from './latency.js';
import { dependency, holds, names, partOf } from './reference.js';

const vpc = holds('vpcId', 'ec2/vpc', dependency);
/** Two rules of a group that say the same. */
const sameRule = {
  by: [
    'securityGroupId',
    'ipProtocol',
    'fromPort',
    'toPort',
    'cidrIpv4',
    'cidrIpv6',
    'prefixListId',
    'referencedSecurityGroupId',
  ],
  code: 'InvalidPermission.Duplicate',
};
const waits = 'estimate: the call and the wait for its state';

/** A rule of a security group, in either direction. */
const securityGroupRule: Kind = {
  id: 'sgr-*',
  arn: 'arn:aws:ec2:{region}:{account}:security-group-rule/{id}',
  unique: sameRule,
  latency: oneCall,
  replaceOn: ['securityGroupId'],
  references: [
    partOf('securityGroupId', 'ec2/securityGroup'),
    holds('referencedSecurityGroupId', 'ec2/securityGroup', dependency),
  ],
  outputs: ({ id }) => ({ securityGroupRuleId: id }),
};

/** Networks: AWS's ids, what holds what, and how long each takes. */
export const ec2: Rows = {
  'ec2/vpc': {
    id: 'vpc-*',
    arn: 'arn:aws:ec2:{region}:{account}:vpc/{id}',
    latency: seconds(12, 2, 1, `${waits}; enabling DNS host names takes a second call`),
    replaceOn: ['cidrBlock', 'instanceTenancy', 'ipv4IpamPoolId'],
    deleteRetrySeconds: 300,
    outputs: ({ id, digits, account }) => ({
      ownerId: account,
      mainRouteTableId: `rtb-${digits}`,
      defaultRouteTableId: `rtb-${digits}`,
      defaultSecurityGroupId: `sg-${digits}`,
      defaultNetworkAclId: `acl-${digits}`,
      dhcpOptionsId: `dopt-${digits}`,
      enableDnsSupport: true,
      enableDnsHostnames: false,
      enableNetworkAddressUsageMetrics: false,
      instanceTenancy: 'default',
      assignGeneratedIpv6CidrBlock: false,
      ipv6AssociationId: '',
      ipv6CidrBlock: '',
      ipv6CidrBlockNetworkBorderGroup: '',
      id,
    }),
  },
  'ec2/defaultSecurityGroup': {
    id: 'sg-default-{vpcId}',
    latency: oneCall,
    references: [partOf('vpcId', 'ec2/vpc')],
    outputs: ({ account }) => ({ ownerId: account, name: 'default', description: 'default VPC security group' }),
  },
  'ec2/subnet': {
    id: 'subnet-*',
    arn: 'arn:aws:ec2:{region}:{account}:subnet/{id}',
    latency: seconds(2, 1, 1, waits),
    replaceOn: ['vpcId', 'cidrBlock', 'availabilityZone', 'availabilityZoneId'],
    references: [vpc],
    deleteRetrySeconds: 1200,
    outputs: ({ account, region }) => ({
      ownerId: account,
      availabilityZone: `${region}a`,
      availabilityZoneId: 'az1',
      mapPublicIpOnLaunch: false,
      assignIpv6AddressOnCreation: false,
      enableDns64: false,
      privateDnsHostnameTypeOnLaunch: 'ip-name',
    }),
  },
  'ec2/internetGateway': {
    id: 'igw-*',
    arn: 'arn:aws:ec2:{region}:{account}:internet-gateway/{id}',
    latency: seconds(1, 1, 2, waits),
    references: [vpc],
    deleteRetrySeconds: 1200,
    outputs: ({ account }) => ({ ownerId: account }),
  },
  'ec2/eip': {
    id: 'eipalloc-*',
    arn: 'arn:aws:ec2:{region}:{account}:elastic-ip/{id}',
    latency: seconds(1, 1, 1, waits),
    outputs: ({ id, digits, region }) => {
      const address = `203.0.113.${String(parseInt(digits.slice(0, 2), 16))}`;
      return {
        allocationId: id,
        domain: 'vpc',
        publicIp: address,
        publicDns: `ec2-${address.replaceAll('.', '-')}.${region}.compute.amazonaws.com`,
        publicIpv4Pool: 'amazon',
        networkBorderGroup: region,
      };
    },
  },
  'ec2/natGateway': {
    id: 'nat-*',
    latency: seconds(
      105,
      1,
      55,
      'estimate: NAT gateways are seen to take one and a half to two minutes, a minute to delete',
    ),
    replaceOn: ['subnetId', 'allocationId', 'connectivityType', 'privateIp'],
    references: [
      holds('subnetId', 'ec2/subnet', dependency),
      holds('allocationId', 'ec2/eip', 'InvalidIPAddress.InUse'),
    ],
    failsForGood: true,
    outputs: ({ digits }) => ({
      connectivityType: 'public',
      networkInterfaceId: `eni-${digits}`,
      associationId: `eipassoc-${digits}`,
      privateIp: '10.0.0.10',
      publicIp: '203.0.113.10',
    }),
  },
  'ec2/routeTable': {
    id: 'rtb-*',
    arn: 'arn:aws:ec2:{region}:{account}:route-table/{id}',
    latency: oneCall,
    replaceOn: ['vpcId'],
    references: [
      vpc,
      names('routes[].gatewayId', 'ec2/internetGateway'),
      names('routes[].natGatewayId', 'ec2/natGateway'),
    ],
    deleteRetrySeconds: 300,
    outputs: ({ account, inputs }) => ({ ownerId: account, routes: inputs['routes'] ?? [], propagatingVgws: [] }),
  },
  'ec2/route': {
    id: 'r-{routeTableId}{destinationCidrBlock}',
    unique: { by: ['routeTableId', 'destinationCidrBlock'], code: 'RouteAlreadyExists' },
    latency: oneCall,
    replaceOn: ['routeTableId', 'destinationCidrBlock'],
    references: [
      partOf('routeTableId', 'ec2/routeTable'),
      names('gatewayId', 'ec2/internetGateway'),
      names('natGatewayId', 'ec2/natGateway'),
    ],
    outputs: () => ({ state: 'active', origin: 'CreateRoute' }),
  },
  'ec2/routeTableAssociation': {
    id: 'rtbassoc-*',
    unique: { by: ['subnetId'], code: 'Resource.AlreadyAssociated' },
    latency: oneCall,
    replaceOn: ['subnetId', 'gatewayId'],
    references: [holds('routeTableId', 'ec2/routeTable', dependency), partOf('subnetId', 'ec2/subnet')],
  },
  'ec2/vpcEndpoint': {
    id: 'vpce-*',
    arn: 'arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}',
    latency: seconds(
      90,
      5,
      60,
      'estimate: an interface endpoint is seen to take one to two minutes; a gateway endpoint 6 s',
    ),
    replaceOn: ['vpcId', 'serviceName', 'vpcEndpointType'],
    references: [
      vpc,
      holds('subnetIds', 'ec2/subnet', dependency),
      holds('securityGroupIds', 'ec2/securityGroup', dependency),
      holds('routeTableIds', 'ec2/routeTable', dependency),
    ],
    outputs: ({ digits, account }) => ({
      vpcEndpointType: 'Gateway',
      state: 'available',
      ownerId: account,
      prefixListId: `pl-${digits.slice(0, 8)}`,
      cidrBlocks: [],
      dnsEntries: [],
      networkInterfaceIds: [],
      requesterManaged: false,
      policy: '{}',
      privateDnsEnabled: false,
    }),
  },
  'ec2/vpcEndpointRouteTableAssociation': {
    id: 'a-{vpcEndpointId}{routeTableId}',
    latency: oneCall,
    replaceOn: ['vpcEndpointId', 'routeTableId'],
    references: [partOf('vpcEndpointId', 'ec2/vpcEndpoint'), holds('routeTableId', 'ec2/routeTable', dependency)],
  },
  'ec2/securityGroup': {
    id: 'sg-*',
    arn: 'arn:aws:ec2:{region}:{account}:security-group/{id}',
    autoname: 'name',
    nameRule: {
      pattern: /^(?!sg-)[a-zA-Z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/,
      says: '1 to 255 characters that do not begin with sg-',
    },
    unique: { by: ['name', 'vpcId'], code: 'InvalidGroup.Duplicate' },
    latency: seconds(2, 1, 1, waits),
    replaceOn: ['vpcId', 'description', 'name', 'namePrefix'],
    references: [
      vpc,
      holds('ingress[].securityGroups', 'ec2/securityGroup', dependency),
      holds('egress[].securityGroups', 'ec2/securityGroup', dependency),
    ],
    deleteRetrySeconds: 900,
    outputs: ({ account }) => ({
      ownerId: account,
      description: 'Managed by Pulumi',
      ingress: [],
      egress: [],
      namePrefix: '',
    }),
  },
  'vpc/securityGroupIngressRule': securityGroupRule,
  'vpc/securityGroupEgressRule': securityGroupRule,
  'ec2/launchTemplate': {
    id: 'lt-*',
    arn: 'arn:aws:ec2:{region}:{account}:launch-template/{id}',
    autoname: 'name',
    nameRule: { pattern: /^[a-zA-Z0-9().\-/_]{3,128}$/, says: '3 to 128 letters, digits and ().-/_' },
    unique: { by: ['name'], code: 'InvalidLaunchTemplateName.AlreadyExistsException' },
    latency: oneCall,
    replaceOn: ['name', 'namePrefix'],
    references: [names('vpcSecurityGroupIds', 'ec2/securityGroup')],
    changingOutputs: ['latestVersion'],
    outputs: () => ({ latestVersion: 1, defaultVersion: 1 }),
  },
  'ec2/flowLog': {
    id: 'fl-*',
    arn: 'arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}',
    latency: oneCall,
    replaceOn: ['vpcId', 'trafficType', 'logDestination'],
    references: [partOf('vpcId', 'ec2/vpc')],
  },
  'ec2/tag': {
    id: '{resourceId},{key}',
    latency: oneCall,
    replaceOn: ['resourceId', 'key'],
  },
  'ec2/networkInterface': {
    id: 'eni-*',
    latency: oneCall,
    references: [
      holds('subnetIds', 'ec2/subnet', dependency),
      holds('securityGroupIds', 'ec2/securityGroup', dependency),
    ],
  },
};
