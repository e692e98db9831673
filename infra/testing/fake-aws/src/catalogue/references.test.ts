import { Account } from '../../test/account.js';
import type { Props } from './kind.js';

/** What is deleted here has no other reason to stay. */
const plain: Props = { name: 'it', bucket: 'it', forceDestroy: true, forceDelete: true };
const month = 31 * 24 * 3600;

/** Inputs with one value at a path such as `routes[].gatewayId`. */
function inputsWith(path: string, value: string): Props {
  const [key = '', ...rest] = path.split('.');
  const inner = rest.length === 0 ? value : inputsWith(rest.join('.'), value);
  return key.endsWith('[]') ? { [key.slice(0, -2)]: [inner] } : { [key]: inner };
}

function pair(row: string, at: string, to: string) {
  const account = new Account();
  const target = account.world.seed(`aws:${to}:X`, plain);
  const other = account.world.seed(`aws:${row}:X`, inputsWith(at, target.id));
  return { account, target, other };
}

test.each([
  ['ec2/subnet', 'vpcId', 'ec2/vpc', 'DependencyViolation'],
  ['ec2/internetGateway', 'vpcId', 'ec2/vpc', 'DependencyViolation'],
  ['ec2/natGateway', 'subnetId', 'ec2/subnet', 'DependencyViolation'],
  ['ec2/natGateway', 'allocationId', 'ec2/eip', 'InvalidIPAddress.InUse'],
  ['ec2/routeTable', 'vpcId', 'ec2/vpc', 'DependencyViolation'],
  ['ec2/routeTableAssociation', 'routeTableId', 'ec2/routeTable', 'DependencyViolation'],
  ['ec2/vpcEndpoint', 'vpcId', 'ec2/vpc', 'DependencyViolation'],
  ['ec2/vpcEndpoint', 'subnetIds', 'ec2/subnet', 'DependencyViolation'],
  ['ec2/vpcEndpoint', 'securityGroupIds', 'ec2/securityGroup', 'DependencyViolation'],
  ['ec2/vpcEndpoint', 'routeTableIds', 'ec2/routeTable', 'DependencyViolation'],
  ['ec2/vpcEndpointRouteTableAssociation', 'routeTableId', 'ec2/routeTable', 'DependencyViolation'],
  ['ec2/securityGroup', 'vpcId', 'ec2/vpc', 'DependencyViolation'],
  ['ec2/securityGroup', 'ingress[].securityGroups', 'ec2/securityGroup', 'DependencyViolation'],
  ['ec2/securityGroup', 'egress[].securityGroups', 'ec2/securityGroup', 'DependencyViolation'],
  ['vpc/securityGroupIngressRule', 'referencedSecurityGroupId', 'ec2/securityGroup', 'DependencyViolation'],
  ['vpc/securityGroupEgressRule', 'referencedSecurityGroupId', 'ec2/securityGroup', 'DependencyViolation'],
  ['ec2/networkInterface', 'subnetIds', 'ec2/subnet', 'DependencyViolation'],
  ['ec2/networkInterface', 'securityGroupIds', 'ec2/securityGroup', 'DependencyViolation'],
  ['iam/rolePolicy', 'role', 'iam/role', 'DeleteConflict'],
  ['iam/rolePolicyAttachment', 'role', 'iam/role', 'DeleteConflict'],
  ['iam/rolePolicyAttachment', 'policyArn', 'iam/policy', 'DeleteConflict'],
  ['iam/instanceProfile', 'role', 'iam/role', 'DeleteConflict'],
  ['eks/cluster', 'vpcConfig.subnetIds', 'ec2/subnet', 'DependencyViolation'],
  ['eks/cluster', 'vpcConfig.securityGroupIds', 'ec2/securityGroup', 'DependencyViolation'],
  ['eks/nodeGroup', 'clusterName', 'eks/cluster', 'ResourceInUseException'],
  ['eks/nodeGroup', 'subnetIds', 'ec2/subnet', 'DependencyViolation'],
  ['lb/loadBalancer', 'subnets', 'ec2/subnet', 'DependencyViolation'],
  ['lb/loadBalancer', 'subnetMappings[].subnetId', 'ec2/subnet', 'DependencyViolation'],
  ['lb/loadBalancer', 'securityGroups', 'ec2/securityGroup', 'DependencyViolation'],
  ['lb/listener', 'defaultActions[].targetGroupArn', 'lb/targetGroup', 'ResourceInUse'],
  ['autoscaling/attachment', 'lbTargetGroupArn', 'lb/targetGroup', 'ResourceInUse'],
  ['apigateway/stage', 'deployment', 'apigateway/deployment', 'BadRequestException'],
  ['apigateway/usagePlan', 'apiStages[].apiId', 'apigateway/restApi', 'BadRequestException'],
  ['apigatewayv2/vpcLink', 'subnetIds', 'ec2/subnet', 'DependencyViolation'],
  ['apigatewayv2/vpcLink', 'securityGroupIds', 'ec2/securityGroup', 'DependencyViolation'],
  ['wafv2/webAclAssociation', 'webAclArn', 'wafv2/webAcl', 'WAFAssociatedItemException'],
  ['route53/record', 'zoneId', 'route53/zone', 'HostedZoneNotEmpty'],
])('%s with %s keeps %s: %s', async (row, at, to, code) => {
  const { account, target, other } = pair(row, at, to);
  await expect(account.delete(target)).rejects.toThrow(code);
  account.world.entities.remove(other);
  await account.delete(target);
});

test.each([
  ['ec2/defaultSecurityGroup', 'vpcId', 'ec2/vpc'],
  ['ec2/route', 'routeTableId', 'ec2/routeTable'],
  ['ec2/routeTableAssociation', 'subnetId', 'ec2/subnet'],
  ['ec2/vpcEndpointRouteTableAssociation', 'vpcEndpointId', 'ec2/vpcEndpoint'],
  ['vpc/securityGroupIngressRule', 'securityGroupId', 'ec2/securityGroup'],
  ['vpc/securityGroupEgressRule', 'securityGroupId', 'ec2/securityGroup'],
  ['ec2/flowLog', 'vpcId', 'ec2/vpc'],
  ['eks/addon', 'clusterName', 'eks/cluster'],
  ['eks/accessEntry', 'clusterName', 'eks/cluster'],
  ['eks/accessPolicyAssociation', 'clusterName', 'eks/cluster'],
  ['eks/podIdentityAssociation', 'clusterName', 'eks/cluster'],
  ['lb/listener', 'loadBalancerArn', 'lb/loadBalancer'],
  ['lb/targetGroupAttachment', 'targetGroupArn', 'lb/targetGroup'],
  ['apigateway/restApiPolicy', 'restApiId', 'apigateway/restApi'],
  ['apigateway/response', 'restApiId', 'apigateway/restApi'],
  ['apigateway/deployment', 'restApi', 'apigateway/restApi'],
  ['apigateway/stage', 'restApi', 'apigateway/restApi'],
  ['apigateway/methodSettings', 'restApi', 'apigateway/restApi'],
  ['apigateway/usagePlanKey', 'keyId', 'apigateway/apiKey'],
  ['apigateway/usagePlanKey', 'usagePlanId', 'apigateway/usagePlan'],
  ['apigateway/basePathMapping', 'domainName', 'apigateway/domainName'],
  ['s3/bucketPublicAccessBlock', 'bucket', 's3/bucket'],
  ['s3/bucketVersioning', 'bucket', 's3/bucket'],
  ['s3/bucketServerSideEncryptionConfiguration', 'bucket', 's3/bucket'],
  ['s3/bucketPolicy', 'bucket', 's3/bucket'],
  ['s3/bucketLifecycleConfiguration', 'bucket', 's3/bucket'],
  ['s3/bucketOwnershipControls', 'bucket', 's3/bucket'],
  ['s3/bucketLogging', 'bucket', 's3/bucket'],
  ['s3/bucketObjectv2', 'bucket', 's3/bucket'],
  ['ecr/image', 'repository', 'ecr/repository'],
  ['ecr/lifecyclePolicy', 'repository', 'ecr/repository'],
  ['ecr/repositoryPolicy', 'repository', 'ecr/repository'],
  ['cloudwatch/logMetricFilter', 'logGroupName', 'cloudwatch/logGroup'],
  ['sns/topicSubscription', 'topic', 'sns/topic'],
  ['kms/alias', 'targetKeyId', 'kms/key'],
  ['wafv2/webAclAssociation', 'resourceArn', 'apigateway/stage'],
  ['wafv2/webAclLoggingConfiguration', 'resourceArn', 'wafv2/webAcl'],
])('%s with %s goes with %s', async (row, at, to) => {
  const { account, target } = pair(row, at, to);
  await account.delete(target);
  account.world.clock.advance(month);
  expect(account.world.existing().map((entity) => entity.row)).not.toContain(row);
});
