const codes: Readonly<Record<string, string>> = {
  'ec2/vpc': 'InvalidVpcID.NotFound',
  'ec2/subnet': 'InvalidSubnetID.NotFound',
  'ec2/securityGroup': 'InvalidGroup.NotFound',
  'ec2/internetGateway': 'InvalidInternetGatewayID.NotFound',
  'ec2/natGateway': 'NatGatewayNotFound',
  'ec2/eip': 'InvalidAllocationID.NotFound',
  'ec2/routeTable': 'InvalidRouteTableID.NotFound',
  'ec2/launchTemplate': 'InvalidLaunchTemplateId.NotFound',
  'ec2/vpcEndpoint': 'InvalidVpcEndpointId.NotFound',
  'iam/role': 'NoSuchEntity',
  'iam/policy': 'NoSuchEntity',
  's3/bucket': 'NoSuchBucket',
  'ecr/repository': 'RepositoryNotFoundException',
  'lb/loadBalancer': 'LoadBalancerNotFound',
  'lb/targetGroup': 'TargetGroupNotFound',
  'route53/zone': 'NoSuchHostedZone',
};

/** AWS's code for a resource of this row that does not exist. */
export function notFoundCode(row: string): string {
  const service = row.split('/')[0];
  return (
    codes[row] ?? (service === 'apigateway' || service === 'kms' ? 'NotFoundException' : 'ResourceNotFoundException')
  );
}
