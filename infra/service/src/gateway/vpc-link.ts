import { VpcLink } from '@pulumi/aws/apigatewayv2/vpcLink.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

import type { PlatformOutputs } from '../platform-outputs.js';

/** The way of the REST API into the network of the platform. Its security group is the only one the load balancer lets in. */
export function createVpcLink(name: string, platform: PlatformOutputs, options: CustomResourceOptions): VpcLink {
  return new VpcLink(
    name,
    { subnetIds: [...platform.privateSubnetIds], securityGroupIds: [platform.linkSecurityGroupId] },
    options,
  );
}
