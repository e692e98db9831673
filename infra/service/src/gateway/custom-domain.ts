import { BasePathMapping } from '@pulumi/aws/apigateway/basePathMapping.js';
import { DomainName } from '@pulumi/aws/apigateway/domainName.js';
import { Record as DnsRecord } from '@pulumi/aws/route53/record.js';
import type { CustomResourceOptions, Output, Resource } from '@pulumi/pulumi';

import type { Settings } from '../settings.js';
import type { DeployedApi } from './rest-api.js';

export interface CustomDomain {
  readonly url: string;
  /** Where a record of the domain must lead. */
  readonly target: Output<string>;
  /** Whether the record is made here, so that the domain can be called. */
  readonly hasRecord: boolean;
  readonly needs: readonly Resource[];
}

/** A domain name of the user's own. */
export function createCustomDomain(
  { name, gateway }: Settings,
  { api, stage }: DeployedApi,
  options: CustomResourceOptions,
): CustomDomain | undefined {
  const { domain } = gateway;
  if (domain === undefined) return undefined;
  const domainName = new DomainName(
    name,
    {
      domainName: domain.name,
      regionalCertificateArn: domain.certificateArn,
      endpointConfiguration: { types: 'REGIONAL' },
      securityPolicy: 'TLS_1_2',
    },
    options,
  );
  const mapping = new BasePathMapping(
    name,
    { domainName: domainName.domainName, restApi: api.id, stageName: stage.stageName },
    options,
  );
  const record =
    domain.zoneId === undefined
      ? undefined
      : new DnsRecord(
          name,
          {
            zoneId: domain.zoneId,
            name: domain.name,
            type: 'A',
            aliases: [
              {
                name: domainName.regionalDomainName,
                zoneId: domainName.regionalZoneId,
                evaluateTargetHealth: false,
              },
            ],
          },
          options,
        );
  return {
    url: `https://${domain.name}`,
    target: domainName.regionalDomainName,
    hasRecord: record !== undefined,
    needs: record === undefined ? [mapping] : [mapping, record],
  };
}
