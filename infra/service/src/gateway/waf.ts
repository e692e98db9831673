import { WebAcl } from '@pulumi/aws/wafv2/webAcl.js';
import { WebAclAssociation } from '@pulumi/aws/wafv2/webAclAssociation.js';
import type { CustomResourceOptions } from '@pulumi/pulumi';

import type { Settings } from '../settings.js';
import type { DeployedApi } from './rest-api.js';

/**
 * A web ACL with three rules: how often one address may call, addresses of bad repute, and requests that are known attacks.
 * AWS's common rule set is left out, for it refuses bodies beyond 8 kB, which every photo is; the rules that look into bodies
 * only count, since a photo may hold any bytes.
 */
export function createWebAcl(
  { name, gateway }: Settings,
  { stage }: DeployedApi,
  options: CustomResourceOptions,
): WebAclAssociation | undefined {
  const { enabled, requestsPerAddress } = gateway.waf;
  if (!enabled) return undefined;
  const acl = new WebAcl(
    name,
    {
      description: 'Face comparison',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rules: [
        {
          name: 'rate-of-an-address',
          priority: 0,
          action: { block: {} },
          statement: {
            rateBasedStatement: { limit: requestsPerAddress, aggregateKeyType: 'IP', evaluationWindowSec: 300 },
          },
          visibilityConfig: visibility(`${name}-rate`),
        },
        {
          name: 'addresses-of-bad-repute',
          priority: 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: { vendorName: 'AWS', name: 'AWSManagedRulesAmazonIpReputationList' },
          },
          visibilityConfig: visibility(`${name}-repute`),
        },
        {
          name: 'known-bad-inputs',
          priority: 2,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: 'AWSManagedRulesKnownBadInputsRuleSet',
              ruleActionOverrides: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'].map((rule) => ({
                name: rule,
                actionToUse: { count: {} },
              })),
            },
          },
          visibilityConfig: visibility(`${name}-bad-inputs`),
        },
      ],
      visibilityConfig: visibility(name),
    },
    options,
  );
  return new WebAclAssociation(name, { resourceArn: stage.arn, webAclArn: acl.arn }, options);
}

function visibility(metricName: string) {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: false };
}
